// One case of LiteRT through the public API, spelled as users spell it.
#pragma once

#include <optional>
#include <string>

#include <halfpixel/litert.hpp>

#include "frontends/oracle_cases.hpp"

namespace oracle {

inline halfpixel::litert::ResizeOptions litert_options(const Case& c) {
  return {.align_corners = c.flag("align_corners"),
          .half_pixel_centers = c.flag("half_pixel_centers"),
          .kernels = halfpixel::litert::to_kernels(c.text("kernels"))};
}

inline std::optional<Tensor> run_litert(const Case& c) {
  namespace litert = halfpixel::litert;
  if (c.operation == "litert.resize_bilinear") {
    return litert::resize_bilinear(c.in, c.size("size"), litert_options(c));
  }
  if (c.operation == "litert.resize_nearest_neighbor") {
    return litert::resize_nearest_neighbor(c.in, c.size("size"), litert_options(c));
  }
  return std::nullopt;
}

}  // namespace oracle
