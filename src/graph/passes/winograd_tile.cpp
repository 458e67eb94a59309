#include "graph/passes/winograd_tile.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/bf16_products.hpp"
#include "kernels/kernels.hpp"

namespace halfpixel::graph {
namespace {

// Tiles of 4 x 4 lose digits: from so many channels on they stay within four times what the direct
// convolution's own sums lose.
constexpr std::int64_t kChannelsForFour = 64;
constexpr std::int64_t kLeastFilters = 8;  // fewer leave vectors empty
constexpr float kMostWeight = 1e15F;

// Multiply-adds. An element that is transformed takes about so many; so does a weight, which comes
// from memory: tiles have more of them.
constexpr double kTransform = 12.0, kWeight = 16.0;

// Filters are computed in whole vectors, here and by direct convolutions.
std::int64_t padded(std::int64_t filters) {
  return (filters + kWinogradChannels - 1) / kWinogradChannels * kWinogradChannels;
}

double tiled_cost(const WinogradConv& conv, const Shape& x, const Shape& kernel) {
  const std::int64_t images = conv.stride * conv.stride;
  const std::int64_t filters = kernel[conv.transposed ? 2 : 3];
  const auto depth = static_cast<double>(x[3] * (conv.transposed ? 1 : images));
  const auto columns = static_cast<double>(padded(filters) * (conv.transposed ? images : 1));
  const int side = kernels::winograd_side(conv.tile);
  const double products = winograd_products(conv, x, kernel) *
                          static_cast<double>(padded(filters)) / static_cast<double>(filters);
  return products * (1 + kTransform / depth + kTransform / columns) +
         kWeight * static_cast<double>(side * side) * depth * columns;
}

// What the graph has without tiles. A transposed one is computed at low resolution, as products
// whose every column is an element that is added elsewhere.
double direct_cost(const WinogradConv& conv, bool bf16, const Shape& x, const Shape& y,
                   const Shape& kernel) {
  const double speed = bf16 ? kernels::bf16_kernels()->speed : 1;
  const auto window = static_cast<double>(kernel.num_elements());
  if (conv.transposed) {
    const auto channels = static_cast<double>(x[3]);
    const double pixels = static_cast<double>(x.num_elements()) / channels;
    return window * (pixels * (1 / speed + kTransform / channels) + kWeight);
  }
  const auto filters = static_cast<double>(y[3]);
  const double pixels = static_cast<double>(y.num_elements()) / filters;
  return window * (pixels / speed * static_cast<double>(padded(y[3])) / filters + kWeight);
}

}  // namespace

std::optional<std::int64_t> tiled_stride(const PerAxis& strides, const PerAxis& dilation) {
  const bool fits = strides[0] <= 2 && strides[1] == strides[0] && dilation == PerAxis{1, 1, 1};
  return fits ? std::optional(strides[0]) : std::nullopt;
}

std::optional<WinogradConv> in_tiles(WinogradConv conv, bool bf16, const Shape& x, const Shape& y,
                                     const Tensor& kernel) {
  const Shape& window = kernel.shape();
  const std::int64_t taps = (std::max(window[0], window[1]) + conv.stride - 1) / conv.stride;
  if (taps < 2 || taps > 3 || x[3] % kWinogradChannels != 0 || y[3] < kLeastFilters)
    return std::nullopt;
  const auto cost = [&](int tile) {
    WinogradConv tiled = conv;
    tiled.tile = tile;
    return tiled_cost(tiled, x, window);
  };
  const double direct = 0.8 * direct_cost(conv, bf16, x, y, window);
  conv.tile = taps == 2 ? 3 : 2;
  double least = cost(conv.tile);
  if (taps == 3 && x[3] >= kChannelsForFour && cost(4) < 0.9 * least) {
    conv.tile = 4;
    least = cost(4);
  }
  const bool weights_fit = std::ranges::all_of(
      kernel.span<float>(), [](float weight) { return std::fabs(weight) < kMostWeight; });
  if (least >= direct || !weights_fit) return std::nullopt;
  return conv;
}

}  // namespace halfpixel::graph
