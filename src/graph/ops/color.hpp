// Colours: tf.image.rgb_to_hsv and hsv_to_rgb.
#pragma once

#include "graph/op.hpp"

namespace halfpixel::graph {

// float32, three channels last.
OpPtr make_color(bool to_hsv);

}  // namespace halfpixel::graph
