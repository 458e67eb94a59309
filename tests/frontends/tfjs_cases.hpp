// One case of TensorFlow.js through the public API, spelled as users spell it.
#pragma once

#include <optional>
#include <string>

#include <halfpixel/tfjs.hpp>

#include "frontends/oracle_cases.hpp"

namespace oracle {

inline halfpixel::tfjs::ResizeOptions tfjs_options(const Case& c) {
  return {.align_corners = c.flag("align_corners"),
          .half_pixel_centers = c.flag("half_pixel_centers"),
          .backend = halfpixel::tfjs::to_backend(c.text("backend"))};
}

inline std::optional<Tensor> run_tfjs(const Case& c) {
  namespace tfjs = halfpixel::tfjs;
  if (c.operation == "tfjs.resize_bilinear")
    return tfjs::resize_bilinear(c.in, c.size("size"), tfjs_options(c));
  if (c.operation == "tfjs.resize_nearest_neighbor")
    return tfjs::resize_nearest_neighbor(c.in, c.size("size"), tfjs_options(c));
  return std::nullopt;
}

}  // namespace oracle
