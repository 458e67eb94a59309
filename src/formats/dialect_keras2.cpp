// Calls in tf_keras' spelling: a node is a list of ["name", node, tensor, kwargs], or one of them
// alone; among the kwargs a tensor looks like any other list, so the names of the layers decide.
#include "formats/file_error.hpp"
#include "formats/json_config.hpp"
#include "formats/layer_names.hpp"
#include "formats/model_description.hpp"

namespace halfpixel::formats {
namespace {

bool is_tensor(const Config::Value& value, const LayerNames& names) {
  const Config::List* leaf = value.get_if<Config::List>();
  return is_tensor_leaf(value) && leaf->size() <= 4 && names.has(*(*leaf)[0].get_if<std::string>());
}

bool is_constant(const Config::List& entry) {
  const std::string* name = entry.empty() ? nullptr : entry[0].get_if<std::string>();
  return name != nullptr && *name == "_CONSTANT_VALUE" && entry.size() >= 3;
}

bool holds_special(const Config::Value& value, const LayerNames& names) {
  if (is_tensor(value, names)) return true;
  if (const Config::List* list = value.get_if<Config::List>()) {
    for (const Config::Value& element : *list) {
      if (holds_special(element, names)) return true;
    }
  }
  const Config* object = value.get_if<Config>();
  if (object == nullptr) return false;
  const std::string* kind = object->find<std::string>("class_name");
  return (kind != nullptr && kind->starts_with("__")) ||
         (object->find("start") != nullptr && object->find("stop") != nullptr);
}

Argument slice_of(const Config& slice, const LayerNames& names, InboundCall& call) {
  Argument::Slice result;
  const auto read = [&](std::size_t i, std::string_view key, std::optional<std::int64_t>& bound) {
    const Config::Value* value = slice.find(key);
    if (value == nullptr || value->is_none()) return;
    if (is_tensor(*value, names)) {
      call.inputs.push_back(read_tensor_ref(*value->get_if<Config::List>()));
      result.inputs[i] = static_cast<int>(call.inputs.size()) - 1;
    } else if (const auto* number = value->get_if<std::int64_t>()) {
      bound = *number;
    } else {
      unsupported("a slice whose ", key, " is not a number; got ", printable(value->json()));
    }
  };
  read(0, "start", result.start);
  read(1, "stop", result.stop);
  read(2, "step", result.step);
  return {result};
}

Argument read_argument(const Config::Value& value, const LayerNames& names, InboundCall& call) {
  if (!holds_special(value, names)) return {value};
  if (is_tensor(value, names)) {
    call.inputs.push_back(read_tensor_ref(*value.get_if<Config::List>()));
    return {Argument::Input{static_cast<int>(call.inputs.size()) - 1}};
  }
  if (const Config::List* list = value.get_if<Config::List>()) {
    Argument::List out;
    for (const Config::Value& element : *list) out.push_back(read_argument(element, names, call));
    return {std::move(out)};
  }
  const Config& object = *value.get_if<Config>();
  if (const std::string* kind = object.find<std::string>("class_name")) {
    const Config* config = object.find<Config>("config");
    if (*kind == "__ellipsis__") return {Argument::Ellipsis{}};
    if ((*kind == "__numpy__" || *kind == "__tensor__") && config != nullptr)
      return {read_array(*config)};
    if (*kind != "__slice__") unsupported("an argument of kind ", printable(*kind));
    const Config& slice = config != nullptr ? *config : object;
    return slice_of(slice, names, call);
  }
  return slice_of(object, names, call);
}

// ["name", node, tensor, kwargs] or ["_CONSTANT_VALUE", -1, value, kwargs]; kwargs are read for the
// first. A list of such, tf.concat([shape, [6]], 0), is a list.
Argument read_entry(const Config::Value& value, const LayerNames& names, InboundCall& call,
                    const Config** kwargs) {
  const Config::List* entry = value.get_if<Config::List>();
  if (entry == nullptr || entry->empty()) {
    malformed("a call must be [layer, node, tensor, kwargs]; got ", printable(value.json()));
  }
  if (entry->front().get_if<Config::List>() != nullptr) {
    Argument::List items;
    for (const Config::Value& item : *entry)
      items.push_back(read_entry(item, names, call, items.empty() ? kwargs : nullptr));
    return {std::move(items)};
  }
  if (kwargs != nullptr && entry->size() > 3) *kwargs = (*entry)[3].get_if<Config>();
  if (is_constant(*entry)) return read_argument((*entry)[2], names, call);
  call.inputs.push_back(read_tensor_ref(*entry));
  return {Argument::Input{static_cast<int>(call.inputs.size()) - 1}};
}

}  // namespace

InboundCall read_keras2_call(const Config::Value& node, const LayerNames& names) {
  InboundCall call;
  const Config* kwargs = nullptr;
  if (const Config* object = node.get_if<Config>()) {  // a model called with a dict
    Argument::List list;
    for (const auto& [key, value] : object->items()) {
      list.push_back(read_entry(value, names, call, list.empty() ? &kwargs : nullptr));
      call.keys.resize(call.inputs.size());
      if (!call.keys.empty()) call.keys.back() = key;
    }
    call.args.push_back({std::move(list)});
  } else if (const Config::List* list = node.get_if<Config::List>();
             list != nullptr && !list->empty()) {
    if (list->front().get_if<std::string>() != nullptr) {
      call.args.push_back(read_entry(node, names, call, &kwargs));
    } else if (list->size() == 1) {
      call.args.push_back(read_entry(list->front(), names, call, &kwargs));
    } else {
      Argument::List entries;
      for (const Config::Value& entry : *list) {
        entries.push_back(read_entry(entry, names, call, entries.empty() ? &kwargs : nullptr));
      }
      call.args.push_back({std::move(entries)});
    }
  } else {
    malformed("a call must be a list; got ", printable(node.json()));
  }
  if (kwargs != nullptr) {
    for (const auto& [key, value] : kwargs->items()) {
      call.kwargs.emplace_back(key, read_argument(value, names, call));
    }
  }
  if (!call.keys.empty()) call.keys.resize(call.inputs.size());
  return call;
}

std::vector<InboundCall> read_calls(const Config::List& inbound_nodes, const LayerNames& names,
                                    bool* keras2) {
  std::vector<InboundCall> calls;
  for (const Config::Value& node : inbound_nodes) {
    const Config* object = node.get_if<Config>();
    if (object != nullptr && object->find<Config::List>("args") != nullptr) {
      calls.push_back(read_keras3_call(*object));
    } else {
      *keras2 = true;
      calls.push_back(read_keras2_call(node, names));
      calls.back().keras2 = true;
    }
  }
  return calls;
}

}  // namespace halfpixel::formats
