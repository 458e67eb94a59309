// One case of Go's x/image/draw through the public API, spelled as users spell it.
#pragma once

#include <optional>

#include <halfpixel/go.hpp>

#include "frontends/oracle_cases.hpp"

namespace oracle {

struct GoCall {
  std::int64_t width, height;
  halfpixel::go::draw::Interpolator interpolator;
};

inline GoCall go_call(const Case& c) {
  return {c.numbers("width").at(0), c.numbers("height").at(0),
          halfpixel::go::draw::to_interpolator(c.text("interpolator"))};
}

inline std::optional<Tensor> run_go(const Case& c) {
  if (c.operation != "go.draw.scale") return std::nullopt;
  const GoCall call = go_call(c);
  return halfpixel::go::draw::scale(c.in, call.width, call.height, call.interpolator);
}

}  // namespace oracle
