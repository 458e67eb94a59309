// Activation functions as layers hold them: read from a name, a serialized function or a serialized
// layer, written back as Keras writes them, emitted as ops.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <halfpixel/keras/layers/activation.hpp>

#include "frontends/keras_config_reader.hpp"
#include "graph/ops/unary.hpp"
#include "model/layer_impl.hpp"

namespace halfpixel::keras {

class ActivationFunction {
 public:
  ActivationFunction() = default;  // linear
  explicit ActivationFunction(Activation activation);
  // "relu", null, {"class_name": "function", "config": "relu"}, or a serialized activation layer
  // such as
  // {"class_name": "LeakyReLU", "config": {…}}. Throws Error "[who] …" for anything else.
  static ActivationFunction from_config(std::string_view who, const Config::Value* value);

  bool is_linear() const {
    return !layer_ && unary_ && unary_->function == graph::Function::linear;
  }
  // The function, when it looks at one element at a time.
  const std::optional<graph::Unary>& unary() const { return unary_; }
  ValueId emit(Builder& builder, ValueId x) const;
  // A string for Keras' own functions, else what it was read from.
  const Config::Value& serialize() const { return serialized_; }

 private:
  Activation activation_ = Activation::linear;
  std::optional<graph::Unary> unary_ = graph::Unary{};
  LayerPtr layer_;  // when a layer stands for the function
  Config::Value serialized_ = "linear";
};

inline void read_field(const ConfigReader& reader, std::string_view key,
                       ActivationFunction& field) {
  field = ActivationFunction::from_config(reader.class_name(), reader.value(key));
}
inline const Config::Value& field_value(const ActivationFunction& field) {
  return field.serialize();
}

// Options of a layer with the function that their `activation` names; files may name more.
template <class Options>
struct WithActivation : Options {
  WithActivation(const Options& options = {}) : Options(options), function(options.activation) {}
  ActivationFunction function;
};

// The unary op behind a name of keras.activations ("swish" too) with default arguments; none for
// functions of several elements (softmax, log_softmax, sparsemax, glu).
std::optional<graph::Unary> to_unary(Activation activation);

}  // namespace halfpixel::keras
