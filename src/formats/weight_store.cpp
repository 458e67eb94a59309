#include "formats/weight_store.hpp"

#include "formats/file_error.hpp"

namespace halfpixel::formats {

WeightLayout find_layout(const WeightSource& source) {
  if (source.has_group("model_weights") || source.texts("", "layer_names"))
    return WeightLayout::legacy;
  if (source.has_group("layers")) return WeightLayout::keras3;
  if (source.has_group("_layer_checkpoint_dependencies")) return WeightLayout::checkpoint;
  return WeightLayout::none;
}

namespace {

bool has_variables(const keras::LayerImpl& layer) {
  if (!layer.variables().empty()) return true;
  for (const auto& [key, inner] : layer.sublayers()) {
    if (has_variables(*inner)) return true;
  }
  return false;
}

void require_built(const WeightTarget& target) {
  if (!target.layer->built() && keras::input_spec(*target.layer) == nullptr) {
    malformed("layer \"", printable(target.name), "\" (", printable(target.class_name),
              ") has no input shape, so that its weights have no place");
  }
  for (const WeightTarget& inner : target.layers) require_built(inner);
}

}  // namespace

bool has_variables(const WeightTarget& target) {
  return has_variables(*target.layer);
}

void assign_variable(const WeightSource& source, const std::string& dataset,
                     const std::string& layer, const keras::VariableRef& variable) {
  const Shape wanted = variable->value.shape();
  const Hdf5File::Info info = source.info(dataset);
  if (info.shape != wanted) {
    malformed("layer \"", printable(layer), "\": weight \"", variable->name, "\" must have shape ",
              wanted.str(), "; got ", info.shape.str());
  }
  Tensor value = source.read(dataset);
  if (value.dtype() != variable->value.dtype()) value = value.astype(variable->value.dtype());
  variable.assign(std::move(value));
}

void load_weights(const WeightSource& source, const WeightTarget& model) {
  require_built(model);
  const WeightLayout layout = find_layout(source);
  if (layout == WeightLayout::legacy) {
    load_legacy_weights(source, model);
  } else if (layout != WeightLayout::none) {
    load_keras3_weights(source, model, layout);
  } else if (has_variables(model)) {
    malformed("the weights are missing: neither /layers nor layer_names is there");
  }
}

}  // namespace halfpixel::formats
