// Sequential models: where the input shape stands differs from version to version.
#include <algorithm>
#include <unordered_set>

#include "core/checked.hpp"
#include "formats/file_error.hpp"
#include "formats/json_config.hpp"
#include "formats/model_builder.hpp"
#include "model/record.hpp"
#include "operations/operations.hpp"

namespace halfpixel::formats {

using keras::LayerPtr;
using keras::ModelImpl;
using keras::models::LoadOptions;

namespace {

// An InputLayer for a file that has none: the first layer's batch_input_shape, or
// build_input_shape.
LayerPtr implied_input(const ModelDescription& description) {
  if (description.layers.empty()) return nullptr;
  const LayerEntry& front = description.layers.front();
  LayerEntry entry;
  entry.kind = EntryKind::input;
  const Config::Value* shape =
      front.kind == EntryKind::functional || front.kind == EntryKind::sequential
          ? nullptr
          : front.config.find("batch_input_shape");
  if (shape == nullptr) shape = front.config.find("batch_shape");
  if (shape == nullptr) shape = description.build_input_shape;
  if (shape == nullptr || shape->get_if<Config::List>() == nullptr) return nullptr;
  entry.config.set("batch_shape", *shape);
  // Embedding's indices are whole numbers, but Keras gives its input the default dtype too.
  std::string name = front.name + "_input";
  std::replace(name.begin(), name.end(), '/', '_');
  return make_layer(entry, name, {});
}

}  // namespace

BuiltModel build_sequential(const ModelDescription& description, const LoadOptions& options,
                            keras::BuildContext& context) {
  BuiltModel built;
  built.weights.class_name = "Sequential";
  built.weights.name = description.name;
  built.weights.is_model = true;
  std::vector<LayerPtr> items(description.layers.size());
  std::unordered_set<std::string> taken;
  const auto make = [&](std::size_t index) {
    const LayerEntry& entry = description.layers[index];
    std::string name = entry.name;
    std::replace(name.begin(), name.end(), '/', '_');
    while (!taken.insert(name).second) name += '_';
    try {
      WeightTarget target{nullptr, entry.class_name, entry.name, false, {}};
      if (entry.kind == EntryKind::operation) {
        const keras::OperationCall call{entry.config, {Argument{Argument::Input{0}}}, {}};
        target.layer = keras::make_operation(entry.class_name, call, name);
      } else {
        target = make_target(entry, name, options, context);
      }
      items[index] = target.layer;
      if (entry.kind != EntryKind::input && entry.kind != EntryKind::operation) {
        built.weights.layers.push_back(std::move(target));
      }
    } catch (const Error& error) {
      fail(error.code(), "layer \"", printable(entry.name), "\" (", printable(entry.class_name),
           "): ", error.what());
    }
  };
  // Inputs last: a layer that is refused says more than its input of a strange dtype.
  for (const bool inputs : {false, true}) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if ((description.layers[i].kind == EntryKind::input) == inputs) make(i);
    }
  }
  const bool has_input =
      !description.layers.empty() && description.layers.front().kind == EntryKind::input;
  if (!has_input) {
    if (LayerPtr input = implied_input(description)) items.insert(items.begin(), std::move(input));
  }
  built.model = std::make_shared<ModelImpl>(std::move(items), description.name,
                                            description.trainable, context);
  built.weights.layer = built.model;
  return built;
}

WeightTarget weight_target(const std::shared_ptr<keras::LayerImpl>& layer) {
  WeightTarget target{layer, layer->class_name(), layer->name(), false, {}};
  if (const auto* model = dynamic_cast<const ModelImpl*>(layer.get())) {
    target.is_model = true;
    for (const LayerPtr& inner : model->layers()) {
      if (!inner->is_operation()) target.layers.push_back(weight_target(inner));
    }
  } else if (layer->class_name() == "TimeDistributed") {
    WeightTarget inner = weight_target(layer->sublayers().at(0).second);
    if (!inner.layers.empty()) target.layers.push_back(std::move(inner));
  }
  return target;
}

}  // namespace halfpixel::formats
