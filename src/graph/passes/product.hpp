// Nodes that are a convolution or matrix product with constant weights.
#pragma once

#include <optional>

#include "graph/graph.hpp"
#include "graph/op_forms.hpp"

namespace halfpixel::graph {

struct Product {
  const ProductForm* form;  // of the node's op
  int filter_axis;          // of the kernel: which axis counts the result's channels
  ValueId kernel;
  ValueId bias;  // -1: none
};

// Empty unless the node's op has a ProductForm, its kernel is constant and its bias constant or
// none.
std::optional<Product> product_of(const Graph& graph, const Node& node);

}  // namespace halfpixel::graph
