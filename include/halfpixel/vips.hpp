// resize of libvips, with the numbers of libvips 8.18 (pyvips, and sharp 0.35 of pictures without
// alpha): shrinking by a box, then by a kernel in 64 phases; enlarging by vips_affine, which lies
// half an output pixel off.
//
// Images are (height, width) or (height, width, bands) of uint8, uint16 or float32. Alpha is a band
// like others, as there: multiply colours by it before. All functions may be called by many threads
// at once; they throw Error before anything is computed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <halfpixel/dtype.hpp>
#include <halfpixel/export.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::vips {

// They widen when they shrink. Enlarging is by the nearest pixel, bilinear for `linear`, and
// Catmull-Rom's cubic for all the others.
enum class Kernel { nearest, linear, cubic, mitchell, lanczos2, lanczos3, mks2013, mks2021 };
// "nearest" … Throws Error for others.
HALFPIXEL_EXPORT Kernel to_kernel(std::string_view name);
HALFPIXEL_EXPORT std::string_view name_of(Kernel kernel) noexcept;
HALFPIXEL_EXPORT std::span<const Kernel> kernels() noexcept;

// How the image was opened: libvips adds positions up in strips, which are 10 rows where a file is
// read from top to bottom (sharp's files are, unless it is told otherwise), else 16 or 128.
enum class Access { random, sequential };
HALFPIXEL_EXPORT Access to_access(std::string_view name);
HALFPIXEL_EXPORT std::string_view name_of(Access access) noexcept;

struct ResizeOptions {
  std::optional<double> vscale = {};  // unset: as scale
  Kernel kernel = Kernel::lanczos3;
  // Whole pixels are averaged first, so that `kernel` shrinks by this or more; 0: they are not.
  double gap = 2.0;
  Access access = Access::random;
};

// The scale by which sharp and vips_thumbnail make `out` pixels of `in`: 1 / (in / out). (pyvips'
// users say out / in, which may be another number.)
HALFPIXEL_EXPORT double scale_of(std::int64_t in, std::int64_t out) noexcept;

// Sides are round(side * scale) but for rounding errors, at least 1.
HALFPIXEL_EXPORT Shape resized(const Shape& shape, DType dtype, double scale,
                               const ResizeOptions& options = {});
HALFPIXEL_EXPORT Tensor resize(const ConstTensorView& image, double scale,
                               const ResizeOptions& options = {});
// The same into memory of the caller's.
HALFPIXEL_EXPORT void resize(const ConstTensorView& image, double scale,
                             const ResizeOptions& options, const TensorView& out);
// Throws Error(unsupported) where a call is several steps: whole pixels are averaged first, or one
// axis shrinks and the other is enlarged.
HALFPIXEL_EXPORT resample::Plan plan_resize(const Shape& shape, DType dtype, double scale,
                                            const ResizeOptions& options = {});

}  // namespace halfpixel::vips
