// halfpixel_bench_peers: the table of `halfpixel bench` beside every library that was found.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <halfpixel/error.hpp>

#include "measure.hpp"
#include "peers.hpp"
#include "report.hpp"
#include "workloads.hpp"

namespace halfpixel::bench {
namespace {

struct Options {
  std::vector<std::string> names;
  std::vector<std::string> peer_names;
  std::vector<int> threads = {1, 2};
  int repetitions = 9;
  std::string json;
};

std::vector<const Workload*> chosen_workloads(const std::vector<std::string>& names) {
  std::vector<const Workload*> chosen;
  for (const std::string& name : names) chosen.push_back(&find_workload(name));
  for (const Workload& workload : workloads()) {
    if (names.empty() && !workload.only_when_named) chosen.push_back(&workload);
  }
  return chosen;
}

std::vector<Peer> chosen_peers(const std::vector<std::string>& names) {
  std::vector<Peer> chosen;
  std::string known;
  for (const Peer& peer : peers()) {
    known += std::string(known.empty() ? "" : ", ") + peer.name;
    if (names.empty() || std::count(names.begin(), names.end(), peer.name) > 0)
      chosen.push_back(peer);
  }
  for (const std::string& name : names) {
    const auto is_it = [&](const Peer& peer) { return name == peer.name; };
    if (std::any_of(chosen.begin(), chosen.end(), is_it)) continue;
    throw Error(ErrorCode::invalid_argument,
                "[bench] --peers must be some of " + known + "; got '" + name + "'");
  }
  return chosen;
}

void write(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw Error(ErrorCode::io, "[bench] " + path + " cannot be written");
}

void run(const Options& options) {
  const std::vector<Peer> beside = chosen_peers(options.peer_names);
  for (const Peer& peer : beside) fmt::print("{} {}\n", peer.name, peer.version());
  fmt::print("{}", table_head(true));
  std::vector<Result> results;
  for (const Workload* workload : chosen_workloads(options.names)) {
    for (const int threads : options.threads) {
      results.push_back(measure(*workload, threads, beside, {.repetitions = options.repetitions}));
      fmt::print("{}", table_lines(results.back(), true));
      std::fflush(stdout);
    }
  }
  if (!options.json.empty()) write(options.json, results_json(results, {}, options.threads));
}

}  // namespace
}  // namespace halfpixel::bench

int main(int argc, char** argv) {
  halfpixel::bench::Options options;
  CLI::App app("halfpixel beside other libraries, on the same input in the same minute",
               "halfpixel_bench_peers");
  app.add_option("WORKLOAD", options.names,
                 "Names that halfpixel bench --list tells (default: all)");
  app.add_option("--peers", options.peer_names, "Only these libraries")->delimiter(',');
  app.add_option("--threads", options.threads, "Numbers of threads (default: 1,2)")
      ->delimiter(',')
      ->check(CLI::Range(1, 1024));
  app.add_option("--repetitions", options.repetitions, "How often each is timed (default: 9)")
      ->check(CLI::Range(1, 10000));
  app.add_option("--json", options.json, "Write machine and results to FILE as well");
  CLI11_PARSE(app, argc, argv);
  try {
    halfpixel::bench::run(options);
  } catch (const std::exception& error) {
    std::cerr << "halfpixel_bench_peers: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
