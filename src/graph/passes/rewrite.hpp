// What passes do to a graph, in one place: nodes are marked and swept, values keep their numbers.
#pragma once

#include <vector>

#include "graph/graph.hpp"

namespace halfpixel::graph {

// Every reader of `from`, graph outputs included, reads `to` instead.
void replace_value(Graph& graph, ValueId from, ValueId to);
// The id of a new constant.
ValueId add_constant(Graph& graph, const Tensor& value);
// Removes nodes that nobody reads, and `removed` ones; says how many went. Producers are
// renumbered.
int sweep(Graph& graph, std::vector<bool> removed = {});
// The node that makes a value, or null for inputs and constants.
const Node* producer_of(const Graph& graph, ValueId id);
inline const Tensor* constant_of(const Graph& graph, ValueId id) {
  const auto& constant = graph.values[static_cast<std::size_t>(id)].constant;
  return constant ? &*constant : nullptr;
}

}  // namespace halfpixel::graph
