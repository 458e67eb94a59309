// Models -> Keras 3's config.json.
#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

#include "core/checked.hpp"
#include "formats/file_error.hpp"
#include "formats/formats.hpp"
#include "frontends/keras_names.hpp"
#include "layers/recurrent.hpp"
#include "model/config_keys.hpp"
#include "model/model_impl.hpp"
#include "operations/operations.hpp"

namespace halfpixel::formats {
namespace {

using keras::Argument;
using keras::CallNode;
using keras::Config;
using keras::KerasTensor;
using keras::LayerImpl;
using keras::ModelImpl;

Config special(std::string_view class_name, Config config) {
  Config object;
  object.set("class_name", class_name);
  object.set("config", std::move(config));
  return object;
}

// Of the classes that are not in keras.layers.
std::optional<std::string_view> module_of(std::string_view class_name) {
  if (class_name == "LayerScale" || class_name == "StochasticDepth")
    return "keras.src.applications.convnext";
  if (class_name == "CustomScaleLayer") return "keras.src.applications.inception_resnet_v2";
  if (class_name == "FixedDropout") return "efficientnet.model";
  if (class_name == "SpatialPyramidPooling")
    return "keras_hub.src.models.deeplab_v3.deeplab_v3_layers";
  if (class_name == "GELU") return "keras_unet_collection.activations";
  return std::nullopt;
}

Config::Value nested_numbers(const Tensor& values, int axis, const double*& at) {
  const bool whole = is_integer(values.dtype()) || values.dtype() == DType::boolean;
  if (axis == values.rank()) {
    const double value = *at++;
    return whole ? Config::Value(static_cast<std::int64_t>(value)) : Config::Value(value);
  }
  Config::List list;
  for (std::int64_t i = 0; i < values.shape()[axis]; ++i)
    list.push_back(nested_numbers(values, axis + 1, at));
  return list;
}

Config::Value array(const Tensor& values) {
  const Tensor numbers = values.astype(DType::float64);
  const double* at = numbers.data<double>();
  Config config;
  config.set("value", nested_numbers(values, 0, at));
  config.set("dtype", name_of(values.dtype()));
  return special("__numpy__", std::move(config));
}

// Merging layers of tf_keras' files that Keras 3 would not take alike; none: it is not known.
using Merges = std::optional<keras::Builder::Layers>;

bool holds_attention(const LayerImpl& layer) {
  if (layer.class_name() == "MultiHeadAttention") return true;
  const auto inner = layer.sublayers();
  return std::any_of(inner.begin(), inner.end(),
                     [](const auto& each) { return holds_attention(*each.second); });
}

// Followed through the whole model, which is where masks come from. Attention takes them off other
// tensors in Keras 3 than in tf_keras.
Merges merges_of(const ModelImpl& model) {
  if (!model.connected() || holds_attention(model)) return std::nullopt;
  try {
    keras::Builder builder;
    builder.set_only_infers();
    keras::Builder::Layers of_two_minds;
    builder.watch_merges(&of_two_minds);
    std::vector<keras::ValueId> ids;
    for (const KerasTensor& input : model.inputs().tensors) {
      const DType dtype = is_floating(input.dtype()) ? DType::float32 : input.dtype();
      ids.push_back(builder.input({input.shape(), dtype}, {}));
    }
    (void)model.call(builder, ids);
    return of_two_minds;
  } catch (const Error&) {  // it cannot be run as it is
    return std::nullopt;
  }
}

// One model: which call of which layer a tensor comes from.
class Writer {
 public:
  // masked: the model is called with masks that come from outside of it.
  Writer(const ModelImpl& model, const Merges& merges, bool masked = false)
      : model_(model), merges_(merges), masked_(masked) {
    std::unordered_map<const LayerImpl*, int> count;
    for (const auto& call : model.calls()) {
      node_.emplace(call.get(), count[call->layer.get()]++);
      calls_[call->layer.get()].push_back(call.get());
    }
    masked_ = masked_ || makes_masks();
  }

  Config functional() const {
    Config config;
    config.set("name", model_.name());
    config.set("trainable", model_.trainable());
    Config::List layers;
    for (const keras::LayerPtr& layer : model_.layers()) {
      Config entry = serialize_layer(*layer, merges_, masked_);
      entry.set("name", layer->name());
      entry.set("inbound_nodes", inbound_nodes(*layer));
      layers.emplace_back(std::move(entry));
    }
    config.set("layers", std::move(layers));
    config.set("input_layers", ports(model_.inputs()));
    config.set("output_layers", ports(model_.outputs()));
    return config;
  }

  static Config sequential(const ModelImpl& model, const Merges& merges, bool masked) {
    masked = masked || std::any_of(model.layers().begin(), model.layers().end(),
                                   [](const auto& layer) { return makes_mask(*layer); });
    Config config;
    config.set("name", model.name());
    config.set("trainable", model.trainable());
    config.set("dtype", *keras::base_config({}, true, model.policy()).find("dtype"));
    Config::List layers;
    if (model.input_layer() != nullptr)
      layers.emplace_back(serialize_layer(*model.input_layer(), merges));
    for (const keras::LayerPtr& layer : model.layers())
      layers.emplace_back(serialize_layer(*layer, merges, masked));
    config.set("layers", std::move(layers));
    if (model.connected())
      config.set("build_input_shape", keras::shape_value(model.inputs().tensors[0].shape()));
    return config;
  }

  static Config serialize_layer(const LayerImpl& layer, const Merges& merges, bool masked = false) {
    Config entry;
    if (const auto* model = dynamic_cast<const ModelImpl*>(&layer)) {
      entry.set("module", model->is_sequential() ? "keras" : "keras.src.models.functional");
      entry.set("class_name", model->is_sequential() ? "Sequential" : "Functional");
      entry.set("config", model->is_sequential() ? sequential(*model, merges, masked)
                                                 : Writer(*model, merges, masked).functional());
      entry.set("registered_name",
                model->is_sequential() ? Config::Value(nullptr) : Config::Value("Functional"));
      return entry;
    }
    if (layer.class_name().starts_with("LocallyConnected") ||
        layer.class_name() == "RandomFourierFeatures") {
      fail(ErrorCode::unsupported, "[save] layer \"", printable(layer.name()), "\" (",
           layer.class_name(), "): Keras 3 has no operation and no layer like it");
    }
    const auto* operation = dynamic_cast<const keras::OperationImpl*>(&layer);
    Config config;
    if (operation != nullptr) {
      config.set("name", layer.name());
      operation->add_config(config);
    } else {
      config = layer.get_config();
    }
    const auto* const dtype = config.find<std::string>("dtype");
    if (layer.class_name() == "Discretization" && dtype != nullptr && *dtype == "int64") {
      fail(ErrorCode::unsupported, "[save] layer \"", printable(layer.name()), "\" (",
           layer.class_name(), "): Keras 3 has no operation like it: there, classes are int32");
    }
    if (keras::bare_class_name(layer.class_name()) != layer.class_name()) {  // registered
      entry.set("module", nullptr);
      entry.set("class_name", keras::bare_class_name(layer.class_name()));
      entry.set("config", std::move(config));
      entry.set("registered_name", layer.class_name());
      return entry;
    }
    const auto module = module_of(layer.class_name());
    entry.set("module", operation != nullptr ? Config::Value(operation->module())
                                             : Config::Value(module.value_or("keras.layers")));
    // Keras' class GroupedQueryAttention is registered under the name that users write.
    const bool grouped = layer.class_name() == "GroupedQueryAttention";
    entry.set("class_name", grouped ? "GroupQueryAttention" : layer.class_name());
    entry.set("config", std::move(config));
    entry.set("registered_name",
              operation != nullptr || module ? Config::Value(layer.class_name()) : Config::Value());
    return entry;
  }

 private:
  Config::List leaf(const KerasTensor& tensor) const {
    return {call_of(tensor).layer->name(), node_.at(&call_of(tensor)), Access::index(tensor)};
  }

  Config::Value tensor(const KerasTensor& tensor) const {
    Config config;
    config.set("shape", keras::shape_value(tensor.shape()));
    config.set("dtype", name_of(tensor.dtype()));
    config.set("keras_history", leaf(tensor));
    return special("__keras_tensor__", std::move(config));
  }

  // Among a model's outputs Keras counts the calls of nested Functional models from 1.
  Config::List port(const KerasTensor& tensor) const {
    Config::List list = leaf(tensor);
    const auto* nested = dynamic_cast<const ModelImpl*>(call_of(tensor).layer.get());
    if (nested != nullptr && !nested->is_sequential()) list[1] = node_.at(&call_of(tensor)) + 1;
    return list;
  }

  Config::Value ports(const keras::Ports& ports) const {
    if (ports.single) return port(ports.tensors[0]);
    if (!ports.keys.empty()) {
      Config config;
      for (std::size_t i = 0; i < ports.tensors.size(); ++i)
        config.set(ports.keys[i], port(ports.tensors[i]));
      return config;
    }
    Config::List list;
    for (const KerasTensor& tensor : ports.tensors) list.emplace_back(port(tensor));
    return list;
  }

  // The tensors of a call and the arrays between them.
  Config::List operands(const CallNode& call) const {
    Config::List list;
    for (const KerasTensor& input : call.inputs) list.push_back(tensor(input));
    for (const keras::CallConstant& constant : call.constants)
      list.insert(list.begin() + static_cast<std::ptrdiff_t>(constant.position),
                  array(constant.value));
    return list;
  }

  Config::Value argument(const Argument& value, const CallNode& call) const;
  Config::List arguments(const LayerImpl& layer, const CallNode& call) const;

  // Keras 3 takes states and a mask by name.
  void set_states_and_mask(const LayerImpl& layer, const CallNode& call, Config::List& args,
                           Config& kwargs) const {
    const Config::List given = operands(call);
    args = {given[0]};
    const bool masked = call.arguments.find("mask") != nullptr;
    const std::size_t end = given.size() - (masked ? 1 : 0);
    if (masked) kwargs.set("mask", given.back());
    if (end == 1) return;
    if (call.arguments.find("initial_state") == nullptr && masked_) {
      fail(ErrorCode::unsupported, "[save] layer \"", printable(layer.name()), "\" (",
           layer.class_name(),
           "): Keras 3 has no operation like it: there, a layer that is called ",
           "with states forgets the mask of its input");
    }
    Config::List states;
    for (std::size_t i = 1; i < end; ++i) states.push_back(given[i]);
    kwargs.set("initial_state", std::move(states));
  }

  static bool makes_mask(const LayerImpl& layer) {
    if (const auto* const model = dynamic_cast<const ModelImpl*>(&layer)) {
      return std::any_of(model->layers().begin(), model->layers().end(),
                         [](const auto& inner) { return makes_mask(*inner); });
    }
    if (layer.class_name() != "Embedding") return layer.class_name() == "Masking";
    const Config config = layer.get_config();
    const bool* const mask_zero = config.find<bool>("mask_zero");
    return mask_zero != nullptr && *mask_zero;
  }

  bool makes_masks() const {
    return std::any_of(calls_.begin(), calls_.end(),
                       [](const auto& entry) { return makes_mask(*entry.first); });
  }

  void refuse_old_masks(const LayerImpl& layer, const CallNode& call) const {
    if (call.arguments.find(keras::kOfTfKeras) == nullptr || !masked_) return;
    if (layer.class_name() == "TimeDistributed" && call.inputs[0].shape().rank() > 3) {
      fail(ErrorCode::unsupported, "[save] layer \"", printable(layer.name()), "\" (",
           layer.class_name(), "): Keras 3 has no operation like it: there, it hands on a mask of ",
           "other steps than in tf_keras");
    }
    if (!keras::merges_masks(layer.class_name())) return;
    if (merges_ && merges_->count(&layer) == 0) return;
    fail(ErrorCode::unsupported, "[save] layer \"", printable(layer.name()), "\" (",
         layer.class_name(), "): Keras 3 has no operation like it: there, masks are merged in ",
         "another way than in tf_keras");
  }

  static const Config::List* masks_of_inputs(const CallNode& call) {
    return call.arguments.find<Config::List>(keras::kMasksOfInputs);
  }

  // A nested model's: one, or a list of one or None for each input.
  void set_masks_of_inputs(const CallNode& call, Config& kwargs) const {
    const Config::List* const given = masks_of_inputs(call);
    if (given == nullptr) return;
    Config::List masks;
    for (std::size_t i = 0, next = given->size(); i < given->size(); ++i) {
      const bool* const has = (*given)[i].get_if<bool>();
      masks.push_back(has != nullptr && *has ? tensor(call.inputs.at(next++))
                                             : Config::Value(nullptr));
    }
    kwargs.set("mask", masks.size() == 1 ? masks[0] : Config::Value(masks));
  }

  Config::List inbound_nodes(const LayerImpl& layer) const {
    Config::List nodes;
    if (keras::input_spec(layer) != nullptr) return nodes;
    const auto* operation = dynamic_cast<const keras::OperationImpl*>(&layer);
    for (const CallNode* call : calls_.at(&layer)) {
      Config::List args;
      Config kwargs;
      if (operation != nullptr) {
        const keras::OperationCall recorded = operation->keras_call();
        for (const Argument& value : recorded.args) args.push_back(argument(value, *call));
        for (const auto& [key, value] : recorded.kwargs) kwargs.set(key, argument(value, *call));
      } else {
        args = arguments(layer, *call);
        refuse_old_masks(layer, *call);
        for (const auto& [key, value] : call->arguments.items()) {
          if (key != keras::kOfTfKeras && key != keras::kMasksOfInputs) kwargs.set(key, value);
        }
        set_masks_of_inputs(*call, kwargs);
        if (call->arguments.find("attention_mask") != nullptr)
          kwargs.set("attention_mask", operands(*call).back());
        if (keras::takes_mask(layer.class_name())) set_states_and_mask(layer, *call, args, kwargs);
      }
      Config node;
      node.set("args", std::move(args));
      node.set("kwargs", std::move(kwargs));
      nodes.emplace_back(std::move(node));
    }
    return nodes;
  }

  const ModelImpl& model_;
  const Merges& merges_;
  bool masked_;
  std::unordered_map<const CallNode*, int> node_;
  std::unordered_map<const LayerImpl*, std::vector<const CallNode*>> calls_;
};

Config::Value bound(const std::optional<std::int64_t>& value) {
  return value ? Config::Value(*value) : Config::Value(nullptr);
}

Config::Value Writer::argument(const Argument& value, const CallNode& call) const {
  if (const auto* plain = value.get_if<Config::Value>()) return *plain;
  if (const auto* input = value.get_if<Argument::Input>()) {
    return tensor(call.inputs.at(static_cast<std::size_t>(input->index)));
  }
  if (const auto* slice = value.get_if<Argument::Slice>()) {
    Config config;
    config.set("start", bound(slice->start));
    config.set("stop", bound(slice->stop));
    config.set("step", bound(slice->step));
    return special("__slice__", std::move(config));
  }
  if (value.get_if<Argument::Ellipsis>() != nullptr) return special("__ellipsis__", Config());
  if (const auto* constant = value.get_if<Tensor>()) return array(*constant);
  Config::List list;
  for (const Argument& element : *value.get_if<Argument::List>())
    list.push_back(argument(element, call));
  return list;
}

// How a layer's tensors are spelled: one alone, several in a list; attention's query, value and key
// are arguments of their own, a model with keys takes a dict.
Config::List Writer::arguments(const LayerImpl& layer, const CallNode& call) const {
  if (!call.constants.empty() && dynamic_cast<const ModelImpl*>(&layer) != nullptr) {
    fail(ErrorCode::unsupported, "[save] layer \"", printable(layer.name()), "\" (",
         layer.class_name(),
         "): Keras 3 has no operation like it: there, a nested model is called ",
         "on tensors alone");
  }
  constexpr std::array<std::string_view, 11> kTakesList = {
      "Add",         "Subtract", "Multiply",  "Average",           "Maximum",         "Minimum",
      "Concatenate", "Dot",      "Attention", "AdditiveAttention", "CustomScaleLayer"};
  const std::string& class_name = layer.class_name();
  if (const auto* model = dynamic_cast<const ModelImpl*>(&layer);
      model != nullptr && !model->inputs().keys.empty()) {
    Config dict;
    for (std::size_t i = 0; i < call.inputs.size(); ++i)
      dict.set(model->inputs().keys[i], tensor(call.inputs[i]));
    return {dict};
  }
  Config::List tensors = operands(call);
  if (call.arguments.find("attention_mask") != nullptr) tensors.pop_back();  // a keyword
  if (const Config::List* const masks = masks_of_inputs(call)) tensors.resize(masks->size());
  const bool apart = class_name == "MultiHeadAttention" || class_name == "GroupedQueryAttention" ||
                     class_name == "GroupQueryAttention";
  const bool list = std::find(kTakesList.begin(), kTakesList.end(), class_name) != kTakesList.end();
  if (apart || (tensors.size() == 1 && !list)) return tensors;
  return {Config::Value(std::move(tensors))};
}

}  // namespace

Config serialize_model(const keras::Model& model) {
  const auto& impl = impl_of(model);
  if (!impl.connected()) {
    fail(ErrorCode::invalid_argument, "[save] model \"", printable(impl.name()),
         "\" has no input shape; add an Input or call it first");
  }
  return Writer::serialize_layer(impl, merges_of(impl));
}

}  // namespace halfpixel::formats

namespace halfpixel::keras {

void ModelImpl::add_config(Config& config) const {
  const Config serialized = formats::Writer::serialize_layer(*this, formats::merges_of(*this));
  config = *serialized.find("config")->get_if<Config>();
}

std::string Model::to_json() const {
  return formats::serialize_model(*this).json();
}

}  // namespace halfpixel::keras
