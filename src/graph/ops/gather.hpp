// Looking up positions: embeddings, keras.ops.take, tf.gather.
#pragma once

#include "graph/op.hpp"

namespace halfpixel::graph {

// Inputs: a table and positions (integers, or floats that are truncated). The axis of the table is
// replaced by the shape of the positions. Negative positions count from the end; positions outside
// give zeros, as TensorFlow's GPU kernel does (its CPU kernel stops the program, which a run here
// cannot).
OpPtr make_gather(int axis);

// The extents of a tensor as a vector of int32 or int64.
OpPtr make_shape_of(DType result = DType::int32);

}  // namespace halfpixel::graph
