// Operations: what functional models record for x + y, x[..., :2] or keras.ops.resize(x, …). Model
// files hold them as entries beside the layers, in two dialects: Keras 3 classes ("Add", "GetItem")
// and tf_keras' TFOpLambda functions ("math.multiply", "__operators__.getitem").
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <halfpixel/keras/layer.hpp>
#include <halfpixel/tensor.hpp>

#include "model/layer_impl.hpp"

namespace halfpixel::keras {

// One argument of a recorded call.
struct Argument {
  struct Input {  // a tensor of the model: position among the layer's inputs
    int index = 0;
  };
  struct Slice {  // x[start:stop:step]
    std::optional<std::int64_t> start, stop, step;
    // The same three where tensors say them: positions among the layer's inputs; -1: none.
    std::array<int, 3> inputs = {-1, -1, -1};
  };
  struct Ellipsis {};
  using List =
      std::vector<Argument>;  // a Python list or tuple with tensors, slices or arrays in it

  // Plain values (numbers, text, None, lists of these) are a Config::Value, whatever their nesting.
  std::variant<Config::Value, Input, Tensor, Slice, Ellipsis, List> v;

  template <class T>
  const T* get_if() const {
    return std::get_if<T>(&v);
  }
};

// How an operation was called. Inputs are numbered 0, 1, … in order of appearance: args first, then
// kwargs.
struct OperationCall {
  Config config;  // the entry's: {"name": …, "axis": -1}; of TFOpLambda {"name": …, "function": …}
  std::vector<Argument> args;
  std::vector<std::pair<std::string, Argument>> kwargs;
};

// Base of the layers that make_operation returns, so that they can be written to files again.
class OperationImpl : public LayerImpl {
 public:
  using LayerImpl::LayerImpl;
  bool is_operation() const override { return true; }
  bool casts_inputs() const override { return false; }
  // Keras 3's spelling of this call, whatever the dialect it was read from: class_name() is the
  // class, module "keras.src.ops.numpy", config without "name", args and kwargs with Input
  // placeholders.
  virtual std::string_view module() const = 0;
  virtual OperationCall keras_call() const = 0;
  void add_config(Config& config) const override {
    const OperationCall call = keras_call();
    for (const auto& [key, value] : call.config.items()) config.set(key, value);
  }
};

// `name`: "Add", "GetItem", "Resize" (Keras 3) or "math.multiply", "__operators__.getitem"
// (tf_keras). The layer's inputs are the call's, in order. Throws Error naming the operation when
// it is unknown (code unsupported) or an argument cannot be. layer_name empty: automatic.
LayerPtr make_operation(const std::string& name, const OperationCall& call,
                        const std::string& layer_name);

}  // namespace halfpixel::keras
