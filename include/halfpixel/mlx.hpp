// mlx.nn.Upsample with the numbers of MLX 0.32 on a CPU of x86-64. Arrays are (N, …spatial…, C)
// with one to three spatial axes.
//
// All functions may be called by many threads at once; they throw Error before anything is
// computed.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <halfpixel/dtype.hpp>
#include <halfpixel/export.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::mlx::nn {

enum class UpsampleMode {
  nearest,  // whole factors repeat; others round a centred grid, ties to even
  linear,
  cubic,  // a = -0.75, with antialias -0.5; without it of one or two axes
};
HALFPIXEL_EXPORT UpsampleMode to_upsample_mode(std::string_view name);  // throws Error
HALFPIXEL_EXPORT std::string_view name_of(UpsampleMode mode) noexcept;
HALFPIXEL_EXPORT std::span<const UpsampleMode> upsample_modes() noexcept;

struct UpsampleOptions {
  // One number for every spatial axis, or one for each; extents are trunc(extent * factor).
  std::vector<double> scale_factor = {};
  UpsampleMode mode = UpsampleMode::nearest;
  bool align_corners = false;  // linear and cubic
  bool antialias = false;      // linear and cubic, without align_corners
};

// x: of nearest any dtype, which is returned; else float32, float16, bfloat16, bool or an integer
// but uint32 and uint64, and float32 is returned.
HALFPIXEL_EXPORT Tensor upsample(const ConstTensorView& x, const UpsampleOptions& options);
HALFPIXEL_EXPORT void upsample(const ConstTensorView& x, const UpsampleOptions& options,
                               const TensorView& out);
// Throws Error(unsupported) for three spatial axes that are summed one after the other, which is
// more than one plan: linear without align_corners, and antialias.
HALFPIXEL_EXPORT resample::Plan plan_upsample(const Shape& shape, DType dtype,
                                              const UpsampleOptions& options);

// The factor nearest to out / in by which `in` becomes `out`. Throws Error unless both are
// positive.
HALFPIXEL_EXPORT double scale_factor_of(std::int64_t in, std::int64_t out);

}  // namespace halfpixel::mlx::nn
