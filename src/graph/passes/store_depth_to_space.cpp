// depth_to_space of a result that nobody else reads is where its producer writes it.
#include "graph/passes/list.hpp"
#include "graph/passes/rewrite.hpp"

namespace halfpixel::graph {

int store_depth_to_space(Graph& graph) {
  int changes = 0;
  std::vector<bool> removed(graph.nodes.size(), false);
  const std::vector<int> uses = graph.use_counts();
  for (Node& node : graph.nodes) {
    const int block = node.op->depth_to_space();
    if (block < 2 || uses[static_cast<std::size_t>(node.inputs[0])] != 1) continue;
    const int producer = graph.values[static_cast<std::size_t>(node.inputs[0])].producer;
    if (producer < 0) continue;
    const Node& before = graph.nodes[static_cast<std::size_t>(producer)];
    const OpPtr moved = before.op->then_depth_to_space(block);
    if (moved == nullptr) continue;
    // The last node becomes the producer, so that the order of the nodes stays right.
    node.op = moved;
    node.inputs = before.inputs;
    node.name = before.name;
    removed[static_cast<std::size_t>(producer)] = true;
    ++changes;
  }
  if (changes > 0) sweep(graph, removed);
  return changes;
}

}  // namespace halfpixel::graph
