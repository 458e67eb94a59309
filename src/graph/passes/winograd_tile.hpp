// Whether a convolution is computed in tiles, and in which: what both passes that do so ask.
#pragma once

#include <optional>

#include "graph/ops/winograd_conv.hpp"

namespace halfpixel::graph {

// `conv`, which has all but a tile, with the tile that takes least, where that is less than it
// takes without tiles and no weight is too large.
std::optional<WinogradConv> in_tiles(WinogradConv conv, const Shape& x, const Shape& y,
                                     const Tensor& kernel);

}  // namespace halfpixel::graph
