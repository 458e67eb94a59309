// One axis of jax.image.resize: positions and weights, in float32.
#pragma once

#include <cstdint>

#include <halfpixel/jax.hpp>

#include "resample/axis_table.hpp"

namespace halfpixel::jax {

resample::AxisTable nearest_axis(std::int64_t in, std::int64_t out);
// Weights rounded to `dtype`, the one of the result.
resample::AxisTable weights_axis(std::int64_t in, std::int64_t out, image::ResizeMethod method,
                                 bool antialias, DType dtype);

}  // namespace halfpixel::jax
