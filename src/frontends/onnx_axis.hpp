// One axis of an ONNX Resize: where ONNX Runtime looks for each position of the result, and with
// which weights. All in float32, one rounding for each operation, as it computes them.
#pragma once

#include <cstdint>
#include <vector>

#include <halfpixel/onnx.hpp>

#include "resample/axis_table.hpp"

namespace halfpixel::onnx {

struct Axis {
  int axis = 0;
  std::int64_t in = 0, out = 0;
  float scale = 1;
  float roi_start = 0, roi_end = 1;

  // Nothing moves along it, whatever the mode.
  bool stays() const { return scale == 1 && in == out; }
};

// What the options mean for every axis.
struct Meaning {
  Mode mode;
  CoordinateTransformationMode coordinates;
  std::optional<NearestMode> nearest;  // unset: opset 10 and before
  float cubic_coeff_a;
  bool exclude_outside, antialias, extrapolates;
  float extrapolation_value;
};
Meaning meaning_of(const ResizeOptions& options);

// Source coordinates of all positions.
std::vector<float> coordinates(const Meaning& meaning, const Axis& axis);
// 1 where a coordinate lies outside and is extrapolated; empty: nowhere.
SignedVector<std::uint8_t> outside(const Meaning& meaning, const Axis& axis);

resample::AxisTable nearest_axis(const Meaning& meaning, const Axis& axis);
resample::AxisTable linear_axis(const Meaning& meaning, const Axis& axis);
// The same in fixed point of 10 bits.
resample::AxisTable fixed_axis(const Meaning& meaning, const Axis& axis);
// Four taps; `divided`: the divisor follows.
resample::AxisTable cubic_axis(const Meaning& meaning, const Axis& axis, bool divided);
// With antialias; `fixed`: in integers of 22 bits.
resample::AxisTable antialias_axis(const Meaning& meaning, const Axis& axis, bool fixed);

}  // namespace halfpixel::onnx
