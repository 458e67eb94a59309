#include "model_file.hpp"

#include <map>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <halfpixel/error.hpp>

#include "guess.hpp"
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
  app.add_option("--max-memory", max_memory, "What MODEL may ask for (default: 1024)")
      ->type_name("MIB");
}

void ModelFile::check() const {
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
  const std::int64_t mebibytes =
      max_memory.empty() ? 1024 : parse_positive(max_memory, std::int64_t{1} << 40, "--max-memory");
  return static_cast<double>(mebibytes) * (1 << 20);
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
  keras::Model model = keras::models::load_model(path, options);
  for (const auto& [layer, factory] : options.custom_objects) {
    if (used->count(layer) != 0) continue;
    throw Error(ErrorCode::invalid_argument,
                fmt::format("[bind] {} has no Lambda, no custom layer and no custom class '{}'",
                            path, layer));
  }
  return model;
}

}  // namespace halfpixel::cli
