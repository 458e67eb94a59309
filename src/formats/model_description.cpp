#include "formats/model_description.hpp"

#include <unordered_map>

#include "core/checked.hpp"
#include "formats/file_error.hpp"
#include "formats/json_config.hpp"
#include "formats/layer_names.hpp"
#include "formats/op_layers.hpp"
#include "frontends/keras_names.hpp"
#include "model/layer_rows.hpp"
#include "operations/operation_rows.hpp"

namespace halfpixel::formats {
namespace {

bool is_model_class(std::string_view class_name) {
  return class_name == "Functional" || class_name == "Model";
}

std::string checked_name(const std::string& name) {
  if (name.empty()) malformed("a layer has an empty name");
  if (name.size() > kMaxNameLength)
    malformed("a layer's name has ", name.size(), " bytes: ", printable(name, 60));
  return name;
}

bool is_null(const Config::Value* value) {
  return value == nullptr || value->is_none();
}

// An operation may have an argument dtype, Cast and its like; a few layers lack trainable.
bool is_known_operation(const std::string& class_name) {
  return keras::find_operation(class_name) != nullptr && keras::find_layer(class_name) == nullptr;
}

// Keras 3's operations by module; without one (Keras 3's .h5) by what every layer has and no
// operation does.
bool looks_like_operation(const Config& serialized, const Config& config) {
  if (const std::string* module = serialized.find<std::string>("module")) {
    // keras.activations.relu of a tensor is an operation, too: keras.src.activations.activations.
    return module->find(".ops.") != std::string::npos || module->ends_with(".ops") ||
           module->find(".activations.") != std::string::npos;
  }
  if (config.find("trainable") != nullptr) return false;
  const std::string* class_name = serialized.find<std::string>("class_name");
  return config.find("dtype") == nullptr ||
         (class_name != nullptr && is_known_operation(*class_name));
}

// Keras writes the module of a class into .keras files. Empty: one of Keras, or none is said.
std::string foreign_package(const Config& serialized) {
  const std::string* module = serialized.find<std::string>("module");
  if (module == nullptr) return {};
  std::string package = module->substr(0, module->find('.'));
  const bool own = package == "keras" || package == "tf_keras" || package == "tensorflow";
  return own ? std::string() : package;
}

// What is in the file for those who quantise, and would change the numbers.
void refuse_special_forms(const LayerEntry& entry) {
  const Config& config = entry.config;
  const auto refuse = [&](std::string_view what, const Config::Value& value) {
    unsupported("layer \"", printable(entry.name), "\" (", printable(entry.class_name), "): it is ",
                what, "; save the model without that; got ", printable(value.json(), 400));
  };
  if (const Config::Value* dtype = config.find("dtype")) {
    const std::string* name = dtype->get_if<std::string>();
    if (const Config* policy = dtype->get_if<Config>()) {
      name = policy->find<std::string>("class_name");
      const Config* settings = policy->find<Config>("config");
      const bool whole = settings != nullptr && settings->find<std::string>("mode") != nullptr;
      // These say themselves what they know.
      for (const std::string_view known : {"Dense", "EinsumDense", "Embedding"}) {
        if (whole && entry.class_name == known) return;
      }
    }
    for (const std::string_view mark : {"Quantized", "int8_", "int4_", "float8_"}) {
      if (name != nullptr && name->find(mark) != name->npos) refuse("quantised", *dtype);
    }
  }
  const Config::Value* quantisation = config.find("quantization_config");
  if (!is_null(quantisation)) refuse("quantised (quantization_config)", *quantisation);
}

LayerEntry read_entry(const Config::Value& value) {
  const Config* serialized = value.get_if<Config>();
  if (serialized == nullptr)
    malformed("an entry of \"layers\" is not an object; got ", printable(value.json()));
  const std::string* class_name = serialized->find<std::string>("class_name");
  if (class_name == nullptr) malformed("a layer without class_name; got ", printable(value.json()));
  LayerEntry entry;
  entry.class_name = *class_name;
  if (const std::string* registered = serialized->find<std::string>("registered_name"))
    entry.registered_name = *registered;
  entry.package = foreign_package(*serialized);
  static const Config kNone;
  const Config* config = serialized->find<Config>("config");
  const std::string* name = serialized->find<std::string>("name");
  if (name == nullptr && config != nullptr) name = config->find<std::string>("name");
  if (name != nullptr) entry.name = checked_name(*name);
  // Old Sequentials keep their layers in a list.
  const bool list =
      entry.class_name == "Sequential" && serialized->find<Config::List>("config") != nullptr;
  if (config == nullptr && !list) {
    malformed("layer \"", printable(entry.name), "\" (", printable(entry.class_name),
              ") has no config");
  }
  const bool holds_layers = list || config->find<Config::List>("layers") != nullptr;
  if (holds_layers && (entry.class_name == "Sequential" || is_model_class(entry.class_name))) {
    entry.kind = entry.class_name == "Sequential" ? EntryKind::sequential : EntryKind::functional;
    entry.model_config = serialized->find("config");
    return entry;
  }
  entry.config = *config;
  // Only models have compile_config, which .h5 leaves out.
  entry.own_model =
      serialized->find("compile_config") != nullptr ||
      (entry.class_name.starts_with("keras_hub>") && entry.class_name.ends_with("Backbone"));
  if (entry.class_name == "InputLayer") {
    entry.kind = EntryKind::input;
  } else if (entry.class_name == "TFOpLambda" || entry.class_name == "SlicingOpLambda") {
    entry.kind = EntryKind::operation;
    const std::string* function = config->find<std::string>("function");
    if (function == nullptr)
      malformed("layer \"", printable(entry.name), "\" (TFOpLambda) names no function");
    entry.class_name = *function;
  } else if (entry.class_name == "TensorFlowOpLayer") {
    entry.kind = EntryKind::operation;
    entry.op_layer = true;
    entry.class_name = op_layer_function(*config);
  } else if (looks_like_operation(*serialized, *config)) {
    entry.kind = EntryKind::operation;
  } else {
    refuse_special_forms(entry);
  }
  return entry;
}

// A class without get_config() writes no name into a Sequential; reading, Keras gives it one. So
// the names that are in the file are taken first.
void name_the_unnamed(ModelDescription& model, LayerNames& names) {
  std::unordered_map<std::string, int> last;  // number given out, by class
  for (LayerEntry& entry : model.layers) {
    if (!entry.name.empty()) continue;
    const std::string base = checked_name(keras::to_snake_case(bare_class(entry)));
    entry.name = base;
    while (!names.names.insert(entry.name).second)
      entry.name = base + "_" + std::to_string(++last[base]);
  }
}

void read_entries(const Config::List& layers, ModelDescription& model, LayerNames& names) {
  if (layers.size() > kMaxLayers) malformed("the model has ", layers.size(), " layers");
  for (const Config::Value& value : layers) {
    LayerEntry entry = read_entry(value);
    if (!entry.name.empty() && !names.names.insert(entry.name).second) {
      malformed("the name \"", printable(entry.name), "\" belongs to two layers");
    }
    model.layers.push_back(std::move(entry));
  }
  name_the_unnamed(model, names);
}

// A leaf, a list (of lists …) or a dict of leaves.
void read_ports(const Config::Value& value, ModelPorts& ports) {
  if (is_tensor_leaf(value)) {
    ports.tensors.push_back(read_tensor_ref(*value.get_if<Config::List>()));
  } else if (const Config::List* list = value.get_if<Config::List>()) {
    for (const Config::Value& element : *list) read_ports(element, ports);
  } else if (const Config* object = value.get_if<Config>()) {
    for (const auto& [key, member] : object->items()) {
      const std::size_t before = ports.tensors.size();
      read_ports(member, ports);
      ports.keys.resize(before);
      if (ports.tensors.size() == before + 1) ports.keys.push_back(key);
    }
  } else if (!value.is_none()) {
    malformed("an input or output must be [layer, node, tensor]; got ", printable(value.json()));
  }
}

ModelPorts read_ports(const Config& config, std::string_view key) {
  const Config::Value* value = config.find(key);
  if (value == nullptr) malformed("the model's config has no ", key);
  ModelPorts ports;
  read_ports(*value, ports);
  ports.single = is_tensor_leaf(*value);
  if (!ports.keys.empty()) {
    ports.keys.resize(ports.tensors.size());
    for (const std::string& name : ports.keys) {
      if (name.empty()) ports.keys.clear();  // a dict of lists: positions are all there is
      if (ports.keys.empty()) break;
    }
  }
  if (ports.tensors.empty()) malformed("the model has no ", key);
  return ports;
}

void read_identity(const Config& config, ModelDescription& model) {
  if (const std::string* name = config.find<std::string>("name")) model.name = checked_name(*name);
  if (const Config::Value* trainable = config.find("trainable")) {
    if (const bool* flag = trainable->get_if<bool>()) model.trainable = *flag;
  }
}

ModelDescription describe_functional(const Config& config) {
  ModelDescription model;
  read_identity(config, model);
  const Config::List& layers = *config.find<Config::List>("layers");
  LayerNames names;
  read_entries(layers, model, names);
  std::size_t calls = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    LayerEntry& entry = model.layers[i];
    const Config::List* nodes = (*layers[i].get_if<Config>()).find<Config::List>("inbound_nodes");
    if (nodes == nullptr) malformed("layer \"", printable(entry.name), "\" has no inbound_nodes");
    calls += nodes->size();
    if (calls > kMaxCalls) malformed("the model has more than ", kMaxCalls, " calls");
    try {
      entry.calls = read_calls(*nodes, names, &model.keras2);
      if (entry.op_layer) translate_op_layer(entry);
    } catch (const Error& error) {
      fail(error.code(), "layer \"", printable(entry.name), "\" (", printable(entry.class_name),
           "): ", error.what());
    }
  }
  model.inputs = read_ports(config, "input_layers");
  model.outputs = read_ports(config, "output_layers");
  // tf_keras lists a single tensor too.
  for (ModelPorts* ports : {&model.inputs, &model.outputs}) {
    if (model.keras2 && ports->tensors.size() == 1 && ports->keys.empty()) ports->single = true;
  }
  return model;
}

ModelDescription describe_sequential(const Config::Value& value) {
  ModelDescription model;
  model.sequential = true;
  const Config* config = value.get_if<Config>();
  const Config::List* layers =
      config != nullptr ? config->find<Config::List>("layers") : value.get_if<Config::List>();
  if (layers == nullptr) malformed("the config of a Sequential has no layers");
  if (config != nullptr) {
    read_identity(*config, model);
    model.build_input_shape = config->find("build_input_shape");
  }
  LayerNames names;
  read_entries(*layers, model, names);
  for (const LayerEntry& entry : model.layers) {
    if (entry.config.find("batch_input_shape") != nullptr) model.keras2 = true;
  }
  return model;
}

}  // namespace

std::string bare_class(const LayerEntry& entry) {
  return std::string(keras::bare_class_name(entry.class_name));
}

LayerEntry describe_inner(const Config::Value& serialized) {
  return read_entry(serialized);
}

ModelDescription describe_nested(const LayerEntry& entry) {
  ModelDescription model = entry.kind == EntryKind::sequential
                               ? describe_sequential(*entry.model_config)
                               : describe_functional(*entry.model_config->get_if<Config>());
  model.name = entry.name;
  return model;
}

ModelDescription describe_model(const Config& serialized) {
  const std::string* class_name = serialized.find<std::string>("class_name");
  const Config::Value* config = serialized.find("config");
  if (class_name == nullptr || config == nullptr)
    malformed("the configuration is not that of a model");
  if (*class_name == "Sequential") return describe_sequential(*config);
  const Config* object = config->get_if<Config>();
  const bool layers = object != nullptr && object->find<Config::List>("layers") != nullptr;
  if (is_model_class(*class_name) && layers) return describe_functional(*object);
  if (layers && object->find("input_layers") != nullptr) {
    unsupported("the model is of the custom class ", printable(*class_name),
                "; save keras.Model(model.inputs, model.outputs) instead");
  }
  unsupported("class ", printable(*class_name),
              " is not a Sequential or Functional model: a subclassed model is Python code and its "
              "file does not say what it does; ",
              kWriteOut);
}

}  // namespace halfpixel::formats
