// Convolutions and matrix products seen alike: a kernel, perhaps a bias, perhaps an activation.
#pragma once

#include <optional>

#include "graph/graph.hpp"
#include "graph/ops/unary.hpp"

namespace halfpixel::graph {

struct Linear {
  Unary activation;
  int filter_axis = -1;  // of the kernel: which axis counts the result's channels
  ValueId kernel = -1;
  ValueId bias = -1;  // -1: none
};

// Empty unless the node is a convolution, transposed convolution or matrix product with a constant
// kernel (of rank 2 for products) and a constant bias or none; its result's channels are the last
// axis.
std::optional<Linear> as_linear(const Graph& graph, const Node& node);
// The same op with another activation.
OpPtr with_activation(const Op& op, const Unary& activation);

}  // namespace halfpixel::graph
