// Whether a convolution is computed in tiles, and in which: what both passes that do so ask.
#pragma once

#include <optional>

#include "graph/ops/conv_geometry.hpp"
#include "graph/ops/winograd_conv.hpp"

namespace halfpixel::graph {

// The stride of windows that may be computed in tiles: on both axes alike, 1 or 2, not dilated.
std::optional<std::int64_t> tiled_stride(const PerAxis& strides, const PerAxis& dilation);

// `conv`, which has all but a tile, with the tile that takes least, where that is less than it
// takes without tiles, `bf16` or not, and no weight is too large. (Tiles are float32: transformed
// factors have no digits to lose.)
std::optional<WinogradConv> in_tiles(WinogradConv conv, bool bf16, const Shape& x, const Shape& y,
                                     const Tensor& kernel);

}  // namespace halfpixel::graph
