// A part of a tensor: Python's x[begin:end:step] on any axes.
#pragma once

#include <optional>
#include <vector>

#include "graph/op.hpp"

namespace halfpixel::graph {

// Python's slice of one axis: absent ends are the axis' own, negative positions count from its end.
struct SliceRange {
  int axis = 0;
  std::optional<std::int64_t> begin = {}, end = {};
  std::int64_t step = 1;  // not 0
  friend bool operator==(const SliceRange&, const SliceRange&) = default;
};

// Axes not named stay whole.
OpPtr make_slice(std::vector<SliceRange> ranges);
// Elements along these axes in reverse order.
OpPtr make_flip(const std::vector<int>& axes);
// x[:, top:-bottom or None, …] as in Cropping layers and gradients of padding: (before, after) by
// axis.
OpPtr make_crop(int first_axis, const std::vector<std::pair<std::int64_t, std::int64_t>>& amounts);

}  // namespace halfpixel::graph
