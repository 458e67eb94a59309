// Dense and EinsumDense, and what attention layers need of the latter.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "layers/activations.hpp"
#include "model/layer_impl.hpp"

namespace halfpixel::keras {

struct EinsumDenseSettings {
  std::string name;
  DTypePolicy policy;
  bool trainable = true;
  std::string equation;
  Shape output_shape;  // without the batch; kUnknown where the input decides
  std::optional<std::string> bias_axes = {};
  ActivationFunction activation = {};
};
LayerPtr make_einsum_dense(const EinsumDenseSettings& settings);

LayerPtr einsum_dense_from_config(const Config& config);

}  // namespace halfpixel::keras
