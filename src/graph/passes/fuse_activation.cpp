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
    if (activation == nullptr) continue;
    const Node* const before = sole_producer(graph, node, uses, removed);
    if (before == nullptr) continue;
    const auto product = product_of(graph, *before);
    if (!product || product->form->fused_activation().function != Function::linear) continue;
    // Nobody reads the product's own result any more; later nodes see this one as the producer.
    take_over(graph, node, *before, product->form->with_activation(*activation), removed);
    ++changes;
  }
  if (changes > 0) sweep(graph, removed);
  return changes;
}

}  // namespace halfpixel::graph
