// cv::resize, with the numbers of OpenCV 5.0 without IPP (cv::ipp::setUseIPP(false)), with or
// without its CPU dispatch: the bits are the same.
//
// Arrays are (height, width) or (height, width, channels) with 1 to 128 channels; a channel axis
// stays, where OpenCV's Python drops one of length 1. Which interpolation takes which dtype:
// docs/dialects.md. All functions may be called by many threads at once; they throw Error before
// anything is computed.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <halfpixel/dtype.hpp>
#include <halfpixel/export.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::cv {

enum class InterpolationFlags {
  inter_nearest,        // floor(i * scale), asymmetric
  inter_linear,         // centred; exactly half the size: inter_area
  inter_cubic,          // a = -0.75, edges repeated
  inter_area,           // means; enlarging: linear with coordinates of its own
  inter_lanczos4,       // eight taps, edges repeated
  inter_linear_exact,   // centred, fixed point; float32 and float64 as inter_linear
  inter_nearest_exact,  // centred; ties as Pillow
};
// "INTER_NEAREST", "INTER_LINEAR" …, OpenCV's names in exact case. Throws Error for others.
HALFPIXEL_EXPORT InterpolationFlags to_interpolation_flags(std::string_view name);
HALFPIXEL_EXPORT std::string_view name_of(InterpolationFlags interpolation) noexcept;
HALFPIXEL_EXPORT std::span<const InterpolationFlags> interpolation_flags() noexcept;

// Width first, as cv::Size. {}: from fx and fy.
struct Size {
  std::int64_t width = 0;
  std::int64_t height = 0;
};

struct ResizeOptions {
  // Factors along the width and the height, for an empty dsize: it becomes round(side * factor),
  // ties to even, and the step between samples 1 / factor, whatever the sides are.
  double fx = 0;
  double fy = 0;
  InterpolationFlags interpolation = InterpolationFlags::inter_linear;
};

// src: uint8, uint16, int16, float32, float64; inter_linear_exact int8 and int32 too; nearest ones
// every dtype but int64, uint64 and bfloat16. Returns src's dtype.
HALFPIXEL_EXPORT Tensor resize(const ConstTensorView& src, const Size& dsize,
                               const ResizeOptions& options = {});
// The same into memory of the caller's.
HALFPIXEL_EXPORT void resize(const ConstTensorView& src, const Size& dsize,
                             const ResizeOptions& options, const TensorView& dst);
HALFPIXEL_EXPORT resample::Plan plan_resize(const Shape& shape, DType dtype, const Size& dsize,
                                            const ResizeOptions& options = {});

}  // namespace halfpixel::cv
