// Colours: tf.image.rgb_to_hsv and hsv_to_rgb.
#pragma once

#include <cstdint>

#include "graph/op.hpp"

namespace halfpixel::graph {

enum class ColorConversion : std::uint8_t { rgb_to_hsv, hsv_to_rgb };

// float32, three channels last.
OpPtr make_color(ColorConversion conversion);

}  // namespace halfpixel::graph
