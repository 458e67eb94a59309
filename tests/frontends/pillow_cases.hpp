// One case of Pillow through the public API, spelled as users spell it.
#pragma once

#include <optional>

#include <halfpixel/pillow.hpp>

#include "frontends/oracle_cases.hpp"
#include "frontends/torch_cases.hpp"

namespace oracle {

struct PillowCall {
  halfpixel::Size size{1, 1};
  halfpixel::pillow::ResizeOptions options;
};

inline PillowCall pillow_call(const Case& c) {
  namespace pillow = halfpixel::pillow;
  PillowCall call;
  call.size = c.size("size");
  call.options.resample = pillow::to_resampling(c.text("resample"));
  call.options.mode = pillow::to_mode(c.text("mode"));
  if (c.has("box")) {
    const auto box = doubles_between_colons(c.text("box"));
    call.options.box = {{box.at(0), box.at(1), box.at(2), box.at(3)}};
  }
  if (c.has("reducing_gap")) call.options.reducing_gap = std::stod(c.text("reducing_gap"));
  return call;
}

inline std::optional<Tensor> run_pillow(const Case& c) {
  if (c.operation != "pillow.resize") return std::nullopt;
  const PillowCall call = pillow_call(c);
  return halfpixel::pillow::resize(c.in, call.size, call.options);
}

}  // namespace oracle
