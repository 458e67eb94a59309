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
    if (block < 2) continue;
    const Node* const before = sole_producer(graph, node, uses, removed);
    if (before == nullptr) continue;
    OpPtr moved = before->op->then_depth_to_space(block);
    if (moved == nullptr) continue;
    take_over(graph, node, *before, std::move(moved), removed);
    ++changes;
  }
  if (changes > 0) sweep(graph, removed);
  return changes;
}

}  // namespace halfpixel::graph
