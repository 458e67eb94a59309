#include "model_profile.hpp"

#include <sstream>

#include <fmt/format.h>

#include <halfpixel/executor.hpp>
#include <halfpixel/keras/layer.hpp>

#include "model_json.hpp"
#include "one_line.hpp"

namespace halfpixel::cli {

using keras::Config;

std::string explain_text(const tf::ConcreteFunction& function,
                         const std::vector<std::string>& names) {
  const std::vector<tf::TensorSpec> specs = function.inputs();
  std::string line = "compiled for";
  for (std::size_t i = 0; i < specs.size(); ++i) {
    line += fmt::format("{} {} {} {}", i == 0 ? "" : ",", names[i], specs[i].shape.str(),
                        name_of(specs[i].dtype));
  }
  std::string text = one_line(line) + '\n';
  std::istringstream lines(function.describe());
  while (std::getline(lines, line)) text += one_line(line) + '\n';
  return text;
}

std::string explain_json(const tf::ConcreteFunction& function,
                         const std::vector<std::string>& names) {
  Config::List inputs, passes;
  const std::vector<tf::TensorSpec> specs = function.inputs();
  for (std::size_t i = 0; i < specs.size(); ++i) {
    Config input;
    input.set("name", names[i]);
    input.set("shape", extents_json(specs[i].shape));
    input.set("dtype", name_of(specs[i].dtype));
    inputs.emplace_back(std::move(input));
  }
  for (const tf::PassReport& report : function.passes()) {
    Config pass;
    pass.set("pass", report.pass);
    pass.set("changes", report.changes);
    pass.set("multiply_adds_before", static_cast<std::int64_t>(report.multiply_adds_before));
    pass.set("multiply_adds_after", static_cast<std::int64_t>(report.multiply_adds_after));
    passes.emplace_back(std::move(pass));
  }
  Config object;
  object.set("inputs", std::move(inputs));
  object.set("passes", std::move(passes));
  object.set("arena_bytes", static_cast<std::int64_t>(function.arena_bytes()));
  object.set("unplanned_bytes", static_cast<std::int64_t>(function.unplanned_bytes()));
  return object.json();
}

namespace {

// What all steps are together.
tf::StepProfile total_of(const std::vector<tf::StepProfile>& steps) {
  tf::StepProfile total{"total", "", {}};
  for (const tf::StepProfile& step : steps) {
    total.seconds += step.seconds;
    total.multiply_adds += step.multiply_adds;
  }
  return total;
}

}  // namespace

std::string profile_text(const std::vector<tf::StepProfile>& steps, double peak) {
  const tf::StepProfile total = total_of(steps);
  std::string text = fmt::format("{:>10}  {:>6}  {:>15}  {:>8}  {:>8}  {}\n", "ms", "of time",
                                 "multiply-adds", "GFLOP/s", "of peak", "step");
  const auto add = [&](const tf::StepProfile& step, const std::string& what) {
    // Steps that are no products have no rate.
    const bool counted = step.multiply_adds > 0;
    text += one_line(fmt::format(
                "{:>10.4f}  {:>6.1f}%  {:>15}  {:>8}  {:>8}  {}", step.seconds * 1e3,
                total.seconds > 0 ? 100 * step.seconds / total.seconds : 0,
                counted ? fmt::format("{:.0f}", step.multiply_adds) : "-",
                counted ? fmt::format("{:.1f}", step.gflops()) : "-",
                counted ? fmt::format("{:.1f}%", 100 * step.gflops() / peak) : "-", what)) +
            '\n';
  };
  for (const tf::StepProfile& step : steps) {
    add(step, fmt::format("{} -> {}{}{}", step.operation, step.shape.str(),
                          step.name.empty() ? "" : "  # ", step.name));
  }
  add(total, total.operation);
  return text + fmt::format("peak {:.1f} GFLOP/s of float32 multiply-adds, threads {}\n", peak,
                            num_threads());
}

void add_profile(Config& object, const std::vector<tf::StepProfile>& steps, double peak) {
  Config::List list;
  for (const tf::StepProfile& profile : steps) {
    Config step;
    step.set("operation", profile.operation);
    step.set("name", profile.name);
    step.set("shape", extents_json(profile.shape));
    step.set("ms", profile.seconds * 1e3);
    step.set("multiply_adds", static_cast<std::int64_t>(profile.multiply_adds));
    step.set("gflops", profile.gflops());
    step.set("of_peak", profile.gflops() / peak);
    list.emplace_back(std::move(step));
  }
  object.set("steps", std::move(list));
  object.set("steps_ms", total_of(steps).seconds * 1e3);
  object.set("peak_gflops", peak);
}

}  // namespace halfpixel::cli
