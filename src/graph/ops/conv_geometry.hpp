// Extents of convolutions, transposed convolutions and pooling along one axis, as TensorFlow counts
// them.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include <halfpixel/shape.hpp>

namespace halfpixel::graph {

inline constexpr int kMaxSpatialRank = 3;
using PerAxis = std::array<std::int64_t, kMaxSpatialRank>;  // one value for each spatial axis

// How a window moves along the axes.
struct WindowMove {
  int spatial_rank = 2;
  PerAxis strides = {1, 1, 1};
  PerAxis dilation = {1, 1, 1};
  bool same =
      false;  // TensorFlow's SAME: low and high follow from the extents; else they are given
  PerAxis low = {0, 0, 0};
  PerAxis high = {0, 0, 0};
  friend bool operator==(const WindowMove&, const WindowMove&) = default;

  // Elements between the first and the last that a window touches, both included.
  std::int64_t reach(int axis, std::int64_t window) const {
    const auto i = static_cast<std::size_t>(axis);
    return (window - 1) * dilation[i] + 1;
  }
  // Below 1: the window does not fit.
  std::int64_t output_extent(int axis, std::int64_t input, std::int64_t window) const {
    const auto i = static_cast<std::size_t>(axis);
    if (input == kUnknown || window == kUnknown) return kUnknown;
    if (same) return (input + strides[i] - 1) / strides[i];
    const std::int64_t room = input + low[i] + high[i] - reach(axis, window);
    return room < 0 ? 0 : room / strides[i] + 1;
  }
  struct Padding {
    std::int64_t low;
    std::int64_t high;
  };
  // Elements added before and after; the odd one goes after.
  Padding padding(int axis, std::int64_t input, std::int64_t window) const {
    const auto i = static_cast<std::size_t>(axis);
    if (!same) return {low[i], high[i]};
    const std::int64_t output = output_extent(axis, input, window);
    const std::int64_t total =
        std::max<std::int64_t>((output - 1) * strides[i] + reach(axis, window) - input, 0);
    return {total / 2, total - total / 2};
  }
};

}  // namespace halfpixel::graph
