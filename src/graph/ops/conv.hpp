// Convolution over one to three axes, channels last. Inputs: x (N, …spatial…, C), kernel
// (…window…, C / groups, filters) as Keras stores it, and, if there, bias (filters).
#pragma once

#include <cstdint>

#include "graph/op.hpp"
#include "graph/ops/conv_geometry.hpp"
#include "graph/ops/function.hpp"

namespace halfpixel::graph {

struct ConvAttributes {
  WindowMove move;
  std::int64_t groups = 1;      // filters of group g see the g-th part of the channels
  Unary activation = {};        // of the result; a pass moves element-wise nodes in here
  bool bf16 = false;            // factors are rounded to it
  bool rounded_result = false;  // the result is bfloat16
  friend bool operator==(const ConvAttributes&, const ConvAttributes&) = default;
};

OpPtr make_conv(const ConvAttributes& attributes);

}  // namespace halfpixel::graph
