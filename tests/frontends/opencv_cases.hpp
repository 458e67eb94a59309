// One case of OpenCV through the public API, spelled as users spell it.
#pragma once

#include <optional>
#include <string>

#include <halfpixel/opencv.hpp>

#include "frontends/oracle_cases.hpp"

namespace oracle {

struct OpencvCall {
  halfpixel::cv::Size dsize;
  halfpixel::cv::ResizeOptions options;
};

inline OpencvCall opencv_call(const Case& c) {
  OpencvCall call;
  call.options.interpolation = halfpixel::cv::to_interpolation_flags(c.text("interpolation"));
  if (c.has("dsize")) {
    const auto sides = c.numbers("dsize");
    call.dsize = {sides.at(0), sides.at(1)};
  } else {
    call.options.fx = std::stod(c.text("fx"));
    call.options.fy = std::stod(c.text("fy"));
  }
  return call;
}

inline std::optional<Tensor> run_opencv(const Case& c) {
  if (c.operation != "cv.resize") return std::nullopt;
  const OpencvCall call = opencv_call(c);
  return halfpixel::cv::resize(c.in, call.dsize, call.options);
}

}  // namespace oracle
