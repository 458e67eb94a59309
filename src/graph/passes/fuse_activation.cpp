// An activation behind a convolution or matrix product that nobody else reads moves into it.
#include "graph/passes/list.hpp"
#include "graph/passes/product.hpp"
#include "graph/passes/rewrite.hpp"

namespace halfpixel::graph {

int fuse_activation(Graph& graph) {
  int changes = 0;
  std::vector<bool> removed(graph.nodes.size(), false);
  std::vector<int> uses = graph.use_counts();
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    Node& node = graph.nodes[n];
    const Unary* const activation = node.op->activation();
    if (activation == nullptr || uses[static_cast<std::size_t>(node.inputs[0])] != 1) continue;
    const int producer = graph.values[static_cast<std::size_t>(node.inputs[0])].producer;
    if (producer < 0 || removed[static_cast<std::size_t>(producer)]) continue;
    Node& before = graph.nodes[static_cast<std::size_t>(producer)];
    const auto product = product_of(graph, before);
    if (!product || product->form->fused_activation().function != Function::linear) continue;
    // The activation's node becomes the product, so that the order of the nodes stays right.
    node.op = product->form->with_activation(*activation);
    node.inputs = before.inputs;
    node.name = before.name;
    removed[static_cast<std::size_t>(producer)] = true;
    // Nobody reads the product's own result any more; later nodes see this one as the producer.
    ++changes;
  }
  if (changes > 0) sweep(graph, removed);
  return changes;
}

}  // namespace halfpixel::graph
