// Transposed convolutions in steps of two are four convolutions of small windows over the same
// image. They are computed in the same tiles where that takes less.
#include "graph/op_forms.hpp"
#include "graph/passes/list.hpp"
#include "graph/passes/product.hpp"
#include "graph/passes/rewrite.hpp"
#include "graph/passes/winograd_tile.hpp"

namespace halfpixel::graph {

int winograd_transpose(Graph& graph) {
  int changes = 0;
  for (Node& node : graph.nodes) {
    const auto form = node.op->transposed_window(args_of(graph, node));
    const auto product = product_of(graph, node);
    if (!form || !product || form->axes.size() != 2) continue;
    const Tensor& kernel = *constant_of(graph, product->kernel);
    const Shape& x = graph.spec(node.inputs[0]).shape;
    const Shape& y = graph.spec(node.outputs[0]).shape;
    const auto stride = tiled_stride(form->strides, form->dilation);
    if (!stride || x.num_elements() == 0 || y.num_elements() == 0) continue;
    WinogradConv conv{
        .stride = *stride, .transposed = true, .activation = product->form->fused_activation()};
    for (int i = 0; i < 2; ++i) {
      const auto axis = static_cast<std::size_t>(i);
      conv.low[axis] = form->low[axis];
      conv.high[axis] = (x[i + 1] - 1) * *stride + kernel.shape()[i] - conv.low[axis] - y[i + 1];
    }
    const auto tiled = in_tiles(conv, product->form->bf16(), x, y, kernel);
    if (!tiled) continue;
    node.op = make_winograd_conv(*tiled);
    ++changes;
  }
  return changes;
}

}  // namespace halfpixel::graph
