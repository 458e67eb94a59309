// Convolutions and matrix products with constant kernels take factors of bfloat16 where the
// processor has instructions for them. Whoever computes them in another way asks ProductForm::bf16.
#include "graph/op_forms.hpp"
#include "graph/passes/list.hpp"
#include "graph/passes/product.hpp"
#include "graph/passes/rewrite.hpp"

namespace halfpixel::graph {

int multiply_in_bf16(Graph& graph) {
  int changes = 0;
  for (Node& node : graph.nodes) {
    const auto product = product_of(graph, node);
    if (!product || product->form->bf16()) continue;
    if (graph.spec(node.outputs[0]).shape.num_elements() == 0) continue;
    OpPtr op = product->form->in_bf16(args_of(graph, node));
    if (op == nullptr) continue;
    node.op = std::move(op);
    ++changes;
  }
  return changes;
}

}  // namespace halfpixel::graph
