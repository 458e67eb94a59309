// Files -> models.
#include <algorithm>
#include <vector>

#include "formats/container.hpp"
#include "formats/file_error.hpp"
#include "formats/formats.hpp"
#include "formats/model_builder.hpp"
#include "formats/weight_store.hpp"

namespace halfpixel::formats {
namespace {

using keras::Model;
using keras::ModelImpl;
using keras::models::LoadOptions;

// A file of a few bytes has no business with variables of gigabytes: a small allowance, and what
// weights of that many bytes could expand to.
std::int64_t variable_bytes(const LoadOptions& options, std::int64_t weight_bytes) {
  constexpr std::int64_t kAllowance = std::int64_t{64} << 20;
  constexpr std::int64_t kMaxExpansion = 100;
  const std::int64_t most = std::max<std::int64_t>(options.limits.memory_bytes, 0);
  if (weight_bytes > most / kMaxExpansion) return most;
  return std::min(most, kAllowance + weight_bytes * kMaxExpansion);
}

Model as_model(BuiltModel built) {
  if (!built.model->connected()) {
    unsupported(
        "the model was never called, so that it has no input shape; build it before saving");
  }
  return Access::make<Model>(std::move(built.model));
}

void collect(keras::LayerImpl& layer, std::vector<std::pair<keras::VariableRef, Tensor>>& values) {
  for (std::size_t i = 0; i < layer.variables().size(); ++i) {
    values.emplace_back(keras::VariableRef{&layer, i}, layer.variables()[i].value);
  }
  for (const auto& [key, inner] : layer.sublayers()) collect(*inner, values);
}

}  // namespace

Model load_model_file(const std::filesystem::path& path, const LoadOptions& options) {
  return speaking_of("load_model", path.string(), [&] {
    const ByteLimit limit{options.limits.memory_bytes};
    Container container = open_model(path, limit);
    container.config = with_old_activations(std::move(container.config));
    const ModelDescription description = describe_model(container.config);
    keras::BuildContext context(variable_bytes(options, container.weight_bytes));
    BuiltModel built = build_model(description, options, context);
    const WeightTarget target = std::move(built.weights);
    Model model = as_model(std::move(built));
    if (container.weights != nullptr) {
      load_weights(*container.weights, target);
    } else if (has_variables(target)) {
      malformed("the archive has no model.weights.h5");
    }
    return model;
  });
}

Model model_from_config(const std::string& json, const LoadOptions& options) {
  return speaking_of("model_from_json", "the configuration", [&] {
    const Config config = with_old_activations(parse_json_object(json, "the text"));
    const ModelDescription description = describe_model(config);
    keras::BuildContext context(options.limits.memory_bytes, /*initial_values=*/true);
    return as_model(build_model(description, options, context));
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
