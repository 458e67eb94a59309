// More of the same: tile, repeat, broadcast_to, and the moves between depth and space.
#pragma once

#include <vector>

#include <halfpixel/shape.hpp>

#include "graph/op.hpp"

namespace halfpixel::graph {

// The whole axis again and again. Fewer numbers than axes: for the last axes; more: new leading
// axes.
OpPtr make_tile(std::vector<std::int64_t> times);
// Each position of an axis `times` times.
OpPtr make_repeat(int axis, std::int64_t times);
// NumPy's rules; kUnknown or an extent of -1 keeps the input's.
OpPtr make_broadcast_to(const Shape& shape);

// (N, H, W, C) <-> (N, H·b, W·b, C/b²), or channels first. TensorFlow's order: depth is (row,
// column, channel).
OpPtr make_depth_to_space(int block, DataFormat format);
OpPtr make_space_to_depth(int block, DataFormat format);

}  // namespace halfpixel::graph
