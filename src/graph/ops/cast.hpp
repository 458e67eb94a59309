// Cast: every DType to every other, as TensorFlow's CPU kernels convert (from floating to integer
// truncates).
#pragma once

#include "graph/op.hpp"

namespace halfpixel::graph {

OpPtr make_cast(DType dtype);

}  // namespace halfpixel::graph
