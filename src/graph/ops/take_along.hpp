// Looking up one position for each element: NumPy's take_along_axis.
#pragma once

#include "graph/op.hpp"

namespace halfpixel::graph {

// Inputs: values, and positions along an axis (int64) of as many axes; all other axes broadcast.
// Negative positions count from the end; positions outside give zeros (TensorFlow stops, which a
// run here cannot).
OpPtr make_take_along(int axis);

}  // namespace halfpixel::graph
