// The old .h5 layout: each layer of the outermost model has a group with all its weights, those of
// layers inside it too, and a list of their names whose order depends on what was trainable.
#include <algorithm>
#include <iterator>
#include <unordered_set>

#include "formats/file_error.hpp"
#include "formats/weight_matching.hpp"
#include "formats/weight_store.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::formats {
namespace {

using keras::VariableRef;

struct Slots {
  std::vector<WeightSlot> slots;
  std::vector<VariableRef> variables;
  void add(const std::vector<std::string>& path, const std::string& class_name,
           const VariableRef& variable, bool custom) {
    WeightSlot slot{path, {variable->name}, variable->value.shape()};
    // Keras 3 numbers LayerScale's, which has no name: variable_1.
    if (custom || class_name == "LayerScale") slot.names.clear();
    // Keras 2's name; Keras 3 dropped the word.
    if (class_name.starts_with("Depthwise") && variable->name == "kernel")
      slot.names.push_back("depthwise_kernel");
    slots.push_back(std::move(slot));
    variables.push_back(variable);
  }
  void append(Slots&& more) {
    std::move(more.slots.begin(), more.slots.end(), std::back_inserter(slots));
    variables.insert(variables.end(), more.variables.begin(), more.variables.end());
  }
};

// Keras lists what is trainable first, over all layers of an inner model; what is frozen follows,
// a frozen layer's own variables before those of layers inside it.
struct KerasOrder {
  Slots trainable, frozen;

  void add(keras::LayerImpl& layer, std::vector<std::string> path, const std::string& name,
           bool parents_trainable, bool custom = false) {
    path.push_back(name);
    const bool learns = parents_trainable && layer.trainable();
    for (const bool wanted : {true, false}) {
      for (std::size_t i = 0; i < layer.variables().size(); ++i) {
        const VariableRef variable{&layer, i};
        if (variable->alias || variable->trainable != wanted) continue;
        (learns && wanted ? trainable : frozen).add(path, layer.class_name(), variable, custom);
      }
    }
    for (const auto& [key, inner] : layer.sublayers())
      add(*inner, path, inner->name(), learns, custom);
  }
  void add(const WeightTarget& target, std::vector<std::string> path) {
    if (!target.is_model && target.layers.empty()) {
      // Somebody's own class, made of one that the library knows: its names are unknown.
      const bool custom = keras::find_layer(target.class_name) == nullptr;
      return add(*target.layer, std::move(path), target.name, true, custom);
    }
    path.push_back(target.name);
    for (const WeightTarget& inner : target.layers) add(inner, path);
  }
};

// State of random generators, which inference does not use.
bool is_random_state(const std::string& name) {
  return name.find("seed_generator") != name.npos || name.find("StateVar") != name.npos;
}

bool is_low_rank(const std::string& name) {
  return name.find("/lora_") != name.npos;
}

void load_layer(const WeightSource& source, const std::string& group, const WeightTarget& target) {
  KerasOrder order;
  order.add(target, {});
  Slots all = std::move(order.trainable);
  all.append(std::move(order.frozen));
  auto names = source.texts(group, "weight_names");
  if (!names) malformed("layer \"", printable(target.name), "\": its weight_names are missing");
  std::erase_if(*names, is_random_state);
  if (std::any_of(names->begin(), names->end(), is_low_rank)) {
    unsupported("layer \"", printable(target.name),
                "\" is adapted by LoRA, and its kernel in the file is without the update; save the "
                "model as .keras, which holds both as one");
  }
  if (names->size() != all.slots.size()) {
    malformed("layer \"", printable(target.name), "\" expected ", all.slots.size(),
              " weights, but the file has ", names->size());
  }
  std::vector<StoredWeight> stored;
  for (const std::string& name : *names) {
    stored.push_back({name, source.info(group + "/" + name).shape});
  }
  std::vector<std::size_t> matched;
  try {
    matched = match_weights(all.slots, stored);
  } catch (const Error& error) {
    malformed("layer \"", printable(target.name), "\": ", error.what());
  }
  for (std::size_t i = 0; i < matched.size(); ++i) {
    assign_variable(source, group + "/" + (*names)[matched[i]], target.name, all.variables[i]);
  }
}

}  // namespace

void load_legacy_weights(const WeightSource& source, const WeightTarget& model) {
  const std::string root = source.has_group("model_weights") ? "model_weights" : "";
  const auto listed = source.texts(root, "layer_names");
  if (!listed) malformed("the list layer_names is missing");
  const std::unordered_set<std::string> names(listed->begin(), listed->end());
  if (names.size() != listed->size()) malformed("a name is twice in layer_names");
  if (const auto version = source.text(root, "keras_version");
      version && version->starts_with("1.")) {
    unsupported("the file was written by Keras ", printable(*version),
                "; Keras 2 and later are read");
  }
  std::vector<const WeightTarget*> targets;
  bool by_name = true;
  for (const WeightTarget& target : model.layers) {
    if (!has_variables(target)) continue;
    targets.push_back(&target);
    by_name = by_name && names.count(target.name) != 0;
  }
  const std::string prefix = root.empty() ? "" : root + "/";
  std::vector<std::string> stored;  // layers that have weights in the file
  if (!by_name) {
    for (const std::string& name : *listed) {
      const auto weights = source.texts(prefix + name, "weight_names");
      if (weights && !weights->empty()) stored.push_back(name);
    }
  }
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const WeightTarget& target = *targets[i];
    // Other names: the same layers in the same order, as Keras takes it.
    const bool by_position = !by_name && stored.size() == targets.size();
    if (!by_position && names.count(target.name) == 0) {
      malformed("layer \"", printable(target.name), "\" (", printable(target.class_name),
                "): its weights are missing from the file");
    }
    load_layer(source, prefix + (by_position ? stored[i] : target.name), target);
  }
}

}  // namespace halfpixel::formats
