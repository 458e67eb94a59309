// PaddlePaddle's words: names, and what it refuses.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <halfpixel/paddle.hpp>

namespace halfpixel::paddle_dialect {

inline constexpr const char* kWho = "paddle.nn.functional.interpolate";

// Throws Error for arrays and options that the function does not take.
void check_call(const Shape& shape, DType dtype,
                const paddle::nn::functional::InterpolateOptions& options);

// Two extents of an axis; with a factor the step is its reciprocal.
struct Sides {
  std::int64_t in, out;
  std::optional<double> factor;
};
// The spatial axes; of calls that were checked. Throws Error for sizes that are none.
std::vector<int> spatial_axes(const Shape& shape,
                              const paddle::nn::functional::InterpolateOptions& options);
std::vector<Sides> sides_of(const Shape& shape,
                            const paddle::nn::functional::InterpolateOptions& options);

}  // namespace halfpixel::paddle_dialect
