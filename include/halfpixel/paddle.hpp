// paddle.nn.functional.interpolate with the numbers of PaddlePaddle 3.3.1 on the CPU. Arrays are
// (N, C, …spatial…) with one to three spatial axes, or (N, …spatial…, C) with data_format.
//
// All functions may be called by many threads at once; they throw Error before anything is
// computed.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <halfpixel/dtype.hpp>
#include <halfpixel/export.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::paddle {

enum class InterpolateMode {
  nearest,    // (N, C, H, W), (N, C, D, H, W); floor(i * step)
  linear,     // (N, C, W)
  bilinear,   // (N, C, H, W)
  trilinear,  // (N, C, D, H, W)
  bicubic,    // (N, C, H, W); a = -0.75
  area,       // adaptive average pooling; of a size, channels first
};
HALFPIXEL_EXPORT InterpolateMode to_interpolate_mode(std::string_view name);  // throws Error
HALFPIXEL_EXPORT std::string_view name_of(InterpolateMode mode) noexcept;
HALFPIXEL_EXPORT std::span<const InterpolateMode> interpolate_modes() noexcept;

namespace nn::functional {

struct InterpolateOptions {
  // Either: one integer for each spatial axis; or one factor for all of them, or for each.
  OptionalSize size = {};
  std::vector<double> scale_factor = {};
  InterpolateMode mode = InterpolateMode::nearest;
  bool align_corners = false;  // linear, bilinear, trilinear, bicubic; area takes no notice
  // Of linear, bilinear, trilinear without align_corners. 0: half-pixel centres; 1: i * step.
  int align_mode = 0;
  DataFormat data_format = DataFormat::channels_first;
};

// x: float32 or float64; of nearest, bilinear and trilinear uint8 too; of nearest
// int32, int64, float16 and bfloat16. Returns x's dtype.
HALFPIXEL_EXPORT Tensor interpolate(const ConstTensorView& x, const InterpolateOptions& options);
HALFPIXEL_EXPORT void interpolate(const ConstTensorView& x, const InterpolateOptions& options,
                                  const TensorView& out);
HALFPIXEL_EXPORT resample::Plan plan_interpolate(const Shape& shape, DType dtype,
                                                 const InterpolateOptions& options);

}  // namespace nn::functional
}  // namespace halfpixel::paddle
