// The old .h5 layout: each layer of the outermost model has a group with all its weights, those of
// layers inside it too, and a list of their names. The order in the list depends on what is
// trainable, so variables are found by the last two parts of the names ("conv2d_1/kernel:0"), which
// no writer ever dropped.
#include <algorithm>
#include <map>
#include <unordered_set>

#include "formats/file_error.hpp"
#include "formats/weight_store.hpp"

namespace halfpixel::formats {
namespace {

using keras::Variable;

struct Slot {
  std::string key;  // "conv2d_1/kernel"
  Variable* variable;
};

void collect(keras::LayerImpl& layer, const std::string& name, std::vector<Slot>& slots) {
  for (Variable& variable : layer.variables()) {
    if (!variable.alias) slots.push_back({name + "/" + variable.name, &variable});
  }
  for (const auto& [key, inner] : layer.sublayers()) collect(*inner, inner->name(), slots);
}

void collect(const WeightTarget& target, std::vector<Slot>& slots) {
  if (!target.is_model) return collect(*target.layer, target.name, slots);
  for (const WeightTarget& inner : target.layers) collect(inner, slots);
}

// The last two parts, without ":0".
std::string short_name(std::string_view name) {
  if (const auto colon = name.rfind(':');
      colon != name.npos && name.find('/', colon) == name.npos) {
    name = name.substr(0, colon);
  }
  auto slash = name.rfind('/');
  if (slash != name.npos && slash > 0) slash = name.rfind('/', slash - 1);
  return std::string(slash == name.npos ? name : name.substr(slash + 1));
}

// State of random generators, which inference does not use.
bool is_random_state(const std::string& name) {
  return name.find("seed_generator") != name.npos || name.find("StateVar") != name.npos;
}

// For each slot the index of its weight; empty when the names do not tell.
std::vector<std::size_t> match_by_name(const std::vector<Slot>& slots,
                                       const std::vector<std::string>& names) {
  std::map<std::string, std::vector<std::size_t>> by_name;  // equal names: in order
  for (std::size_t i = names.size(); i-- > 0;) by_name[short_name(names[i])].push_back(i);
  std::vector<std::size_t> order;
  for (const Slot& slot : slots) {
    const auto found = by_name.find(short_name(slot.key));
    if (found == by_name.end() || found->second.empty()) return {};
    order.push_back(found->second.back());
    found->second.pop_back();
  }
  return order;
}

// Trainable variables first, as the writers list them.
std::vector<std::size_t> match_by_position(const std::vector<Slot>& slots) {
  std::vector<std::size_t> order(slots.size());
  std::size_t next = 0;
  for (const bool trainable : {true, false}) {
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (slots[i].variable->trainable == trainable) order[i] = next++;
    }
  }
  return order;
}

void load_layer(const WeightSource& source, const std::string& group, const WeightTarget& target) {
  std::vector<Slot> slots;
  collect(target, slots);
  auto names = source.texts(group, "weight_names");
  if (!names) malformed("layer \"", printable(target.name), "\": its weight_names are missing");
  std::erase_if(*names, is_random_state);
  if (names->size() != slots.size()) {
    malformed("layer \"", printable(target.name), "\" expected ", slots.size(),
              " weights, but the file has ", names->size());
  }
  std::vector<std::size_t> order = match_by_name(slots, *names);
  if (order.empty()) order = match_by_position(slots);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    assign_variable(source, group + "/" + (*names)[order[i]], target.name, *slots[i].variable);
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
