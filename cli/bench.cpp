// halfpixel bench: how fast this machine is, and how near to its limits halfpixel comes on it.
#include <algorithm>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <halfpixel/error.hpp>
#include <halfpixel/files.hpp>

#include "commands.hpp"
#include "growth.hpp"
#include "measure.hpp"
#include "memory_room.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "usage.hpp"
#include "workloads.hpp"

namespace halfpixel::cli {
namespace {

struct BenchOptions {
  std::vector<std::string> names;
  std::string threads;
  std::string repetitions = "9";
  std::string json;
  bool growth = false;
  bool list = false;
  bool quiet = false;
};

constexpr const char* kBenchExamples = R"(Examples:
  halfpixel bench                                          every workload, on one thread and on all
  halfpixel bench B D8 --threads 1,2 --json results.json
  halfpixel bench --list
  halfpixel bench --growth --threads 4                     cost by rows, channels, factor, threads

A line shows the median of the repetitions, how far they are from it (the median of that), bytes of
input and result per second, and the share of what this machine can do: the time in which it reads
the input and writes the result past its caches, measured in the same run. What stays in the caches
may pass 100 %. Results on several threads are compared with those on one before they are timed.)";

std::vector<int> parse_threads(const std::string& text) {
  if (text.empty()) {
    const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    return cores == 1 ? std::vector{1} : std::vector{1, cores};
  }
  std::vector<int> counts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string number = text.substr(begin, end - begin);
    const int count = static_cast<int>(parse_positive(number, 1024, "--threads"));
    if (std::find(counts.begin(), counts.end(), count) == counts.end()) counts.push_back(count);
    begin = end + 1;
  }
  return counts;
}

std::vector<const bench::Workload*> chosen_workloads(const BenchOptions& options) {
  std::vector<const bench::Workload*> chosen;
  for (const std::string& name : options.names) {
    chosen.push_back(parsed([&] { return &bench::find_workload(name); }));
  }
  if (!chosen.empty() || options.growth) return chosen;
  for (const bench::Workload& workload : bench::workloads()) {
    if (!workload.only_when_named) chosen.push_back(&workload);
  }
  return chosen;
}

std::string shape_text(const Shape& shape, DType dtype) {
  return fmt::format("{} {}", shape.str(), name_of(dtype));
}

void print_list() {
  for (const bench::Workload& workload : bench::workloads()) {
    const resample::Plan plan = bench::plan_of(workload);
    fmt::print("{:<5}{:<29}{:<27} -> {}{}\n", workload.name, workload.what,
               shape_text(plan.input_shape(), plan.input_dtype()),
               shape_text(plan.output_shape(), plan.output_dtype()),
               workload.only_when_named ? ", only when named" : "");
  }
}

// Those on several threads are compared with those on one: two results at a time.
void check_memory(const bench::Workload& workload, const std::vector<int>& threads) {
  const resample::Plan plan = bench::plan_of(workload);
  const bool compared = *std::max_element(threads.begin(), threads.end()) > 1;
  require_memory(static_cast<double>(bench::bytes_in(plan)) +
                     static_cast<double>(bench::bytes_out(plan)) * (compared ? 2 : 1),
                 fmt::format("[bench] workload {}", workload.name));
}

// A row appears as soon as it is known.
void show(const std::string& lines) {
  fmt::print("{}", lines);
  std::fflush(stdout);
}

void run(const BenchOptions& options) {
  const std::vector<int> threads = parse_threads(options.threads);
  const auto repetitions =
      static_cast<int>(parse_positive(options.repetitions, 10000, "--repetitions"));
  const std::vector<const bench::Workload*> chosen = chosen_workloads(options);
  if (options.list) return print_list();
  std::optional<io::PendingFile> file;
  if (!options.json.empty()) file.emplace(options.json);
  for (const bench::Workload* workload : chosen) check_memory(*workload, threads);

  const auto progress = [&](const std::string& what) {
    auto line = std::make_unique<Progress>(options.quiet);
    line->stage(what);
    return line;
  };
  std::vector<bench::Result> results;
  if (!chosen.empty()) show(bench::table_head(false));
  for (const bench::Workload* workload : chosen) {
    for (const int count : threads) {
      auto line =
          progress(fmt::format("{}: {}, threads: {}", workload->name, workload->what, count));
      results.push_back(bench::measure(*workload, count, {}, {.repetitions = repetitions}));
      line.reset();  // before the row takes its place
      show(bench::table_lines(results.back(), false));
    }
  }
  std::vector<bench::GrowthCurve> curves;
  if (options.growth) {
    auto line = progress("cost as work grows");
    const int most = *std::max_element(threads.begin(), threads.end());
    curves = bench::measure_growth(most, repetitions, [&](const bench::GrowthCurve& curve) {
      line.reset();
      show(bench::growth_lines(curve));
      line = progress("cost as work grows");
    });
  }
  if (file) {
    std::ofstream out(file->path(), std::ios::binary);
    out << bench::results_json(results, curves, threads);
    out.close();
    if (!out) throw Error(ErrorCode::io, "[bench] " + options.json + " cannot be written");
    file->commit();
  }
}

}  // namespace

Action add_bench(CLI::App& app) {
  const auto options = std::make_shared<BenchOptions>();
  app.add_option("WORKLOAD", options->names, "Names that --list tells (default: all)")
      ->type_name("");
  app.add_option("--threads", options->threads,
                 "How many threads work, one run for each number (default: 1 and all cores)")
      ->type_name("N,N");
  app.add_option("--repetitions", options->repetitions, "How often each is timed (default: 9)")
      ->type_name("N");
  app.add_option("--json", options->json, "Write machine, results and curves to FILE as well")
      ->type_name("FILE");
  app.add_flag("--growth", options->growth, "Cost as rows, channels, factor and threads grow");
  app.add_flag("--list", options->list, "Print the workloads and measure nothing");
  app.add_flag("--quiet", options->quiet, "No progress on the terminal");
  app.footer(kBenchExamples);
  return [options] { run(*options); };
}

}  // namespace halfpixel::cli
