// One case of the Rust crate image through the public API, spelled as users spell it.
#pragma once

#include <optional>

#include <halfpixel/image_rs.hpp>

#include "frontends/oracle_cases.hpp"

namespace oracle {

struct ImageRsCall {
  std::int64_t nwidth, nheight;
  halfpixel::image_rs::FilterType filter;
};

inline ImageRsCall image_rs_call(const Case& c) {
  return {c.numbers("nwidth").at(0), c.numbers("nheight").at(0),
          halfpixel::image_rs::to_filter_type(c.text("filter"))};
}

inline std::optional<Tensor> run_image_rs(const Case& c) {
  if (c.operation != "image_rs.resize") return std::nullopt;
  const ImageRsCall call = image_rs_call(c);
  return halfpixel::image_rs::imageops::resize(c.in, call.nwidth, call.nheight, call.filter);
}

}  // namespace oracle
