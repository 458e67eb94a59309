// jax.image.resize, with the numbers of jax 0.10 on the CPU, x64 off: exact to the bit for
// `nearest`, within a few units of the last place elsewhere (docs/dialects.md says how few for
// which method).
//
// `shape` is the whole shape of the result; every axis may change, batch and channels too. All
// functions may be called by many threads at once; they throw Error in JAX's words before anything
// is computed.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include <halfpixel/dtype.hpp>
#include <halfpixel/export.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::jax::image {

enum class ResizeMethod {
  nearest,
  linear,
  lanczos3,
  lanczos5,
  cubic,          // a = -0.5
  cubic_pytorch,  // without antialias a = -0.75 and repeated edges; with antialias as cubic
  area,           // the mean over the part of the source that an output covers
};
// "nearest", "linear", "bilinear", "trilinear", "triangle", "cubic", "bicubic", "tricubic",
// "cubic-pytorch", "bicubic-pytorch", "lanczos3", "lanczos5", "area", in exact case. Throws Error
// for others.
HALFPIXEL_EXPORT ResizeMethod to_resize_method(std::string_view name);
HALFPIXEL_EXPORT std::string_view name_of(ResizeMethod method) noexcept;
HALFPIXEL_EXPORT std::span<const ResizeMethod> resize_methods() noexcept;

struct ResizeOptions {
  std::optional<ResizeMethod> method = {};  // required
  bool antialias = true;                    // as there; `nearest` knows none
};

// x: any dtype. float64 and int64 become 32-bit first, as in JAX; `nearest` keeps what that gives,
// the others make float32 of integers and keep float32, float16 and bfloat16.
HALFPIXEL_EXPORT Tensor resize(const ConstTensorView& x, const Shape& shape,
                               const ResizeOptions& options);
// The same into memory of the caller's, of the dtype that resize would give.
HALFPIXEL_EXPORT void resize(const ConstTensorView& x, const Shape& shape,
                             const ResizeOptions& options, const TensorView& out);
// Plans change at most three axes; more throw Error(unsupported).
HALFPIXEL_EXPORT resample::Plan plan_resize(const Shape& input_shape, DType dtype,
                                            const Shape& shape, const ResizeOptions& options);
// The dtype of the result for x of `dtype`.
HALFPIXEL_EXPORT DType resized_dtype(DType dtype, const ResizeOptions& options);

}  // namespace halfpixel::jax::image
