// Putting the elements along an axis in order.
#pragma once

#include <cstdint>

#include "graph/op.hpp"

namespace halfpixel::graph {

struct SortAttributes {
  int axis = -1;  // negative: from the end
  bool descending = false;
  std::int64_t most = -1;  // so many of the first alone; -1: all
  friend bool operator==(const SortAttributes&, const SortAttributes&) = default;
};
// Outputs: the values, and the positions (int32) that they had. What is equal keeps its order; NaNs
// come last, in either direction.
OpPtr make_sort(const SortAttributes& attributes);

}  // namespace halfpixel::graph
