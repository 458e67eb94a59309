#include "model_json.hpp"

namespace halfpixel::cli {

keras::Config::Value extents_json(const Shape& shape) {
  keras::Config::List list;
  for (const std::int64_t extent : shape) {
    list.emplace_back(nullptr);
    if (extent != kUnknown) list.back().v = extent;
  }
  return list;
}

namespace {

using keras::Config;

// Dictionaries are known by their keys.
Config::List ports(const std::vector<keras::KerasTensor>& tensors,
                   const std::vector<std::string>& keys, const std::vector<std::string>& names) {
  Config::List list;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    Config port;
    port.set("name", keys.empty() ? names[i] : keys[i]);
    port.set("shape", extents_json(tensors[i].shape()));
    port.set("dtype", name_of(tensors[i].dtype()));
    list.emplace_back(std::move(port));
  }
  return list;
}

// A list of shapes when there are several outputs; null when the layer was never called.
Config::Value output_shape(const keras::LayerInfo& info) {
  if (info.output_shapes.empty()) return nullptr;
  if (info.output_shapes.size() == 1) return extents_json(info.output_shapes[0]);
  Config::List list;
  for (const Shape& shape : info.output_shapes) list.push_back(extents_json(shape));
  return list;
}

Config::List layers_json(const std::vector<keras::LayerInfo>& infos) {
  Config::List layers;
  for (const bool operations : {false, true}) {  // layers as model.layers has them, then the rest
    for (const keras::LayerInfo& info : infos) {
      if (info.is_operation != operations) continue;
      Config layer;
      layer.set("name", info.name);
      layer.set("class", info.class_name);
      layer.set("output_shape", output_shape(info));
      layer.set("parameters",
                info.parameters < 0 ? Config::Value(nullptr) : Config::Value(info.parameters));
      layers.emplace_back(std::move(layer));
    }
  }
  return layers;
}

}  // namespace

std::string model_json(const keras::Model& model) {
  Config object;
  object.set("inputs", ports(model.inputs(), model.input_keys(), model.input_names()));
  object.set("outputs", ports(model.outputs(), model.output_keys(), model.output_names()));
  object.set("total_parameters", model.count_params());
  object.set("layers", layers_json(model.layer_infos()));
  return object.json();
}

std::string outline_json(const keras::models::Outline& outline) {
  std::int64_t total = 0;
  bool known = true;
  for (const keras::LayerInfo& info : outline.layers) {
    known = known && info.parameters >= 0;
    total += info.parameters;
  }
  Config::List problems;
  for (const std::string& problem : outline.problems) problems.emplace_back(problem);
  Config object;
  object.set("total_parameters", known ? Config::Value(total) : Config::Value(nullptr));
  object.set("layers", layers_json(outline.layers));
  object.set("problems", std::move(problems));
  return object.json();
}

}  // namespace halfpixel::cli
