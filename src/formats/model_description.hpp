// A model as a file describes it, in one form for every dialect: layers in the file's order, how
// each was called, and what goes in and out. Nothing is built yet.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <halfpixel/keras/layer.hpp>

#include "operations/operations.hpp"

namespace halfpixel::formats {

using keras::Argument;
using keras::Config;

// Tensor number `tensor` of call number `node` of a layer.
struct TensorRef {
  std::string layer;
  int node = 0;
  int tensor = 0;
};

// One call of a layer. Inputs are the tensors among the arguments, in order of appearance;
// Argument::Input points into them.
struct InboundCall {
  std::vector<TensorRef> inputs;
  std::vector<std::string> keys;  // of inputs given as a dict; empty otherwise
  std::vector<Argument> args;
  std::vector<std::pair<std::string, Argument>> kwargs;
  bool keras2 = false;  // as tf_keras writes calls
};

enum class EntryKind { layer, input, operation, functional, sequential };

struct LayerEntry {
  EntryKind kind = EntryKind::layer;
  std::string class_name;       // of tf_keras' operations: the function, "math.multiply"
  std::string registered_name;  // "acme>PixelShuffle" or empty
  std::string package;          // of its module, where that is not Keras'
  bool own_model = false;       // a model of a class of its own: its layers are not in the file
  bool op_layer = false;        // a TensorFlowOpLayer, whose calls are those of the node
  std::string name;
  Config config;                                // of anything but models
  const Config::Value* model_config = nullptr;  // of models; points into what was described
  std::vector<InboundCall> calls;
};

// What to do with a model that is of a class of its own, as those of keras_hub.
inline constexpr std::string_view kWriteOut =
    "if it has inputs and outputs, copy its layers by keras.models.clone_model(keras.Model("
    "model.inputs, model.outputs), clone_function=lambda layer: type(layer).from_config("
    "layer.get_config()), recursive=True), give the copy the model's weights and save that";

// In old files a class has its package in front: "pix2pix>Padding".
std::string bare_class(const LayerEntry& entry);

struct ModelPorts {
  std::vector<TensorRef> tensors;
  std::vector<std::string> keys;  // empty: positional
  bool single = false;            // one tensor, not a list of one
};

struct ModelDescription {
  bool sequential = false;
  bool keras2 = false;  // written by tf_keras or Keras 2
  bool trainable = true;
  std::string name;
  std::vector<LayerEntry> layers;
  ModelPorts inputs, outputs;  // Functional
  const Config::Value* build_input_shape =
      nullptr;  // Sequential, when the file has one; points into the config
};

// `config` is {"class_name": …, "config": {…}}, the root of config.json or model_config. It must
// outlive the description. Throws Error for anything that is not a Functional or Sequential model.
ModelDescription describe_model(const Config& serialized);
// The same for an entry that is a model.
ModelDescription describe_nested(const LayerEntry& entry);
// The layer or model inside a wrapper, {"class_name": …, "config": …}, which must outlive it.
LayerEntry describe_inner(const Config::Value& serialized);

// The same model in words that mean the same to every dialect.
Config with_old_meanings(Config serialized);

// What follows is shared by the dialects.

inline constexpr std::size_t kMaxLayers = 20'000;
inline constexpr std::size_t kMaxCalls = 200'000;
inline constexpr std::size_t kMaxNameLength = 4096;

// inbound_nodes of one entry; the form of each node tells its dialect. `is_layer` says whether a
// name is one of the model's layers. Sets *keras2 when a node is tf_keras'.
struct LayerNames;
std::vector<InboundCall> read_calls(const Config::List& inbound_nodes, const LayerNames& names,
                                    bool* keras2);
InboundCall read_keras3_call(const Config& node);
InboundCall read_keras2_call(const Config::Value& node, const LayerNames& names);
// ["name", node, tensor]
TensorRef read_tensor_ref(const Config::List& leaf);
bool is_tensor_leaf(const Config::Value& value);
// {"value": [[1, 2]], "dtype": "float32"} of __numpy__ and __tensor__.
Tensor read_array(const Config& config);

}  // namespace halfpixel::formats
