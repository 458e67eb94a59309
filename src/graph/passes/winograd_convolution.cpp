// Convolutions of 3 x 3 windows that are not computed at a lower resolution are computed in tiles
// where that takes less. Tiles of 4 x 4 lose digits: from 64 channels on they stay within four
// times what the direct convolution's own sums lose.
#include <algorithm>
#include <cmath>

#include "graph/op_forms.hpp"
#include "graph/ops/winograd_conv.hpp"
#include "graph/passes/list.hpp"
#include "graph/passes/product.hpp"
#include "graph/passes/rewrite.hpp"

namespace halfpixel::graph {
namespace {

constexpr std::int64_t kChannelsForFour = 64;
constexpr float kMostWeight = 1e15F;

// Multiply-adds, and the transforms' work as so many.
double tiled_cost(int tile, const Shape& y, std::int64_t channels) {
  constexpr double kTransform = 8.0;
  const auto tiles = [&](int axis) { return static_cast<double>((y[axis] + tile - 1) / tile); };
  const double positions = (tile + 2) * (tile + 2);
  const auto c = static_cast<double>(channels), f = static_cast<double>(y[3]);
  return tiles(1) * tiles(2) * positions * (c * f + kTransform * (c + f));
}

int best_tile(const Shape& y, std::int64_t channels) {
  const double direct = static_cast<double>(y[1] * y[2] * 9 * channels * y[3]);
  const double two = tiled_cost(2, y, channels), four = tiled_cost(4, y, channels);
  if (channels >= kChannelsForFour && four < 0.85 * direct && four < 0.95 * two) return 4;
  return two < 0.85 * direct ? 2 : 0;
}

}  // namespace

int winograd_convolution(Graph& graph) {
  int changes = 0;
  for (Node& node : graph.nodes) {
    const WindowMove* const move = node.op->window();
    const auto product = product_of(graph, node);
    if (move == nullptr || !product || move->spatial_rank != 2) continue;
    const Tensor& kernel = *constant_of(graph, product->kernel);
    const Shape& x = graph.spec(node.inputs[0]).shape;
    const Shape& y = graph.spec(node.outputs[0]).shape;
    const bool fits = kernel.shape()[0] == 3 && kernel.shape()[1] == 3 &&
                      move->strides == PerAxis{1, 1, 1} && move->dilation == PerAxis{1, 1, 1} &&
                      x[3] % kWinogradChannels == 0 && y[3] % kWinogradChannels == 0 &&
                      y.num_elements() > 0;
    if (!fits) continue;
    const int tile = best_tile(y, x[3]);
    if (tile == 0 || !std::ranges::all_of(kernel.span<float>(), [](float weight) {
          return std::fabs(weight) < kMostWeight;
        })) {
      continue;
    }
    WinogradConv conv{.tile = tile, .activation = product->form->fused_activation()};
    for (int i = 0; i < 2; ++i) {
      const auto axis = static_cast<std::size_t>(i);
      const auto padding = move->padding(i, x[i + 1], 3);
      conv.low[axis] = padding.low;
      conv.high[axis] = padding.high;
    }
    node.op = make_winograd_conv(conv);
    ++changes;
  }
  return changes;
}

}  // namespace halfpixel::graph
