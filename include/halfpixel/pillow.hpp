// PIL.Image.resize, with the numbers of Pillow 13 (or of 12, whose passes come in another order).
//
// Images are (height, width) or (height, width, channels); sizes are (width, height), as there. All
// results are exact to the bit, but for what docs/dialects.md lists. All functions may be called by
// many threads at once; they throw Error in Pillow's words before anything is computed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <halfpixel/dtype.hpp>
#include <halfpixel/export.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::pillow {

// With Pillow's numbers. All but `nearest` widen when shrinking.
enum class Resampling {
  nearest = 0,
  lanczos = 1,   // radius 3
  bilinear = 2,  // a triangle
  bicubic = 3,   // Keys' cubic, a = -0.5
  box = 4,
  hamming = 5,
  mks2013 = 6,  // magic kernel sharp; new in Pillow 13
  mks2021 = 7,
};
// "NEAREST" …, in any case, or the number. Throws Error for others.
HALFPIXEL_EXPORT Resampling to_resampling(std::string_view name);
HALFPIXEL_EXPORT std::string_view name_of(Resampling resample) noexcept;  // "NEAREST" …
HALFPIXEL_EXPORT std::span<const Resampling> resamplings() noexcept;

enum class Mode {
  one,  // "1": bool, always nearest
  P,    // uint8, indices of a palette, always nearest
  L,    // uint8, (H, W) or (H, W, 1)
  La,
  LA,  // uint8, 2 channels; LA is weighted by alpha
  RGB,
  YCbCr,
  LAB,   // as Pillow stores it: a and b moved by 128 from what NumPy sees
  HSV,   // uint8, 3 channels
  RGBA,  // uint8, 4 channels, weighted by alpha
  RGBa,
  RGBX,
  CMYK,  // uint8, 4 channels
  I16,   // "I;16", uint16
  I,     // int32
  F,     // float32
};
HALFPIXEL_EXPORT Mode to_mode(std::string_view name);  // "RGB", "I;16" …
HALFPIXEL_EXPORT std::string_view name_of(Mode mode) noexcept;
HALFPIXEL_EXPORT std::span<const Mode> modes() noexcept;

struct ResizeOptions {
  Resampling resample = Resampling::bicubic;
  std::optional<std::array<double, 4>> box = {};  // left, upper, right, lower of the source
  std::optional<double> reducing_gap = {};        // 1.0 or more: whole factors are averaged first
  std::optional<Mode> mode = {};                  // unset: known from dtype and channels
  int version = 13;                               // or 12
};

// size: {width, height}. Returns an image of the same rank, channels and dtype.
HALFPIXEL_EXPORT Tensor resize(const ConstTensorView& image, const Size& size,
                               const ResizeOptions& options = {});
HALFPIXEL_EXPORT void resize(const ConstTensorView& image, const Size& size,
                             const ResizeOptions& options, const TensorView& out);
// Images that are weighted by alpha must have their channels side by side in memory. Throws Error
// where reducing_gap takes effect: that is two steps.
HALFPIXEL_EXPORT resample::Plan plan_resize(const Shape& shape, DType dtype, const Size& size,
                                            const ResizeOptions& options = {});

}  // namespace halfpixel::pillow
