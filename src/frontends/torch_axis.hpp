// The tables of torch.nn.functional.interpolate: coordinates and weights in PyTorch's own precision
// and order of operations (ATen's UpSampleKernel.cpp as its AVX2 build computes them).
#pragma once

#include <cstdint>
#include <optional>

#include "frontends/dialect.hpp"

namespace halfpixel::torch_dialect {

using dialect::AxisTable;

// One axis of a call.
struct Sides {
  std::int64_t in, out;
  bool align_corners;
  std::optional<double> factor;  // scale_factor, unless it was only good for the size
  friend bool operator==(const Sides&, const Sides&) = default;
};

// Which of PyTorch's two families of kernels is meant: one walks channels, one any strides.
enum class Family { channels_last, generic };

AxisTable nearest_axis(const Sides& sides, bool exact, Family family, DType dtype);
// Two taps. `rounded`: float16 and bfloat16 weights of the generic kernel are rounded to that type.
AxisTable linear_axis(const Sides& sides, Family family, DType dtype);
AxisTable cubic_axis(const Sides& sides, DType dtype);

// Adaptive average pooling: which positions an output is the mean of; no weights.
AxisTable pooling_axis(const Sides& sides);

// The same with weights: one divided by how many they are.
void weigh_evenly(AxisTable& pooling);

enum class Filter { triangle, cubic, lanczos };
// With antialias: float32 weights, or float64.
AxisTable antialias_axis(const Sides& sides, Filter filter, DType dtype);

// 8-bit fixed point: int16 weights and how far a sum is shifted.
struct FixedAxis {
  AxisTable table;
  int bits = 0;
};
FixedAxis fixed_axis(const Sides& sides, Filter filter, bool antialias);

}  // namespace halfpixel::torch_dialect
