// torch.nn.functional.interpolate, with the numbers of PyTorch 2.15 on the CPU: its default build,
// whose kernels fuse products and sums (AVX2), one thread, on tensors of the given memory format.
//
// Shapes are (N, C, L), (N, C, H, W) or (N, C, D, H, W). Modes of each rank, dtypes and what is
// exact to the bit: docs/dialects.md. All functions may be called by many threads at once; they
// throw Error in PyTorch's words before anything is computed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <halfpixel/dtype.hpp>
#include <halfpixel/export.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::torch {

enum class InterpolateMode {
  nearest,        // floor(i * step): not TensorFlow's nearest
  nearest_exact,  // floor((i + 0.5) * step), as Pillow and TensorFlow but for ties
  linear,         // (N, C, L)
  bilinear,       // (N, C, H, W)
  bicubic,        // (N, C, H, W); a = -0.75, with antialias -0.5
  trilinear,      // (N, C, D, H, W)
  area,           // adaptive average pooling
  lanczos,        // (N, C, H, W), radius 3; needs antialias
};
// "nearest", "nearest-exact" …, PyTorch's strings in exact case. Throws Error for others.
HALFPIXEL_EXPORT InterpolateMode to_interpolate_mode(std::string_view name);
HALFPIXEL_EXPORT std::string_view name_of(InterpolateMode mode) noexcept;
HALFPIXEL_EXPORT std::span<const InterpolateMode> interpolate_modes() noexcept;

// How the tensor would lie in PyTorch's memory: there it chooses the kernel, and so the last bit.
// Of volumes channels_last is PyTorch's channels_last_3d; (N, C, L) has contiguous_format alone.
enum class MemoryFormat { contiguous_format, channels_last };
HALFPIXEL_EXPORT MemoryFormat to_memory_format(std::string_view name);
HALFPIXEL_EXPORT std::string_view name_of(MemoryFormat format) noexcept;

namespace nn::functional {

struct InterpolateOptions {
  // One number for every spatial axis, or one for each; either size or scale_factor.
  OptionalSize size = {};
  std::vector<double> scale_factor = {};
  InterpolateMode mode = InterpolateMode::nearest;
  std::optional<bool> align_corners =
      {};  // linear, bilinear, bicubic, trilinear only; unset: false
  // The step between samples from the sizes, not from scale_factor; unset: false.
  std::optional<bool> recompute_scale_factor = {};
  bool antialias = false;  // bilinear, bicubic and lanczos
  MemoryFormat memory_format = MemoryFormat::contiguous_format;
};

// x: float32, float64, float16, bfloat16, uint8 (not linear, trilinear, area). Returns x's dtype.
HALFPIXEL_EXPORT Tensor interpolate(const ConstTensorView& x, const InterpolateOptions& options);
// The same into memory of the caller's.
HALFPIXEL_EXPORT void interpolate(const ConstTensorView& x, const InterpolateOptions& options,
                                  const TensorView& out);
HALFPIXEL_EXPORT resample::Plan plan_interpolate(const Shape& shape, DType dtype,
                                                 const InterpolateOptions& options);

// What autograd gives for x, (N, C, H, W), when dy arrives at the result; dy has x's dtype, float32
// or float64. Nearest, and bilinear of float32, have PyTorch's bits; the others are summed in
// double.
HALFPIXEL_EXPORT Tensor interpolate_gradient(const ConstTensorView& dy, const Shape& input_shape,
                                             const InterpolateOptions& options);
HALFPIXEL_EXPORT resample::Plan plan_interpolate_gradient(const Shape& dy_shape, DType dtype,
                                                          const Shape& input_shape,
                                                          const InterpolateOptions& options);

}  // namespace nn::functional
}  // namespace halfpixel::torch
