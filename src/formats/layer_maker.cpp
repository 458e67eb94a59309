// Entries that are layers: from the registry, or from the factories that the caller bound.
#include <algorithm>
#include <array>

#include "formats/file_error.hpp"
#include "formats/json_config.hpp"
#include "formats/model_builder.hpp"
#include "layers/recurrent.hpp"
#include "layers/sampling.hpp"
#include "model/layer_rows.hpp"
#include "model/record.hpp"

namespace halfpixel::formats {
namespace {

using keras::LayerPtr;
using keras::models::CustomFactory;
using keras::models::LoadOptions;

LayerPtr make_input(const LayerEntry& entry, const std::string& name) {
  const Config::Value* shape = entry.config.find("batch_shape");
  if (shape == nullptr) shape = entry.config.find("batch_input_shape");
  const Config::List* extents = shape != nullptr ? shape->get_if<Config::List>() : nullptr;
  if (extents == nullptr) malformed("an InputLayer needs batch_shape");
  if (extents->size() > static_cast<std::size_t>(kMaxRank)) {
    unsupported("an input has at most ", kMaxRank, " axes; got ", extents->size());
  }
  Shape batch_shape;
  for (const Config::Value& extent : *extents) {
    const std::int64_t* number = extent.get_if<std::int64_t>();
    const bool unknown = extent.is_none();
    if (!unknown && (number == nullptr || *number < 0))
      malformed("batch_shape must hold sizes; got ", shape->json());
    batch_shape.push_back(unknown ? kUnknown : *number);
  }
  for (const char* key : {"sparse", "ragged"}) {
    if (const bool* flag = entry.config.find<bool>(key); flag != nullptr && *flag) {
      unsupported("an input that is ", key);
    }
  }
  const std::string* dtype = entry.config.find<std::string>("dtype");
  if (const Config* policy = entry.config.find<Config>("dtype")) {
    if (const Config* config = policy->find<Config>("config"))
      dtype = config->find<std::string>("name");
  }
  if (dtype != nullptr && *dtype == "string") unsupported("an input of dtype string");
  return keras::make_input_layer(batch_shape, dtype != nullptr ? to_dtype(*dtype) : DType::float32,
                                 name);
}

// A class that somebody made or registered is theirs, whatever it is called: a few are known by
// their package.
const keras::LayerRow* find_row(const LayerEntry& entry) {
  const std::string& registered = entry.registered_name;
  if (registered.find('>') != registered.npos) return keras::find_layer(registered);
  if (entry.package.empty()) return keras::find_layer(entry.class_name);
  return keras::find_layer(concat(entry.package, ">", entry.class_name));
}
// Of Keras itself, rather than of a package beside it.
bool is_of_keras(const LayerEntry& entry) {
  const keras::LayerRow* row = find_row(entry);
  return row != nullptr && row->class_name.find('>') == std::string_view::npos &&
         row->alias.find('>') == std::string_view::npos;
}

const CustomFactory* find_factory(const LayerEntry& entry, const LoadOptions& options) {
  // A single layer before its class; Keras' own layers go by class alone.
  const bool by_name = entry.class_name == "Lambda" || !is_of_keras(entry);
  const std::string bare = bare_class(entry);
  for (const std::string* key : {&entry.name, &entry.registered_name, &entry.class_name, &bare}) {
    if (key->empty() || *key == "Lambda" || (key == &entry.name && !by_name)) continue;
    const auto found = options.custom_objects.find(*key);
    if (found != options.custom_objects.end()) return &found->second;
  }
  return nullptr;
}

// key: of custom_objects; name: what --bind knows it by.
std::string ways_to_bind(std::string_view key, std::string_view name, std::string_view operations) {
  return concat("in C++ load_model(path, {.custom_objects = {{\"", printable(key),
                "\", factory}}}), in Python load_model(path, custom_objects={\"", printable(key),
                "\": \"OPERATION[:ARGUMENT]\"}), on the command line --bind ", printable(name),
                "=OPERATION[:ARGUMENT] (", operations, " …)");
}

[[noreturn]] void refuse_lambda(const LayerEntry& entry) {
  unsupported("a Lambda is Python code, which is never run. Say what it does: ",
              ways_to_bind(entry.name, entry.name, "depth_to_space:2, scale:0.1, identity"));
}

// None, or a structure with nothing else in it: a nested model called with several tensors has a
// mask for each, [null, null] or {"a": null}.
bool is_none(const Config::Value& value) {
  if (const Config::List* list = value.get_if<Config::List>())
    return !list->empty() && std::all_of(list->begin(), list->end(), is_none);
  if (const Config* object = value.get_if<Config>()) {
    return !object->items().empty() &&
           std::all_of(object->items().begin(), object->items().end(),
                       [](const auto& item) { return is_none(item.second); });
  }
  return value.is_none();
}

bool is_falsy(const Argument& argument) {
  const auto* value = argument.get_if<Config::Value>();
  if (value == nullptr) return false;
  const bool* flag = value->get_if<bool>();
  return is_none(*value) || (flag != nullptr && !*flag);
}

// tf_keras writes an array as lists; the values of an attention_mask say all that there is.
Tensor array_of(const Config::Value& lists, bool is_mask) {
  Config config;
  config.set("value", lists);
  Tensor array = read_array(config);
  if (!is_mask) return array;
  for (const float value : array.span<float>()) {
    if (value != 0 && value != 1) unsupported("its attention_mask holds ", value);
  }
  return array.astype(DType::boolean);
}

// Where arrays may stand for tensors.
enum class Arrays { refused, taken, masks };

void collect(const Argument& argument, const InboundCall& call, Arrays arrays, LayerArguments& to) {
  const auto add = [&](Tensor array) {
    to.constants.push_back({to.tensors.size() + to.constants.size(), std::move(array)});
  };
  const auto* plain = argument.get_if<Config::Value>();
  const bool lists = plain != nullptr && plain->get_if<Config::List>() != nullptr;
  if (const auto* input = argument.get_if<Argument::Input>()) {
    to.tensors.push_back(call.inputs.at(static_cast<std::size_t>(input->index)));
  } else if (const auto* list = argument.get_if<Argument::List>()) {
    for (const Argument& element : *list) collect(element, call, arrays, to);
  } else if (const auto* tensor = argument.get_if<Tensor>()) {
    if (arrays == Arrays::refused) unsupported("it is called on a constant array");
    add(*tensor);
  } else if (lists && call.keras2 && arrays != Arrays::refused) {
    add(array_of(*plain, arrays == Arrays::masks));
  } else if (!is_falsy(argument)) {
    unsupported("it is called with an argument that is not a tensor");
  }
}

// A nested model's: one mask, or a list of one or None for each of the inputs.
void collect_masks(const Argument& argument, const InboundCall& call, LayerArguments& to) {
  const std::size_t inputs = to.tensors.size();
  const auto* list = argument.get_if<Argument::List>();
  const Argument::List one = {argument};
  if (list == nullptr) list = &one;
  if (list->size() != inputs || !to.constants.empty())
    unsupported("it is called with masks that are not one for each input");
  Config::List given;
  for (const Argument& mask : *list) {
    given.emplace_back(!is_falsy(mask));
    collect(mask, call, Arrays::refused, to);
  }
  if (to.tensors.size() - inputs > inputs) unsupported("it is called with lists of masks");
  to.others.set(std::string(keras::kMasksOfInputs), std::move(given));
}

}  // namespace

LayerPtr make_layer(const LayerEntry& entry, const std::string& name, const LoadOptions& options) {
  if (entry.kind == EntryKind::input) return make_input(entry, name);
  Config config = entry.config;
  config.set("name", name);
  if (const CustomFactory* factory = find_factory(entry, options)) {
    LayerPtr layer = Access::share((*factory)(config));
    if (layer == nullptr) malformed("the factory in custom_objects gave no layer");
    layer->rename(name);  // one factory may make the layers of several entries
    return layer;
  }
  if (entry.class_name == "Lambda") refuse_lambda(entry);
  const keras::LayerRow* row = find_row(entry);
  if (row == nullptr) {
    const std::string& registered =
        entry.registered_name.empty() ? entry.class_name : entry.registered_name;
    if (entry.own_model) unsupported("it is a model of a class of its own; ", kWriteOut);
    unsupported("the class is not known; if it is a custom layer, say what it does: ",
                ways_to_bind(registered, bare_class(entry),
                             "identity, scale:0.1, instance_normalization, reflection_pad:1"));
  }
  if (options.dialect == keras::models::Dialect::keras2_legacy &&
      entry.class_name == "UpSampling2D") {
    if (LayerPtr layer = keras::make_keras2_up_sampling(config)) return layer;
  }
  if (options.backend != keras::models::Backend::tensorflow &&
      (entry.class_name == "UpSampling2D" || entry.class_name == "Resizing")) {
    using Engine = graph::BackendResize::Engine;
    const bool torch = options.backend == keras::models::Backend::torch;
    const auto engine = torch ? Engine::torch : Engine::jax;
    if (LayerPtr layer = keras::make_backend_sampling(entry.class_name, config, engine))
      return layer;
  }
  return row->from_config(config);
}

LayerArguments layer_arguments(const LayerEntry& entry, const InboundCall& call) {
  LayerArguments arguments;
  for (const Argument& argument : call.args) collect(argument, call, Arrays::taken, arguments);
  // Attention layers may be called by name; the names' order is the layer's. The mask comes last.
  constexpr std::array<std::string_view, 7> kNames = {"inputs", "x",   "input",         "query",
                                                      "value",  "key", "attention_mask"};
  for (const std::string_view wanted : kNames) {
    for (const auto& [key, argument] : call.kwargs) {
      if (key != wanted) continue;
      const bool is_mask = key == "attention_mask";
      collect(argument, call, is_mask ? Arrays::masks : Arrays::taken, arguments);
      if (is_mask && !is_falsy(argument)) arguments.others.set(key, true);
    }
  }
  // A recurrent layer's states, and a mask, come by name, in this order.
  const bool by_name = keras::takes_mask(entry.class_name);
  for (const std::string_view wanted : {"initial_state", "mask"}) {
    for (const auto& [key, argument] : call.kwargs) {
      if (key != wanted || is_falsy(argument) || !by_name) continue;
      const bool logical = key == "mask" && entry.class_name != "Softmax";
      const auto* const plain = argument.get_if<Config::Value>();
      const auto* const states =
          key == "initial_state" && plain != nullptr ? plain->get_if<Config::List>() : nullptr;
      if (states != nullptr) {  // tf_keras' arrays are lists, one for each state
        for (const Config::Value& state : *states) collect({state}, call, Arrays::taken, arguments);
      } else {
        collect(argument, call, logical ? Arrays::masks : Arrays::taken, arguments);
      }
      arguments.others.set(key, true);
    }
  }
  const bool is_model = entry.kind == EntryKind::functional || entry.kind == EntryKind::sequential;
  for (const auto& [key, argument] : call.kwargs) {
    if (key == "mask" && is_model && !is_falsy(argument)) collect_masks(argument, call, arguments);
  }
  for (const auto& [key, argument] : call.kwargs) {
    // `training` says nothing about inference: Keras writes training=true on preprocessing layers.
    // Normalisation looks at masks in training alone.
    const bool idle_mask = key == "mask" && entry.class_name == "BatchNormalization";
    const bool said =
        arguments.others.find(key == "mask" && is_model ? keras::kMasksOfInputs
                                                        : std::string_view(key)) != nullptr;
    const bool known = idle_mask || key == "training" ||
                       std::find(kNames.begin(), kNames.end(), key) != kNames.end();
    if (known || is_falsy(argument) || said) continue;
    const auto* value = argument.get_if<Config::Value>();
    if (value == nullptr)
      unsupported("it is called with a tensor as ", printable(key), ", which cannot be followed");
    arguments.others.set(key, *value);
  }
  if (call.keras2 &&
      (keras::merges_masks(entry.class_name) || entry.class_name == "MultiHeadAttention" ||
       entry.class_name == "TimeDistributed" || entry.class_name == "Softmax"))
    arguments.others.set(std::string(keras::kOfTfKeras), true);
  if (arguments.tensors.empty()) {
    malformed("layer \"", printable(entry.name), "\" is called without a tensor");
  }
  return arguments;
}

}  // namespace halfpixel::formats
