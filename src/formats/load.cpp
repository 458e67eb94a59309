// Files -> models.
#include <algorithm>
#include <vector>

#include "core/enumerator.hpp"
#include "formats/container.hpp"
#include "formats/file_error.hpp"
#include "formats/formats.hpp"
#include "formats/model_builder.hpp"
#include "formats/weight_store.hpp"

namespace halfpixel::formats {
namespace {

using keras::Config;
using keras::Model;
using keras::ModelImpl;
using keras::models::LoadOptions;

bool holds_bilinear(const Config::Value& value) {
  if (const auto* list = value.get_if<Config::List>())
    return std::any_of(list->begin(), list->end(), holds_bilinear);
  const Config* object = value.get_if<Config>();
  if (object == nullptr) return false;
  const std::string* name = object->find<std::string>("class_name");
  const Config* config = object->find<Config>("config");
  if (name != nullptr && *name == "UpSampling2D" && config != nullptr) {
    const std::string* interpolation = config->find<std::string>("interpolation");
    return interpolation != nullptr && *interpolation == "bilinear";
  }
  return std::any_of(object->items().begin(), object->items().end(),
                     [](const auto& item) { return holds_bilinear(item.second); });
}

// tf.keras' versions end in -tf: from TensorFlow 1.14 on it had half-pixel centres.
bool is_standalone(std::string_view version) {
  return (version.starts_with("2.2.") || version.starts_with("2.3.")) &&
         version.find('-') == version.npos;
}

void warn_of_dialect(const LoadOptions& options, const std::string& version, const Config& config) {
  if (options.dialect != keras::models::Dialect::keras || !options.warning ||
      !is_standalone(version) || !holds_bilinear(config)) {
    return;
  }
  options.warning(concat("the file was written by Keras ", printable(version),
                         ", whose bilinear up-sampling had no half-pixel centres; the numbers are "
                         "those of today's Keras, and with LoadOptions{.dialect = ",
                         "Dialect::keras2_legacy} or --dialect tf1 those of its writer"));
}

Model as_model(BuiltModel built, const LoadOptions& options) {
  if (!built.model->connected()) {
    unsupported(
        "the model was never called, so that it has no input shape; build it before saving");
  }
  built.model->limit_memory(std::max<std::int64_t>(options.limits.memory_bytes, 1));
  return Access::make<Model>(std::move(built.model));
}

void collect(keras::LayerImpl& layer, std::vector<std::pair<keras::VariableRef, Tensor>>& values) {
  for (std::size_t i = 0; i < layer.variables().size(); ++i) {
    values.emplace_back(keras::VariableRef{&layer, i}, layer.variables()[i].value);
  }
  for (const auto& [key, inner] : layer.sublayers()) collect(*inner, values);
}

}  // namespace

std::int64_t variable_bytes(const LoadOptions& options, std::int64_t weight_bytes) {
  constexpr std::int64_t kAllowance = std::int64_t{64} << 20;
  constexpr std::int64_t kMaxExpansion = 100;
  const std::int64_t most = std::max<std::int64_t>(options.limits.memory_bytes, 0);
  if (weight_bytes > most / kMaxExpansion) return most;
  return std::min(most, kAllowance + weight_bytes * kMaxExpansion);
}

void check_options(std::string_view who, const LoadOptions& options) {
  require_enumerator(who, "dialect", options.dialect, keras::models::Dialect::keras2_legacy);
  require_enumerator(who, "backend", options.backend, keras::models::Backend::jax);
}

Model load_model_file(const std::filesystem::path& path, const LoadOptions& options) {
  check_options("load_model", options);
  return speaking_of("load_model", path.string(), [&] {
    const ByteLimit limit{options.limits.memory_bytes};
    Container container = open_model(path, limit);
    container.config = with_old_meanings(std::move(container.config));
    warn_of_dialect(options, container.keras_version, container.config);
    const ModelDescription description = describe_model(container.config);
    keras::BuildContext context(variable_bytes(options, container.weight_bytes));
    BuiltModel built = build_model(description, options, context);
    const WeightTarget target = std::move(built.weights);
    Model model = as_model(std::move(built), options);
    if (container.weights != nullptr) {
      load_weights(*container.weights, target);
    } else if (has_variables(target)) {
      malformed("the archive has no model.weights.h5");
    }
    return model;
  });
}

Model model_from_config(const std::string& json, const LoadOptions& options) {
  check_options("model_from_json", options);
  return speaking_of("model_from_json", "the configuration", [&] {
    const Config config = with_old_meanings(parse_json_object(json, "the text"));
    const std::string* version = config.find<std::string>("keras_version");
    if (version != nullptr) warn_of_dialect(options, *version, config);
    const ModelDescription description = describe_model(config);
    keras::BuildContext context(options.limits.memory_bytes, /*initial_values=*/true);
    return as_model(build_model(description, options, context), options);
  });
}

void load_weights_file(const Model& model, const std::filesystem::path& path) {
  speaking_of("load_weights", path.string(), [&] {
    const auto source = open_any_weights(path, {});
    const std::lock_guard values(keras::variables_mutex());
    std::vector<std::pair<keras::VariableRef, Tensor>> before;
    collect(Access::impl(model), before);
    try {
      load_weights(*source, weight_target(Access::share(model)));
    } catch (...) {
      for (auto& [variable, value] : before) variable.assign(std::move(value));
      throw;
    }
  });
}

}  // namespace halfpixel::formats

namespace halfpixel::keras {

Model models::load_model(const Path& path, const LoadOptions& options) {
  return formats::load_model_file(path.str(), options);
}

Model models::model_from_json(const std::string& json, const LoadOptions& options) {
  return formats::model_from_config(json, options);
}

void Model::load_weights(const Path& path) {
  formats::load_weights_file(*this, path.str());
}

}  // namespace halfpixel::keras
