#include "model_file.hpp"

#include <charconv>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <string_view>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <halfpixel/error.hpp>

#include "guess.hpp"
#include "in_out.hpp"
#include "usage.hpp"

namespace halfpixel::cli {
namespace {

struct Binding {
  std::string layer;
  std::string operation;
};

// Layer names may hold '=', operations never do.
Binding parse_binding(const std::string& text) {
  const auto at = text.rfind('=');
  if (at == std::string::npos || at == 0 || at + 1 == text.size()) {
    throw UsageError(
        "--bind must be NAME=OPERATION[:ARGUMENT], as in shuffle=depth_to_space:2; got '" + text +
        "'");
  }
  return {text.substr(0, at), text.substr(at + 1)};
}

keras::models::Backend backend_of(const std::string& name) {
  using keras::models::Backend;
  if (name.empty() || name == "tensorflow") return Backend::tensorflow;
  if (name == "torch") return Backend::torch;
  if (name == "jax") return Backend::jax;
  throw UsageError("--backend must be tensorflow, torch or jax; got '" + name + "'" +
                   guess(name, {"tensorflow", "torch", "jax"}));
}

}  // namespace

void ModelFile::add_to(CLI::App& app) {
  command_ = app.get_name();
  app.add_option("MODEL", path, "A .keras file, an unzipped .keras folder, or .h5")->required();
  app.add_option("--bind", binds,
                 "What a Lambda, a custom layer or all layers of a custom class do, as in "
                 "shuffle=depth_to_space:2 or FixedDropout=identity; may be repeated")
      ->type_name("NAME=OPERATION[:ARGUMENT]")
      ->allow_extra_args(false);
  app.add_option("--dialect", dialect,
                 "keras (default), or tf1: bilinear up-sampling without half-pixel centres, as "
                 "standalone Keras 2.2 and 2.3 computed it")
      ->type_name("NAME");
  app.add_option("--backend", backend,
                 "Where the model's writer computed: tensorflow (default), torch or jax; "
                 "UpSampling2D and Resizing then have its numbers")
      ->type_name("NAME");
  app.add_option("--max-memory", max_memory,
                 "What MODEL may ask for, in MiB or as in 8G (default: 1024)")
      ->type_name("MIB");
}

void ModelFile::check() const {
  if (is_picture_path(path) || is_array_path(path)) {
    if (command_ == "inspect") {
      throw UsageError(
          fmt::format("inspect shows Keras models, .keras or .h5; of a picture or array, halfpixel "
                      "upsample {} --explain tells shape and dtype; got '{}'",
                      path, path));
    }
    throw UsageError(
        fmt::format("MODEL goes first, as in halfpixel run model.keras {} OUT; got '{}', which is "
                    "no model by its ending",
                    path, path));
  }
  (void)memory_limit();
  if (!dialect.empty() && dialect != "keras" && dialect != "tf1")
    throw UsageError("--dialect must be keras or tf1; got '" + dialect + "'");
  (void)backend_of(backend);
  std::set<std::string> bound;
  for (const std::string& text : binds) {
    const Binding binding = parse_binding(text);
    if (!bound.insert(binding.layer).second)
      throw UsageError("--bind names '" + binding.layer + "' twice");
    parsed([&] { return keras::models::operation_layer(binding.operation, "bound"); });
  }
}

double ModelFile::memory_limit() const {
  constexpr double kMebi = 1 << 20;
  if (max_memory.empty()) return 1024 * kMebi;
  // 8G, 8GB and 8GiB are the same here.
  std::string_view number = max_memory;
  double unit = kMebi;
  for (const std::string_view ending : {"iB", "B", ""}) {
    if (!number.ends_with(ending)) continue;
    number.remove_suffix(ending.size());
    constexpr std::string_view kUnits = "KMGT";
    const std::size_t power = number.empty() ? kUnits.npos : kUnits.find(number.back());
    if (power != kUnits.npos) {
      number.remove_suffix(1);
      unit = std::ldexp(1024.0, 10 * static_cast<int>(power));
    } else if (!ending.empty()) {
      number = "";
    }
    break;
  }
  std::int64_t value = 0;
  const char* const end = number.data() + number.size();
  const auto [stop, failure] = std::from_chars(number.data(), end, value);
  if (number.empty() || failure != std::errc() || stop != end || value < 1 ||
      static_cast<double>(value) * unit > 0x1p60) {
    throw UsageError(
        "--max-memory must be a number of MiB, or one with a unit as in 512M or 8G; "
        "got '" +
        max_memory + "'");
  }
  return static_cast<double>(value) * unit;
}

keras::models::LoadOptions ModelFile::options() const {
  keras::models::LoadOptions options;
  options.limits.memory_bytes = static_cast<std::int64_t>(memory_limit());
  options.backend = backend_of(backend);
  if (dialect == "tf1") options.dialect = keras::models::Dialect::keras2_legacy;
  return options;
}

keras::models::Outline ModelFile::outline() const {
  keras::models::LoadOptions chosen = options();
  for (const std::string& text : binds) {
    const Binding binding = parse_binding(text);
    chosen.custom_objects[binding.layer] = keras::models::operation_factory(binding.operation);
  }
  return keras::models::outline(path, chosen);
}

keras::Model ModelFile::load() const {
  keras::models::LoadOptions options = this->options();
  options.warning = [this](const std::string& line) { warn(path + ": " + line); };
  const auto used = std::make_shared<std::set<std::string>>();
  for (const std::string& text : binds) {
    const Binding binding = parse_binding(text);
    options.custom_objects[binding.layer] =
        [layer = binding.layer, used,
         factory = keras::models::operation_factory(binding.operation)](const keras::Config& c) {
          used->insert(layer);
          return factory(c);
        };
  }
  keras::Model model = [&] {
    try {
      return keras::models::load_model(path, options);
    } catch (const Error& error) {
      const std::string line = error.what();
      const bool limited = line.find(" passes the limit of ") != line.npos ||
                           line.find(" passes the memory limit") != line.npos;
      if (!limited) throw;
      throw Error(error.code(), fmt::format("{}; --max-memory lets MODEL ask for more than {}",
                                            line, max_memory.empty() ? "1024 MiB" : max_memory));
    }
  }();
  for (const auto& [layer, factory] : options.custom_objects) {
    if (used->count(layer) != 0) continue;
    throw Error(ErrorCode::invalid_argument,
                fmt::format("[bind] {} has no Lambda, no custom layer and no custom class '{}'",
                            path, layer));
  }
  return model;
}

}  // namespace halfpixel::cli
