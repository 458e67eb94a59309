// Convolutions of small windows that are not computed at a lower resolution are computed in tiles
// where that takes less.
#include "graph/op_forms.hpp"
#include "graph/passes/list.hpp"
#include "graph/passes/product.hpp"
#include "graph/passes/rewrite.hpp"
#include "graph/passes/winograd_tile.hpp"

namespace halfpixel::graph {

int winograd_convolution(Graph& graph) {
  int changes = 0;
  for (Node& node : graph.nodes) {
    const WindowMove* const move = node.op->window();
    const auto product = product_of(graph, node);
    if (move == nullptr || !product || move->spatial_rank != 2) continue;
    const Tensor& kernel = *constant_of(graph, product->kernel);
    const Shape& x = graph.spec(node.inputs[0]).shape;
    const Shape& y = graph.spec(node.outputs[0]).shape;
    const auto stride = tiled_stride(move->strides, move->dilation);
    if (!stride || y.num_elements() == 0) continue;
    WinogradConv conv{.stride = *stride, .activation = product->form->fused_activation()};
    for (int i = 0; i < 2; ++i) {
      const auto axis = static_cast<std::size_t>(i);
      const auto padding = move->padding(i, x[i + 1], kernel.shape()[i]);
      conv.low[axis] = padding.low;
      conv.high[axis] = padding.high;
    }
    const auto tiled = in_tiles(conv, product->form->bf16(), x, y, kernel);
    if (!tiled) continue;
    node.op = make_winograd_conv(*tiled);
    ++changes;
  }
  return changes;
}

}  // namespace halfpixel::graph
