// halfpixel inspect: what is in a Keras model.
#include <iostream>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/model.hpp>
#include <halfpixel/tf_function.hpp>

#include "commands.hpp"
#include "memory_room.hpp"
#include "model_compiling.hpp"
#include "model_file.hpp"
#include "model_json.hpp"
#include "model_picture.hpp"
#include "model_profile.hpp"
#include "usage.hpp"

namespace halfpixel::cli {
namespace {

struct InspectOptions {
  ModelFile model;
  bool json = false, dot = false, svg = false, explain = false;
  std::vector<std::string> shapes;
  ModelCompiling compiling;
  CommonOptions common;
};

constexpr const char* kInspectExamples = R"(Examples:
  halfpixel inspect model.keras                            the table that Keras' summary() prints
  halfpixel inspect model.h5 --json | jq .total_parameters
  halfpixel inspect model.keras --svg > model.svg          a picture of its layers
  halfpixel inspect model.keras --dot | dot -Tpdf -o model.pdf
  halfpixel inspect model.keras --explain                  what the compiler makes of it
  halfpixel inspect model.keras --explain --shape 1x256x256x3
  halfpixel inspect model.keras --explain --precision exact
  halfpixel inspect model.keras --explain --shape photo=1x64x64x3 --shape mask=1x64x64x1)";

Shape parse_shape(const std::string& text) {
  Shape shape;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('x', begin), text.size());
    if (shape.rank() == kMaxRank)
      throw UsageError("--shape has at most 8 extents; got '" + text + "'");
    // An empty batch is a batch; an input without rows or columns is none of most models.
    const std::string extent = text.substr(begin, end - begin);
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    const bool empty_batch = extent == "0" && shape.rank() == 0;
    shape.push_back(empty_batch ? 0
                                : parse_positive(extent, kMost,
                                                 "each extent of --shape (0 only for the batch)"));
    begin = end + 1;
  }
  return shape;
}

void check(const InspectOptions& options) {
  if ((options.json || options.explain) + options.dot + options.svg > 1) {
    throw UsageError("--dot, --svg and --json or --explain exclude each other");
  }
  if (!options.shapes.empty() && !options.explain) throw UsageError("--shape needs --explain");
  if (options.compiling.given() && !options.explain)
    throw UsageError("--precision and --without-pass need --explain");
  (void)options.compiling.options();
  for (const std::string& text : options.shapes)
    (void)parse_shape(text.substr(text.rfind('=') + 1));
  options.model.check();
}

// One sample; 64 along other axes that are unknown.
Shape example_shape(const Shape& shape) {
  Shape known = shape;
  for (int axis = 0; axis < known.rank(); ++axis) {
    if (known[axis] == kUnknown) known[axis] = axis == 0 ? 1 : 64;
  }
  return known;
}

std::vector<tf::TensorSpec> example_specs(const keras::Model& model,
                                          const std::vector<std::string>& shapes) {
  const std::vector<std::string> names = model.input_names(), keys = model.input_keys();
  std::vector<tf::TensorSpec> specs;
  for (const keras::KerasTensor& input : model.inputs())
    specs.push_back({example_shape(input.shape()), input.dtype()});
  for (const std::string& text : shapes) {
    const auto at = text.rfind('=');
    const std::string name = at == std::string::npos ? "" : text.substr(0, at);
    std::size_t found = names.size() == 1 && name.empty() ? 0 : names.size();
    std::string listed;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == name || (!keys.empty() && keys[i] == name)) found = i;
      listed += (i == 0 ? "'" : ", '") + names[i] + "'";
    }
    if (found == names.size()) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("[inspect] --shape {}: there is no such input; the inputs are {}",
                              text, listed));
    }
    specs[found].shape = parse_shape(text.substr(at == std::string::npos ? 0 : at + 1));
    double bytes = static_cast<double>(size_of(specs[found].dtype));
    for (const std::int64_t extent : specs[found].shape) bytes *= static_cast<double>(extent);
    require_memory(bytes, fmt::format("[inspect] --shape {}: an input of that shape", text));
  }
  return specs;
}

// "--shape photo=1x64x64x3", for inputs whose shapes are not all known.
std::string shape_options(const std::vector<std::string>& names,
                          const std::vector<tf::TensorSpec>& specs) {
  std::string text;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    text += text.empty() ? "--shape " : " --shape ";
    if (specs.size() > 1) text += names[i] + '=';
    for (int axis = 0; axis < specs[i].shape.rank(); ++axis)
      text += fmt::format("{}{}", axis == 0 ? "" : "x", specs[i].shape[axis]);
  }
  return text;
}

void explain(const keras::Model& model, const InspectOptions& options) {
  const std::vector<std::string> names = model.input_names();
  const std::vector<tf::TensorSpec> specs = example_specs(model, options.shapes);
  const auto function = [&] {
    try {
      return tf::function(model, options.compiling.options()).get_concrete_function(specs);
    } catch (const Error& error) {
      throw Error(error.code(), fmt::format("{} (with {}; type what it expects)", error.what(),
                                            shape_options(names, specs)));
    }
  }();
  if (options.json) {
    std::cout << explain_json(function, names) << '\n';
  } else {
    std::cout << explain_text(function, names);
  }
}

// Of a model that does not load, what its file says.
void show_outline(const InspectOptions& options) {
  try {
    const keras::models::Outline outline = options.model.outline();
    if (options.json) {
      std::cout << outline_json(outline) << '\n';
    } else {
      outline.print(std::cout);
    }
  } catch (const Error&) {  // nothing; the first error says why
  }
}

keras::Model load(const InspectOptions& options) {
  try {
    return options.model.load();
  } catch (const Error&) {
    if (!options.explain && !options.dot && !options.svg) show_outline(options);
    throw;
  }
}

void run(const InspectOptions& options) {
  check(options);
  options.common.apply();
  const keras::Model model = load(options);
  if (options.explain) {
    explain(model, options);
  } else if (options.json) {
    std::cout << model_json(model) << '\n';
  } else if (options.dot) {
    std::cout << model_dot(model);
  } else if (options.svg) {
    std::cout << model_svg(model);
  } else {
    model.summary(std::cout);
  }
}

}  // namespace

Action add_inspect(CLI::App& app) {
  const auto options = std::make_shared<InspectOptions>();
  options->model.add_to(app);
  app.add_flag(
      "--json", options->json,
      "One JSON object: inputs, outputs, total_parameters, layers; with --explain: inputs, "
      "passes, arena_bytes, unplanned_bytes");
  app.add_flag("--dot", options->dot, "The graph of layers for Graphviz");
  app.add_flag("--svg", options->svg, "The graph of layers as a picture");
  app.add_flag("--explain", options->explain,
               "What the compiler made of it: steps, what each pass changed, multiply-adds before "
               "and after it, bytes of memory beside those without a plan");
  app.add_option("--shape", options->shapes,
                 "With --explain: the shape of an input (default: one sample, 64 where unknown)")
      ->type_name("[NAME=]1xHxWxC")
      ->allow_extra_args(false);
  options->compiling.add_to(app, "With --explain: ");
  options->common.add_to(app);
  app.footer(kInspectExamples);
  return [options] { run(*options); };
}

}  // namespace halfpixel::cli
