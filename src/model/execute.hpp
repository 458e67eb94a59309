// Running layers and models on tensors: dtypes in and out, shapes checked, compiled graphs reused.
#pragma once

#include <vector>

#include "model/layer_impl.hpp"

namespace halfpixel::keras {

// The value as a graph takes it: cast to `declared` as Keras casts inputs, floating ones then as
// float32.
Tensor as_graph_input(const ConstTensorView& x, DType declared);
// Results of a graph in the dtypes that the layer declares.
std::vector<Tensor> as_declared(std::vector<Tensor> results, const std::vector<DType>& declared);

// Calls the layer now.
std::vector<Tensor> execute(LayerImpl& layer, const std::vector<ConstTensorView>& inputs);

// The layer as an object of its own, for set_weights and friends: variables and sublayers'
// variables in Keras' order.
std::vector<Variable*> all_variables(LayerImpl& layer);

}  // namespace halfpixel::keras
