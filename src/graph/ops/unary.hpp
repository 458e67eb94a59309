// A function of one element as an op: y = f(x).
#pragma once

#include "graph/op.hpp"
#include "graph/ops/function.hpp"

namespace halfpixel::graph {

OpPtr make_unary(const Unary& unary);

}  // namespace halfpixel::graph
