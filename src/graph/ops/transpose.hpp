// Axes in another order.
#pragma once

#include <vector>

#include "graph/op.hpp"

namespace halfpixel::graph {

// Axis i of the result is axis axes[i] of the input. Throws Error unless axes are each of 0 … n-1
// once (negative: from the end).
OpPtr make_transpose(const std::vector<int>& axes);
// (N, …, C) -> (N, C, …) and back, for a tensor of this rank.
OpPtr make_to_channels_first(int rank);
OpPtr make_to_channels_last(int rank);

}  // namespace halfpixel::graph
