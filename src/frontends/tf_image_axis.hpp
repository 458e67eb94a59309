// What TensorFlow's resize kernels do with one axis, as tables. Formulas: image_resizer_state.h,
// resize_{bilinear,nearest_neighbor,area,bicubic}_op.cc and scale_and_translate_op.cc of
// TensorFlow 2.21; every step is one float32 operation in the written order. Call with subnormals
// flushed (ScopedFlush).
#pragma once

#include <cstdint>

#include "resample/axis_table.hpp"
#include "resample/filters.hpp"

namespace halfpixel::tf_image {

enum class Coordinates : std::uint8_t {
  half_pixel,     // (x + 0.5) * scale - 0.5
  legacy,         // x * scale
  align_corners,  // x * scale, scale = (in - 1) / (out - 1)
};

float scale_of(std::int64_t in, std::int64_t out, Coordinates coordinates);

resample::AxisTable nearest_axis(std::int64_t in, std::int64_t out, Coordinates coordinates);
resample::AxisTable bilinear_axis(std::int64_t in, std::int64_t out, Coordinates coordinates);
resample::AxisTable bicubic_axis(std::int64_t in, std::int64_t out, Coordinates coordinates);
resample::AxisTable area_axis(std::int64_t in, std::int64_t out, Coordinates coordinates);
resample::AxisTable span_axis(std::int64_t in, std::int64_t out, const resample::Filter& filter,
                              bool antialias);

}  // namespace halfpixel::tf_image
