// Scale of Go's golang.org/x/image/draw, with the numbers of x/image 0.48 (draw.Src, the whole of
// src to the whole of dst, without masks; dst is an image of src's type).
//
// Arrays are (height, width) or (height, width, channels): one channel is image.Gray or Gray16,
// three are an opaque image.RGBA or RGBA64 without its alpha, four are image.RGBA or RGBA64, whose
// colours are multiplied by alpha already; uint8 or uint16. All functions may be called by many
// threads at once; they throw Error before anything is computed.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <halfpixel/dtype.hpp>
#include <halfpixel/export.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::go::draw {

enum class Interpolator {
  nearest_neighbor,  // floor((2 i + 1) in / (2 out)), in integers
  approx_bi_linear,  // two neighbours, however much it shrinks; cut off
  bi_linear,         // a tent, wider when it shrinks; rounded to 16 bits, bytes cut off from there
  catmull_rom,       // a = -0.5, the same; colours stay below alpha
};
// "NearestNeighbor", "ApproxBiLinear", "BiLinear", "CatmullRom". Throws Error for others.
HALFPIXEL_EXPORT Interpolator to_interpolator(std::string_view name);
HALFPIXEL_EXPORT std::string_view name_of(Interpolator interpolator) noexcept;
HALFPIXEL_EXPORT std::span<const Interpolator> interpolators() noexcept;

// Returns src's dtype.
HALFPIXEL_EXPORT Tensor scale(const ConstTensorView& src, std::int64_t width, std::int64_t height,
                              Interpolator interpolator);
// The same into memory of the caller's.
HALFPIXEL_EXPORT void scale(const ConstTensorView& src, std::int64_t width, std::int64_t height,
                            Interpolator interpolator, const TensorView& dst);
// Of four channels and a kernel (bi_linear, catmull_rom) a plan takes views whose channels lie side
// by side.
HALFPIXEL_EXPORT resample::Plan plan_scale(const Shape& shape, DType dtype, std::int64_t width,
                                           std::int64_t height, Interpolator interpolator);

}  // namespace halfpixel::go::draw
