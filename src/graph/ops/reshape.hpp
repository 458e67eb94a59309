// Reshaping: the same elements under other extents. Costs nothing where the input dies.
#pragma once

#include <span>
#include <vector>

#include "graph/op.hpp"

namespace halfpixel::graph {

// One extent of the result: a number, an input's extent, or (at most once) whatever is left over.
struct Extent {
  static constexpr std::int64_t kRest = -1;
  std::int64_t value = kRest;
  int from_axis = -1;  // >= 0: the extent of this axis of the input

  static Extent of(std::int64_t value) { return {value, -1}; }
  static Extent same_as(int axis) { return {0, axis}; }
  static Extent rest() { return {}; }
  friend bool operator==(const Extent&, const Extent&) = default;
};

OpPtr make_reshape(std::vector<Extent> extents);
// Extents as in numpy.reshape, one of them -1.
OpPtr make_reshape(std::span<const std::int64_t> extents);
// A new axis of extent 1 so that it is at `axis` of the result, for an input of this rank.
OpPtr make_expand_dims(std::int64_t axis, int rank);
// Without these axes, each of which must have extent 1.
OpPtr make_squeeze(const std::vector<std::int64_t>& axes, const Shape& shape);

}  // namespace halfpixel::graph
