// What attention layers need of EinsumDense.
#pragma once

#include <halfpixel/keras/layers/convolution.hpp>

#include "layers/activations.hpp"
#include "layers/fields.hpp"

namespace halfpixel::keras {

LayerPtr make_einsum_dense(const layers::EinsumDenseOptions& options);

// The keys in which Dense and EinsumDense end; activity: between the regularizers of EinsumDense.
void last_dense_fields(auto& v, auto... activity) {
  v.initializer("kernel_initializer", "GlorotUniform");
  v.initializer("bias_initializer", "Zeros");
  v.none("kernel_regularizer", "bias_regularizer", activity..., "kernel_constraint",
         "bias_constraint", "quantization_config");
}

}  // namespace halfpixel::keras
