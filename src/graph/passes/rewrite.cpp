#include "graph/passes/rewrite.hpp"

#include <algorithm>
#include <utility>

namespace halfpixel::graph {

void replace_value(Graph& graph, ValueId from, ValueId to) {
  for (Node& node : graph.nodes) std::replace(node.inputs.begin(), node.inputs.end(), from, to);
  std::replace(graph.outputs.begin(), graph.outputs.end(), from, to);
}

ValueId add_constant(Graph& graph, const Tensor& value) {
  const auto id = static_cast<ValueId>(graph.values.size());
  graph.values.push_back({{value.shape(), value.dtype()}, -1, 0, value, {}});
  return id;
}

int sweep(Graph& graph, std::vector<bool> removed) {
  removed.resize(graph.nodes.size(), false);
  std::vector<bool> read(graph.values.size(), false);
  for (const ValueId id : graph.outputs) read[static_cast<std::size_t>(id)] = true;
  for (std::size_t n = graph.nodes.size(); n-- > 0;) {
    const Node& node = graph.nodes[n];
    const bool wanted = std::any_of(node.outputs.begin(), node.outputs.end(),
                                    [&](ValueId id) { return read[static_cast<std::size_t>(id)]; });
    if (!wanted) removed[n] = true;
    if (removed[n]) continue;
    for (const ValueId id : node.inputs) read[static_cast<std::size_t>(id)] = true;
  }
  const auto before = graph.nodes.size();
  std::vector<Node> kept;
  for (std::size_t n = 0; n < before; ++n) {
    if (!removed[n]) kept.push_back(std::move(graph.nodes[n]));
  }
  graph.nodes = std::move(kept);
  for (Value& value : graph.values) value.producer = -1;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    for (const ValueId id : graph.nodes[n].outputs)
      graph.values[static_cast<std::size_t>(id)].producer = static_cast<int>(n);
  }
  // Constants that nobody reads need no memory any more.
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    if (!read[i]) graph.values[i].constant.reset();
  }
  return static_cast<int>(before - graph.nodes.size());
}

const Node* producer_of(const Graph& graph, ValueId id) {
  const int node = graph.values[static_cast<std::size_t>(id)].producer;
  return node < 0 ? nullptr : &graph.nodes[static_cast<std::size_t>(node)];
}

const Node* sole_producer(const Graph& graph, const Node& node, const std::vector<int>& uses,
                          const std::vector<bool>& removed) {
  const ValueId id = node.inputs[0];
  if (uses[static_cast<std::size_t>(id)] != 1) return nullptr;
  const Node* const before = producer_of(graph, id);
  if (before == nullptr || removed[static_cast<std::size_t>(before - graph.nodes.data())]) {
    return nullptr;
  }
  return before;
}

void take_over(const Graph& graph, Node& node, const Node& before, OpPtr op,
               std::vector<bool>& removed) {
  node.op = std::move(op);
  node.inputs = before.inputs;
  node.name = before.name;
  removed[static_cast<std::size_t>(&before - graph.nodes.data())] = true;
}

}  // namespace halfpixel::graph
