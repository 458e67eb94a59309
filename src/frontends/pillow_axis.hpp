// The tables of PIL.Image.resize (Pillow's Resample.c and Geometry.c), in double.
#pragma once

#include <cstdint>

#include <halfpixel/pillow.hpp>

#include "frontends/dialect.hpp"

namespace halfpixel::pillow_dialect {

using dialect::AxisTable;

// Part [begin, end) of `in` pixels seen as `out`.
struct Span {
  std::int64_t in, out;
  float begin, end;
  bool whole() const { return in == out && begin == 0 && end == static_cast<float>(out); }
  // A part that begins at a pixel and keeps its size.
  bool crops() const;
};

double support_of(pillow::Resampling filter);
AxisTable weights_axis(const Span& span, pillow::Resampling filter);  // doubles
AxisTable fixed_axis(const Span& span, pillow::Resampling filter);    // integers of 22 bits
inline constexpr int kPrecisionBits = 22;
// `accumulates`: positions are summed up one by one, else multiplied.
AxisTable nearest_axis(const Span& span, bool accumulates);
AxisTable crop_axis(const Span& span);
AxisTable fixed_crop_axis(const Span& span);  // the same as integers of 22 bits

}  // namespace halfpixel::pillow_dialect
