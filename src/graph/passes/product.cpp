#include "graph/passes/product.hpp"

#include "graph/passes/rewrite.hpp"

namespace halfpixel::graph {

std::optional<Product> product_of(const Graph& graph, const Node& node) {
  const ProductForm* const form = node.op->product();
  if (form == nullptr) return std::nullopt;
  const Tensor* const kernel = constant_of(graph, node.inputs[1]);
  if (kernel == nullptr || kernel->dtype() != DType::float32) return std::nullopt;
  const int filter_axis = form->filter_axis(kernel->rank());
  const ValueId bias = node.inputs.size() > 2 ? node.inputs[2] : -1;
  if (filter_axis < 0 || (bias >= 0 && constant_of(graph, bias) == nullptr)) return std::nullopt;
  return Product{form, filter_axis, node.inputs[1], bias};
}

}  // namespace halfpixel::graph
