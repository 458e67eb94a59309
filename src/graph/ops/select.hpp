// select: condition ? a : b, element by element, broadcasting as NumPy's where.
#pragma once

#include "graph/op.hpp"

namespace halfpixel::graph {

// Inputs: condition (bool), a and b of one dtype.
OpPtr make_select();

}  // namespace halfpixel::graph
