#include "model_compiling.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "guess.hpp"
#include "usage.hpp"

namespace halfpixel::cli {
namespace {

std::string pass_names() {
  std::string text;
  for (const tf::PassInfo& pass : tf::passes()) text += (text.empty() ? "" : ", ") + pass.name;
  return text;
}

}  // namespace

void ModelCompiling::add_to(CLI::App& app, const std::string& note) {
  app.add_option(
         "--precision", precision,
         note +
             "relaxed (default), exact or fast; exact: no rewrite that changes how results are "
             "rounded; fast: factors of convolutions and products in bfloat16 where the "
             "processor multiplies those faster (AMX, AMD's AVX512-BF16)")
      ->type_name("NAME");
  app.add_option("--without-pass", without_passes,
                 note + "Leave out a pass of the compiler; may be repeated: " + pass_names())
      ->type_name("NAME")
      ->allow_extra_args(false);
}

tf::FunctionOptions ModelCompiling::options() const {
  tf::FunctionOptions result;
  if (!precision.empty()) result.precision = parsed_name(precision, tf::to_precision);
  result.without = without_passes;
  const std::vector<tf::PassInfo> passes = tf::passes();
  for (const std::string& name : result.without) {
    if (std::none_of(passes.begin(), passes.end(), [&](const auto& p) { return p.name == name; })) {
      const std::string line =
          fmt::format("--without-pass must be one of {}; got '{}'", pass_names(), name);
      throw UsageError(line + guess_from(name, line));
    }
  }
  return result;
}

}  // namespace halfpixel::cli
