// A convolution over an image that linear operations (resizes, padding) make from a smaller one,
// computed where that is small: products first, then what the operations do to their sums.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "graph/linear_axis.hpp"
#include "graph/op.hpp"
#include "graph/ops/conv_geometry.hpp"
#include "graph/ops/function.hpp"

namespace halfpixel::graph {

struct LowResolutionConv {
  std::vector<LinearAxis> axes;  // spatial, of the large image, its padding included
  PerAxis strides = {1, 1, 1};
  PerAxis dilation = {1, 1, 1};
  Unary activation = {};
  bool bf16 = false;            // factors are rounded to it; kernels::bf16_kernels() has kernels
  bool rounded_result = false;  // the result is bfloat16
  friend bool operator==(const LowResolutionConv&, const LowResolutionConv&) = default;
};

// Inputs: x (N, …spatial…, C), small; kernel (…window…, C, filters), constant; bias (filters),
// constant; perhaps a summand of the result's shape. All float32.
// y = activation(conv(large(x)) + bias + summand).
OpPtr make_low_resolution_conv(const LowResolutionConv& attributes);

// What prepare() makes of it.
std::unique_ptr<Kernel> low_resolution_kernel(const LowResolutionConv& conv,
                                              const PrepareArgs& args);

// What it does for one image, and what the convolution does that it stands for.
struct ConvWork {
  double products = 0;  // multiply-adds
  double sums = 0;      // of products, in additions of one element
  double direct = 0;    // multiply-adds of the convolution over the large image
};
// None: it has too many terms to be computed so.
std::optional<ConvWork> low_resolution_work(const LowResolutionConv& conv, const Shape& kernel);

}  // namespace halfpixel::graph
