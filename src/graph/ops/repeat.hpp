// More of the same: tile, repeat, broadcast_to.
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

}  // namespace halfpixel::graph
