// tf.image.resize, its gradients, and the v1 functions, with TensorFlow 2.21's numbers bit for bit.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include <halfpixel/export.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::tf::image {

enum class ResizeMethod {
  bilinear,          // lerp over 2x2; with antialias a triangle filter
  lanczos3,          // windowed sinc, radius 3
  lanczos5,          // windowed sinc, radius 5
  bicubic,           // Keys' cubic, a = -0.5, from a table of 1025 phases; with antialias computed
  gaussian,          // radius 1.5, sigma 0.5
  nearest_neighbor,  // copies; keeps the dtype
  area,              // mean over the covered area
  mitchellcubic,     // Mitchell-Netravali cubic
};
// TensorFlow's strings in exact case: "bilinear", …, "nearest". Throws Error for others.
HALFPIXEL_EXPORT ResizeMethod to_resize_method(std::string_view name);
HALFPIXEL_EXPORT std::string_view name_of(ResizeMethod method) noexcept;
HALFPIXEL_EXPORT std::span<const ResizeMethod> resize_methods() noexcept;  // all, in this order

struct ResizeOptions {
  ResizeMethod method = ResizeMethod::bilinear;
  bool preserve_aspect_ratio =
      false;               // the largest size of the image's own shape that fits in `size`
  bool antialias = false;  // widen the filter when shrinking; nearest and area ignore it
};

// images: (N, H, W, C) or (H, W, C), any of float16/32/64, bfloat16, int8…int64, uint8, uint16.
// size: {new_height, new_width}. Returns float32 (nearest_neighbor: the dtype of images).
// Throws Error as TensorFlow does: rank, empty images, sizes below 1, dtypes without a kernel.
HALFPIXEL_EXPORT Tensor resize(const ConstTensorView& images, const Size& size,
                               const ResizeOptions& options = {});
// The same into memory of the caller's; `out` must have the result's shape and dtype and not
// overlap.
HALFPIXEL_EXPORT void resize(const ConstTensorView& images, const Size& size,
                             const ResizeOptions& options, const TensorView& out);
// The plan behind resize(), for calling again and again.
HALFPIXEL_EXPORT resample::Plan plan_resize(const Shape& images_shape, DType dtype,
                                            const Size& size, const ResizeOptions& options = {});
// Shape and dtype of a result.
struct Resized {
  Shape shape;
  DType dtype = DType::float32;
};
// What resize() would return, known before any table is made. images_shape may have unknown
// extents (kUnknown); a height and a width that depend on them stay unknown. Throws Error for all
// that resize() refuses, as far as it is known.
HALFPIXEL_EXPORT Resized resized(const Shape& images_shape, DType dtype, const Size& size,
                                 const ResizeOptions& options = {});
// Height and width that preserve_aspect_ratio chooses, in TensorFlow's float32 arithmetic; unknown
// when one of the images' sides is.
HALFPIXEL_EXPORT Size aspect_preserving_size(const Shape& images_shape, const Size& size);

// What tape.gradient returns for resize(): dy has the output's shape, the result the images' shape
// and dtype. images_dtype: nearest, bilinear: float16/32/64, bfloat16; bicubic: float32/64; the
// others float32; unset: dy's. dy has that dtype too, or, but for nearest, float32, which is what
// resize() gives for all of them. Computed as TensorFlow does: for float64 images sums (bicubic:
// products too) are float64, for 16-bit ones float32 and rounded once.
// area has no gradient in TensorFlow and throws; so does preserve_aspect_ratio.
HALFPIXEL_EXPORT Tensor resize_gradient(const ConstTensorView& dy, const Shape& input_shape,
                                        const ResizeOptions& options = {},
                                        std::optional<DType> images_dtype = {});
// The same into memory of the caller's, whose dtype is the images'.
HALFPIXEL_EXPORT void resize_gradient(const ConstTensorView& dy, const Shape& input_shape,
                                      const ResizeOptions& options, const TensorView& out);
HALFPIXEL_EXPORT resample::Plan plan_resize_gradient(const Shape& dy_shape, DType dtype,
                                                     const Shape& input_shape,
                                                     const ResizeOptions& options = {},
                                                     std::optional<DType> images_dtype = {});

}  // namespace halfpixel::tf::image

namespace halfpixel::tf::compat::v1::image {

using ResizeMethod = tf::image::ResizeMethod;
using Resized = tf::image::Resized;

// The methods that v1 has: those with a kernel of their own.
HALFPIXEL_EXPORT std::span<const ResizeMethod> resize_methods() noexcept;

struct ResizeOptions {
  ResizeMethod method = ResizeMethod::bilinear;  // one of resize_methods()
  bool align_corners = false;                    // centres of the corner pixels coincide
  bool preserve_aspect_ratio = false;
};
// tf.compat.v1.image.resize: never half-pixel centres; to the same size it returns the input as it
// is.
HALFPIXEL_EXPORT Tensor resize(const ConstTensorView& images, const Size& size,
                               const ResizeOptions& options = {});
HALFPIXEL_EXPORT void resize(const ConstTensorView& images, const Size& size,
                             const ResizeOptions& options, const TensorView& out);
HALFPIXEL_EXPORT resample::Plan plan_resize(const Shape& images_shape, DType dtype,
                                            const Size& size, const ResizeOptions& options = {});
// What resize() would return; as tf::image::resized(). A side that is unknown counts as changed.
HALFPIXEL_EXPORT Resized resized(const Shape& images_shape, DType dtype, const Size& size,
                                 const ResizeOptions& options = {});
// As tf::image::resize_gradient; where the size stays, dy must have the images' dtype.
HALFPIXEL_EXPORT Tensor resize_gradient(const ConstTensorView& dy, const Shape& input_shape,
                                        const ResizeOptions& options = {},
                                        std::optional<DType> images_dtype = {});

struct ResizeKernelOptions {
  bool align_corners = false;
  bool half_pixel_centers = false;  // not together with align_corners
};
struct ResizeAreaOptions {
  bool align_corners = false;
};
// The four kernels by name; images are rank 4. They compute at the same size too.
HALFPIXEL_EXPORT Tensor resize_bilinear(const ConstTensorView& images, const Size& size,
                                        const ResizeKernelOptions& options = {});
HALFPIXEL_EXPORT Tensor resize_bicubic(const ConstTensorView& images, const Size& size,
                                       const ResizeKernelOptions& options = {});
HALFPIXEL_EXPORT Tensor resize_nearest_neighbor(const ConstTensorView& images, const Size& size,
                                                const ResizeKernelOptions& options = {});
HALFPIXEL_EXPORT Tensor resize_area(const ConstTensorView& images, const Size& size,
                                    const ResizeAreaOptions& options = {});
// The plans behind them, for calling again and again.
HALFPIXEL_EXPORT resample::Plan plan_resize_bilinear(const Shape& images_shape, DType dtype,
                                                     const Size& size,
                                                     const ResizeKernelOptions& options = {});
HALFPIXEL_EXPORT resample::Plan plan_resize_bicubic(const Shape& images_shape, DType dtype,
                                                    const Size& size,
                                                    const ResizeKernelOptions& options = {});
HALFPIXEL_EXPORT resample::Plan plan_resize_nearest_neighbor(
    const Shape& images_shape, DType dtype, const Size& size,
    const ResizeKernelOptions& options = {});
HALFPIXEL_EXPORT resample::Plan plan_resize_area(const Shape& images_shape, DType dtype,
                                                 const Size& size,
                                                 const ResizeAreaOptions& options = {});
// Their gradients; dtypes as in tf::image::resize_gradient.
HALFPIXEL_EXPORT Tensor resize_bilinear_gradient(const ConstTensorView& dy,
                                                 const Shape& input_shape,
                                                 const ResizeKernelOptions& options = {},
                                                 std::optional<DType> images_dtype = {});
HALFPIXEL_EXPORT Tensor resize_bicubic_gradient(const ConstTensorView& dy, const Shape& input_shape,
                                                const ResizeKernelOptions& options = {},
                                                std::optional<DType> images_dtype = {});
HALFPIXEL_EXPORT Tensor resize_nearest_neighbor_gradient(const ConstTensorView& dy,
                                                         const Shape& input_shape,
                                                         const ResizeKernelOptions& options = {});

}  // namespace halfpixel::tf::compat::v1::image
