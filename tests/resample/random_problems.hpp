// RapidCheck's problems: any operation, any dtype, sizes small and odd.
#pragma once

#include <rapidcheck.h>

#include "resample/problems.hpp"

namespace problems {

inline Problem draw_problem(std::int64_t most_side, std::int64_t most_channels) {
  const auto side = [&] { return *rc::gen::inRange<std::int64_t>(1, most_side + 1); };
  Problem p;
  p.v1 = *rc::gen::inRange(0, 4) == 0;
  p.gradient = *rc::gen::inRange(0, 3) == 0;
  p.method = *rc::gen::elementOf(std::vector<Method>(std::begin(kMethods), std::end(kMethods)));
  p.antialias = !p.v1 && *rc::gen::inRange(0, 2) == 1;
  const int coordinates = p.v1 ? *rc::gen::inRange(0, 3) : 0;
  p.align_corners = coordinates == 1;
  p.half_pixel = coordinates == 2;
  p.channels_first = *rc::gen::inRange(0, 3) == 0;
  p.dtype = *rc::gen::elementOf(std::vector<DType>(std::begin(kDTypes), std::end(kDTypes)));
  p.n = *rc::gen::inRange<std::int64_t>(1, 4);
  p.h = side(), p.w = side(), p.out_h = side(), p.out_w = side();
  p.c = *rc::gen::inRange<std::int64_t>(1, most_channels + 1);
  if (!p.valid()) p.dtype = DType::float32;
  RC_PRE(p.valid());
  return p;
}

}  // namespace problems
