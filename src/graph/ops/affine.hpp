// affine: y = x * scale + shift with one pair for each place on one axis: batch normalisation at
// inference. Passes fold it into the weights of a convolution before it.
#pragma once

#include "graph/op.hpp"

namespace halfpixel::graph {

// Inputs: x, scale and shift of shape (extent of the axis). float32. A negative axis counts from
// the end.
OpPtr make_affine(int axis = -1);

}  // namespace halfpixel::graph
