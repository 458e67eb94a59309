// Convolutions of 3 x 3 windows in tiles, after Winograd: 16 products for 4 results instead of 36,
// or 36 for 16 instead of 144.
#pragma once

#include <array>
#include <cstdint>

#include "graph/op.hpp"
#include "graph/ops/function.hpp"

namespace halfpixel::graph {

struct WinogradConv {
  int tile = 2;                               // 2 or 4: results of a tile on each side
  std::array<std::int64_t, 2> low = {0, 0};   // zeros before rows and columns …
  std::array<std::int64_t, 2> high = {0, 0};  // … and after them
  Unary activation = {};
  friend bool operator==(const WinogradConv&, const WinogradConv&) = default;
};

// Channels and filters are whole multiples of this.
inline constexpr std::int64_t kWinogradChannels = 16;

// Inputs: x (N, H, W, C), kernel (3, 3, C, filters), constant and finite, and, if there, bias
// (filters), constant. All float32. Infinities, NaNs and numbers from 1e15 on come out as the
// direct convolution has them: their tiles are computed so.
OpPtr make_winograd_conv(const WinogradConv& attributes);

}  // namespace halfpixel::graph
