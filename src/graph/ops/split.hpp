// Several tensors on one side, one on the other: split, unstack and stack.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/op.hpp"

namespace halfpixel::graph {

// Cuts an axis at these positions: k positions make k + 1 outputs.
OpPtr make_split_at(int axis, std::vector<std::int64_t> positions);
// Cuts an axis into equal parts.
OpPtr make_split(int axis, int parts);
// One output for each position of an axis, which vanishes.
OpPtr make_unstack(int axis, int count);
// Joins tensors of one shape along a new axis.
OpPtr make_stack(int axis);

}  // namespace halfpixel::graph
