// Running layers and models on tensors: dtypes in and out, shapes checked, compiled graphs reused.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "model/layer_impl.hpp"

namespace halfpixel::keras {

// A layer or model compiled for inputs of known shapes, and the dtypes that its callers see:
// inputs are cast as Keras casts them at the layer's door, and floating results come out in the
// dtype that the layer says, though graphs compute in float32. Immutable; any number of threads
// may run one at once.
class CompiledCall {
 public:
  // `given`: shapes and dtypes of what will come in. Builds the layer when that is its first call;
  // finds the graph of an earlier one.
  CompiledCall(LayerImpl& layer, std::span<const Spec> given,
               const graph::CompileOptions& options = {});

  // What a run returns.
  const std::vector<Spec>& outputs() const { return outputs_; }
  const graph::Executable& executable() const { return *executable_; }

  // Reads inputs and writes outputs where they are. Memory is taken only for an input that is cast
  // or not contiguous, and for a result that is cast. Inputs may have any dtype and strides; Error
  // when shapes do not fit, or outputs are not contiguous, or overlap an input.
  // Where `seconds` is not empty, the time of node i of the graph is added to seconds[i].
  void run(std::span<const ConstTensorView> inputs, std::span<const TensorView> outputs,
           std::span<double> seconds = {}) const;
  // The same into new tensors.
  std::vector<Tensor> operator()(std::span<const ConstTensorView> inputs) const;

 private:
  std::shared_ptr<const graph::Executable> executable_;
  std::vector<DType> declared_;  // of inputs: what they are cast to, floating ones then to float32
  std::vector<Spec> outputs_;
  bool casts_outputs_ = false;
};

// Calls the layer now.
std::vector<Tensor> execute(LayerImpl& layer, std::span<const ConstTensorView> inputs);

// The layer as an object of its own, for set_weights and friends: variables and sublayers'
// variables in Keras' order.
std::vector<VariableRef> all_variables(LayerImpl& layer);

}  // namespace halfpixel::keras
