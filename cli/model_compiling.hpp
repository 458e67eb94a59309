// How a model is compiled: options that run and inspect share.
#pragma once

#include <string>
#include <vector>

#include <halfpixel/tf_function.hpp>

namespace CLI {
class App;
}

namespace halfpixel::cli {

struct ModelCompiling {
  std::string precision;  // "": relaxed
  std::vector<std::string> without_passes;

  // note: before what the options do, like "With --explain: ".
  void add_to(CLI::App& app, const std::string& note = "");
  bool given() const { return !precision.empty() || !without_passes.empty(); }
  // Throws UsageError for names that there are not.
  tf::FunctionOptions options() const;
};

}  // namespace halfpixel::cli
