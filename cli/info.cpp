// halfpixel info: what is in use here.
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <halfpixel/cpu.hpp>
#include <halfpixel/executor.hpp>
#include <halfpixel/version.hpp>

#include "commands.hpp"
#include "pictures.hpp"
#include "usage.hpp"

namespace halfpixel::cli {
namespace {

struct InfoOptions {
  bool json = false;
  CommonOptions common;
};

constexpr const char* kInfoExamples = R"(Examples:
  halfpixel info
  halfpixel info --json | jq .simd.in_use
  HALFPIXEL_TARGET=avx2 halfpixel info                     another instruction set, same numbers)";

std::vector<std::string> components() {
  std::vector<std::string> names = {"core"};
  if (is_picture_path("a.png")) names.push_back("image");
#ifdef HALFPIXEL_HAS_MODEL
  names.push_back("model");
#endif
  return names;
}

// Names hold nothing that JSON would escape.
std::string json_list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "\"" : ", \"") + name + "\"";
  return "[" + text + "]";
}

void run(const InfoOptions& options) {
  options.common.apply();
  if (options.json) {
    fmt::print(
        "{{\"version\": \"{}\", \"simd\": {{\"in_use\": \"{}\", \"available\": {}}}, \"threads\": "
        "{}, "
        "\"components\": {}}}\n",
        version(), cpu::target(), json_list(cpu::available_targets()), num_threads(),
        json_list(components()));
    return;
  }
  fmt::print("halfpixel   {}\nSIMD        {} (available: {})\nthreads     {}\ncomponents  {}\n",
             version(), cpu::target(), fmt::join(cpu::available_targets(), ", "), num_threads(),
             fmt::join(components(), ", "));
}

}  // namespace

Action add_info(CLI::App& app) {
  const auto options = std::make_shared<InfoOptions>();
  app.add_flag("--json", options->json, "One JSON object: version, simd, threads, components");
  options->common.add_to(app);
  app.footer(kInfoExamples);
  return [options] { run(*options); };
}

}  // namespace halfpixel::cli
