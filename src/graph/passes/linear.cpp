#include "graph/passes/linear.hpp"

#include "graph/ops/conv.hpp"
#include "graph/ops/conv_transpose.hpp"
#include "graph/ops/matmul.hpp"
#include "graph/passes/rewrite.hpp"

namespace halfpixel::graph {

std::optional<Linear> as_linear(const Graph& graph, const Node& node) {
  Linear linear;
  const Tensor* const kernel =
      node.inputs.size() > 1 ? constant_of(graph, node.inputs[1]) : nullptr;
  if (kernel == nullptr || kernel->dtype() != DType::float32) return std::nullopt;
  if (const auto* conv = dynamic_cast<const Conv*>(node.op.get())) {
    linear.activation = conv->attr.activation;
    linear.filter_axis = kernel->rank() - 1;
  } else if (const auto* transposed = dynamic_cast<const ConvTranspose*>(node.op.get())) {
    linear.activation = transposed->attr.activation;
    linear.filter_axis = kernel->rank() - 2;
  } else if (const auto* product = dynamic_cast<const Matmul*>(node.op.get())) {
    if (kernel->rank() != 2) return std::nullopt;
    linear.activation = product->attr.activation;
    linear.filter_axis = product->attr.transpose_b ? 0 : 1;
  } else {
    return std::nullopt;
  }
  linear.kernel = node.inputs[1];
  if (node.inputs.size() > 2) {
    linear.bias = node.inputs[2];
    if (constant_of(graph, linear.bias) == nullptr) return std::nullopt;
  }
  return linear;
}

OpPtr with_activation(const Op& op, const Unary& activation) {
  const auto changed = [&](auto attributes) {
    attributes.activation = activation;
    return attributes;
  };
  if (const auto* conv = dynamic_cast<const Conv*>(&op))
    return std::make_shared<Conv>(changed(conv->attr));
  if (const auto* transposed = dynamic_cast<const ConvTranspose*>(&op)) {
    return std::make_shared<ConvTranspose>(changed(transposed->attr));
  }
  if (const auto* product = dynamic_cast<const Matmul*>(&op))
    return std::make_shared<Matmul>(changed(product->attr));
  return nullptr;
}

}  // namespace halfpixel::graph
