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
// The node that makes what `node` reads first, where nobody else reads that (`uses`: of each
// value); null for inputs, constants and `removed` ones.
const Node* sole_producer(const Graph& graph, const Node& node, const std::vector<int>& uses,
                          const std::vector<bool>& removed);
// `node` computes `op` of what `before` reads, by its name; `before` is removed. The later of the
// two stays, so that the order of the nodes is right.
void take_over(const Graph& graph, Node& node, const Node& before, OpPtr op,
               std::vector<bool>& removed);
inline const Tensor* constant_of(const Graph& graph, ValueId id) {
  const auto& constant = graph.values[static_cast<std::size_t>(id)].constant;
  return constant ? &*constant : nullptr;
}

}  // namespace halfpixel::graph
