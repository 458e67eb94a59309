// A constant factor or summand for each channel (or one for all) behind a convolution or matrix
// product becomes part of its kernel and bias: batch normalisation costs nothing.
#include <algorithm>

#include "graph/passes/list.hpp"
#include "graph/passes/product.hpp"
#include "graph/passes/rewrite.hpp"

namespace halfpixel::graph {
namespace {

Tensor scaled_kernel(const Tensor& kernel, int filter_axis, const std::vector<double>& scale) {
  Tensor result(kernel.shape(), DType::float32);
  std::int64_t inner = 1;
  for (int axis = filter_axis + 1; axis < kernel.rank(); ++axis) inner *= kernel.shape()[axis];
  const auto from = kernel.span<float>();
  const auto to = result.span<float>();
  const std::size_t filters = scale.size(), step = static_cast<std::size_t>(inner);
  for (std::size_t i = 0; i < from.size(); ++i) {
    to[i] = static_cast<float>(static_cast<double>(from[i]) * scale[i / step % filters]);
  }
  return result;
}

Tensor moved_bias(const Tensor* bias, const PerChannel& f, std::int64_t channels) {
  Tensor result(Shape{channels}, DType::float32);
  for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c) {
    double value = bias != nullptr ? static_cast<double>(bias->data<float>()[c]) : 0.0;
    if (!f.scale.empty()) value *= f.scale[c];
    if (!f.shift.empty()) value += f.shift[c];
    result.data<float>()[c] = static_cast<float>(value);
  }
  return result;
}

}  // namespace

int fuse_bias_and_affine(Graph& graph) {
  int changes = 0;
  for (bool again = true; again;) {
    again = false;
    std::vector<bool> removed(graph.nodes.size(), false);
    const std::vector<int> uses = graph.use_counts();
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
      for (std::size_t i = 0; i < graph.nodes[n].inputs.size(); ++i) {
        const ValueId from = graph.nodes[n].inputs[i];
        const int producer = graph.values[static_cast<std::size_t>(from)].producer;
        if (producer < 0 || removed[static_cast<std::size_t>(producer)] ||
            uses[static_cast<std::size_t>(from)] != 1)
          continue;
        const Node before = graph.nodes[static_cast<std::size_t>(producer)];
        const auto product = product_of(graph, before);
        if (!product || product->form->fused_activation().function != Function::linear ||
            graph.spec(graph.nodes[n].outputs[0]) != graph.spec(from) ||
            graph.spec(from).shape.rank() == 0) {
          continue;
        }
        const auto factors =
            graph.nodes[n].op->per_channel(static_cast<int>(i), args_of(graph, graph.nodes[n]));
        if (!factors) continue;
        const std::int64_t channels = graph.spec(from).shape.at(-1);
        const Tensor kernel = *constant_of(graph, product->kernel);
        if (kernel.shape()[product->filter_axis] != channels) continue;
        const Tensor* const bias = product->bias >= 0 ? constant_of(graph, product->bias) : nullptr;
        const Tensor new_bias = moved_bias(bias, *factors, channels);
        std::vector<ValueId> inputs = {before.inputs[0], product->kernel};
        if (!factors->scale.empty())
          inputs[1] =
              add_constant(graph, scaled_kernel(kernel, product->filter_axis, factors->scale));
        inputs.push_back(add_constant(graph, new_bias));
        Node& node = graph.nodes[n];
        node.op = before.op;
        node.inputs = std::move(inputs);
        node.name = before.name;
        removed[static_cast<std::size_t>(producer)] = true;
        ++changes;
        again = true;
        break;
      }
    }
    if (again) sweep(graph, removed);
  }
  return changes;
}

}  // namespace halfpixel::graph
