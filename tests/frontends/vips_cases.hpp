// One case of libvips through the public API, spelled as users spell it.
#pragma once

#include <optional>

#include <halfpixel/vips.hpp>

#include "frontends/oracle_cases.hpp"

namespace oracle {

struct VipsCall {
  double scale;
  halfpixel::vips::ResizeOptions options;
};

inline VipsCall vips_call(const Case& c) {
  VipsCall call{std::stod(c.text("scale")), {}};
  call.options.kernel = halfpixel::vips::to_kernel(c.text("kernel"));
  call.options.gap = std::stod(c.text("gap"));
  if (c.has("vscale")) call.options.vscale = std::stod(c.text("vscale"));
  if (c.has("access")) call.options.access = halfpixel::vips::to_access(c.text("access"));
  return call;
}

inline std::optional<Tensor> run_vips(const Case& c) {
  if (c.operation != "vips.resize") return std::nullopt;
  const VipsCall call = vips_call(c);
  return halfpixel::vips::resize(c.in, call.scale, call.options);
}

}  // namespace oracle
