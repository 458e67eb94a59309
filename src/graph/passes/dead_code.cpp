// Nodes whose results nobody reads, and nodes that change nothing: linear, a cast to the same
// dtype, plus 0, times 1.
#include "graph/passes/list.hpp"
#include "graph/passes/rewrite.hpp"

namespace halfpixel::graph {

int remove_dead_code(Graph& graph) {
  for (const Node& node : graph.nodes) {
    const int input = node.op->repeated_input(args_of(graph, node));
    if (input < 0) continue;
    const ValueId id = node.inputs[static_cast<std::size_t>(input)];
    if (graph.spec(id) == graph.spec(node.outputs[0])) replace_value(graph, node.outputs[0], id);
  }
  return sweep(graph);
}

}  // namespace halfpixel::graph
