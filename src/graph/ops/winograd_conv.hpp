// Convolutions of small windows in tiles, after Winograd: of 3 x 3, 16 products for 4 results
// instead of 36, or 36 for 16 instead of 144. A window that moves in steps of two sees four images,
// each by a window half as large; a transposed one makes four, all of the same tiles of x.
#pragma once

#include <array>
#include <cstdint>

#include "graph/op.hpp"
#include "graph/ops/function.hpp"

namespace halfpixel::graph {

struct WinogradConv {
  // Results of a tile on each side, in each of a transposed one's images. 2 or 4: windows have
  // three taps on each side, in each of the images; 3: two.
  int tile = 2;
  std::int64_t stride = 1;
  bool transposed = false;
  // Zeros before rows and columns, and after them. Transposed: what is cut off the full result.
  std::array<std::int64_t, 2> low = {0, 0};
  std::array<std::int64_t, 2> high = {0, 0};
  Unary activation = {};
  int block = 1;  // more: depth_to_space of the result, which is not transposed
  friend bool operator==(const WinogradConv&, const WinogradConv&) = default;
};

// Along one axis: the results, in each image that is made of them, and the tiles that cover them.
struct WinogradAxis {
  std::int64_t first, tiles, output;
};
WinogradAxis winograd_axis(const WinogradConv& conv, int axis, std::int64_t input,
                           std::int64_t window);
// Products, for shapes (N, H, W, C) and the node's kernel.
double winograd_products(const WinogradConv& conv, const Shape& x, const Shape& kernel);

// Rows that are computed together, or may be, with a window of so many rows, in each of a
// transposed one's images.
RowTile winograd_rows(std::int64_t window, std::int64_t stride);

// Channels are whole multiples of this; filters are computed in such.
inline constexpr std::int64_t kWinogradChannels = 16;

// Inputs: x (N, H, W, C), kernel (up to stride * taps on each side, C, filters), or (…, filters, C)
// of a transposed one, constant and finite, and, if there, bias (filters), constant. All float32.
// Infinities, NaNs and numbers from 1e15 on come out as the direct convolution has them: their
// tiles are computed so.
OpPtr make_winograd_conv(const WinogradConv& attributes);

// What prepare() makes of it.
std::unique_ptr<Kernel> winograd_kernel(const WinogradConv& conv, const PrepareArgs& args);

}  // namespace halfpixel::graph
