// Moves between depth and space: (N, H, W, C) <-> (N, H·b, W·b, C/b²), or channels first.
#pragma once

#include <halfpixel/shape.hpp>

#include "graph/op.hpp"

namespace halfpixel::graph {

// TensorFlow's order: depth is (row, column, channel).
OpPtr make_depth_to_space(int block, DataFormat format);
OpPtr make_space_to_depth(int block, DataFormat format);

}  // namespace halfpixel::graph
