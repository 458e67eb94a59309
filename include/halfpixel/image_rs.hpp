// image::imageops::resize of the Rust crate image, with the numbers of image 0.25.10.
//
// Arrays are (height, width) or (height, width, channels) with 1 to 4 channels: uint8, uint16 or
// float32, as ImageBuffer<Luma, LumaA, Rgb or Rgba<u8, u16 or f32>> has them. Alpha is a channel
// like others. All functions may be called by many threads at once; they throw Error before
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

namespace halfpixel::image_rs {

// All of them widen when they shrink, and renormalise what lies inside of the image.
enum class FilterType {
  nearest,      // floor((i + 0.5) * in / out)
  triangle,     // a tent
  catmull_rom,  // a = -0.5
  gaussian,     // sigma 0.5 in three pixels; it blurs an axis that keeps its length too
  lanczos3,
};
// "Nearest", "Triangle", "CatmullRom", "Gaussian", "Lanczos3". Throws Error for others.
HALFPIXEL_EXPORT FilterType to_filter_type(std::string_view name);
HALFPIXEL_EXPORT std::string_view name_of(FilterType filter) noexcept;
HALFPIXEL_EXPORT std::span<const FilterType> filter_types() noexcept;

namespace imageops {

// Returns image's dtype; float32 is clamped to 0..1, unless the size stays as it is.
HALFPIXEL_EXPORT Tensor resize(const ConstTensorView& image, std::int64_t nwidth,
                               std::int64_t nheight, FilterType filter);
// The same into memory of the caller's.
HALFPIXEL_EXPORT void resize(const ConstTensorView& image, std::int64_t nwidth,
                             std::int64_t nheight, FilterType filter, const TensorView& out);
HALFPIXEL_EXPORT resample::Plan plan_resize(const Shape& shape, DType dtype, std::int64_t nwidth,
                                            std::int64_t nheight, FilterType filter);

}  // namespace imageops
}  // namespace halfpixel::image_rs
