// Arguments of calls in Keras 3's spelling: {"args": […], "kwargs": {…}} with objects for what JSON
// cannot say.
#include <optional>

#include "formats/file_error.hpp"
#include "formats/json_config.hpp"
#include "formats/model_description.hpp"

namespace halfpixel::formats {
namespace {

// Extents of nested lists; throws when rows differ in length.
Shape shape_of(const Config::Value& value) {
  Shape shape;
  for (const Config::Value* level = &value; level->get_if<Config::List>() != nullptr;) {
    const Config::List& list = *level->get_if<Config::List>();
    if (shape.rank() == kMaxRank) malformed("an array has more than ", kMaxRank, " axes");
    shape.push_back(static_cast<std::int64_t>(list.size()));
    if (shape.num_elements() > static_cast<std::int64_t>(kMaxJsonValues))
      malformed("the rows of an array differ in length");
    if (list.empty()) break;
    level = &list.front();
  }
  return shape;
}

void fill(const Config::Value& value, const Shape& shape, int axis, double*& to) {
  if (axis == shape.rank()) {
    if (const auto* number = value.get_if<double>())
      *to++ = *number;
    else if (const auto* whole = value.get_if<std::int64_t>())
      *to++ = static_cast<double>(*whole);
    else if (const auto* flag = value.get_if<bool>())
      *to++ = *flag ? 1.0 : 0.0;
    else
      malformed("an array holds something that is not a number; got ", printable(value.json()));
    return;
  }
  const Config::List* list = value.get_if<Config::List>();
  if (list == nullptr || static_cast<std::int64_t>(list->size()) != shape[axis]) {
    malformed("the rows of an array differ in length");
  }
  for (const Config::Value& element : *list) fill(element, shape, axis + 1, to);
}

std::optional<std::int64_t> slice_bound(const Config& config, std::string_view key) {
  const Config::Value* value = config.find(key);
  if (value == nullptr || value->is_none()) return std::nullopt;
  if (const auto* number = value->get_if<std::int64_t>()) return *number;
  unsupported("a slice whose ", key, " is not a number; got ", printable(value->json()));
}

bool holds_special(const Config::Value& value) {
  if (const Config::List* list = value.get_if<Config::List>()) {
    for (const Config::Value& element : *list) {
      if (holds_special(element)) return true;
    }
    return false;
  }
  const Config* object = value.get_if<Config>();
  if (object == nullptr) return false;
  if (const std::string* kind = object->find<std::string>("class_name"))
    return kind->starts_with("__");
  for (const auto& [key, member] : object->items()) {
    if (holds_special(member)) return true;
  }
  return false;
}

Argument read_argument(const Config::Value& value, InboundCall& call);

Argument read_object(const Config& object, const Config::Value& value, InboundCall& call) {
  const std::string* kind = object.find<std::string>("class_name");
  static const Config kNone;
  const Config* found = object.find<Config>("config");
  const Config& config = found != nullptr ? *found : kNone;
  if (kind == nullptr) {  // a dict of tensors: the inputs of a nested model by key
    Argument::List list;
    for (const auto& [key, member] : object.items()) {
      const std::size_t before = call.inputs.size();
      list.push_back(read_argument(member, call));
      call.keys.resize(call.inputs.size());
      if (call.inputs.size() == before + 1) call.keys[before] = key;
    }
    return {std::move(list)};
  }
  if (*kind == "__keras_tensor__") {
    const Config::List* history = config.find<Config::List>("keras_history");
    if (history == nullptr) malformed("a tensor without keras_history");
    call.inputs.push_back(read_tensor_ref(*history));
    return {Argument::Input{static_cast<int>(call.inputs.size()) - 1}};
  }
  if (*kind == "__numpy__" || *kind == "__tensor__") return {read_array(config)};
  if (*kind == "__ellipsis__") return {Argument::Ellipsis{}};
  if (*kind == "__slice__") {
    return {Argument::Slice{slice_bound(config, "start"), slice_bound(config, "stop"),
                            slice_bound(config, "step")}};
  }
  if (kind->starts_with("__")) unsupported("an argument of kind ", printable(*kind));
  return {value};
}

Argument read_argument(const Config::Value& value, InboundCall& call) {
  if (!holds_special(value)) return {value};
  if (const Config* object = value.get_if<Config>()) return read_object(*object, value, call);
  Argument::List list;
  for (const Config::Value& element : *value.get_if<Config::List>())
    list.push_back(read_argument(element, call));
  return {std::move(list)};
}

}  // namespace

Tensor read_array(const Config& config) {
  const Config::Value* value = config.find("value");
  const std::string* dtype = config.find<std::string>("dtype");
  if (value == nullptr) malformed("an array without values");
  const DType wanted = dtype != nullptr ? to_dtype(*dtype) : DType::float32;
  const Shape shape = shape_of(*value);
  Tensor numbers(shape, DType::float64);
  double* to = numbers.data<double>();
  fill(*value, shape, 0, to);
  return numbers.astype(wanted);
}

bool is_tensor_leaf(const Config::Value& value) {
  const Config::List* leaf = value.get_if<Config::List>();
  return leaf != nullptr && leaf->size() >= 3 && (*leaf)[0].get_if<std::string>() != nullptr &&
         (*leaf)[1].get_if<std::int64_t>() != nullptr &&
         (*leaf)[2].get_if<std::int64_t>() != nullptr;
}

TensorRef read_tensor_ref(const Config::List& leaf) {
  constexpr std::int64_t kMost = 1 << 30;
  if (leaf.size() < 3 || leaf[0].get_if<std::string>() == nullptr ||
      leaf[1].get_if<std::int64_t>() == nullptr || leaf[2].get_if<std::int64_t>() == nullptr) {
    malformed("a tensor must be [layer, node, tensor]; got ",
              printable(Config::Value(leaf).json()));
  }
  const std::int64_t node = *leaf[1].get_if<std::int64_t>(),
                     tensor = *leaf[2].get_if<std::int64_t>();
  if (node < 0 || node > kMost || tensor < 0 || tensor > kMost) {
    malformed("a tensor must be [layer, node, tensor]; got ",
              printable(Config::Value(leaf).json()));
  }
  return {*leaf[0].get_if<std::string>(), static_cast<int>(node), static_cast<int>(tensor)};
}

InboundCall read_keras3_call(const Config& node) {
  InboundCall call;
  if (const Config::List* args = node.find<Config::List>("args")) {
    for (const Config::Value& value : *args) call.args.push_back(read_argument(value, call));
  }
  if (const Config* kwargs = node.find<Config>("kwargs")) {
    for (const auto& [key, value] : kwargs->items())
      call.kwargs.emplace_back(key, read_argument(value, call));
  }
  if (!call.keys.empty()) call.keys.resize(call.inputs.size());
  return call;
}

}  // namespace halfpixel::formats
