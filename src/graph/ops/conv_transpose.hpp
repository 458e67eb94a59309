// Transposed convolution over one to three axes, channels last: the gradient of a convolution with
// respect to its input. Inputs: x (N, …spatial…, C), kernel (…window…, filters, C) as Keras stores
// it, and, if there, bias (filters).
#pragma once

#include <optional>

#include "graph/op.hpp"
#include "graph/ops/conv_geometry.hpp"
#include "graph/ops/function.hpp"

namespace halfpixel::graph {

struct ConvTransposeAttributes {
  int spatial_rank = 2;
  PerAxis strides = {1, 1, 1};
  PerAxis dilation = {1, 1, 1};
  bool same = false;
  std::optional<PerAxis> output_padding = {};  // unset: Keras' default extents
  Unary activation = {};  // of the result; a pass moves element-wise nodes in here
  bool bf16 = false;      // factors are rounded to it
  friend bool operator==(const ConvTransposeAttributes&, const ConvTransposeAttributes&) = default;
};

OpPtr make_conv_transpose(const ConvTransposeAttributes& attributes);

}  // namespace halfpixel::graph
