// RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR with the numbers of LiteRT 2.3 (TensorFlow Lite) on
// x86-64. Arrays are (N, H, W, C); size is (height, width), as in the operators.
//
// Quantized tensors are their numbers: the operators keep scale and zero point. All functions may
// be called by many threads at once; they throw Error before anything is computed.
#pragma once

#include <span>
#include <string_view>

#include <halfpixel/dtype.hpp>
#include <halfpixel/export.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::litert {

// Which of LiteRT's kernels: the last bit depends on it, and how ties of int8 and uint8 are
// rounded.
enum class Kernels {
  builtin,    // the interpreter's own, without delegates
  xnnpack,    // the default delegate's; of bilinear float32, uint8 and int8, else builtin
  reference,  // the slow ones, as for the debugger
};
HALFPIXEL_EXPORT Kernels to_kernels(std::string_view name);  // throws Error
HALFPIXEL_EXPORT std::string_view name_of(Kernels kernels) noexcept;
HALFPIXEL_EXPORT std::span<const Kernels> all_kernels() noexcept;

struct ResizeOptions {
  bool align_corners = false;
  bool half_pixel_centers = false;
  Kernels kernels = Kernels::builtin;
};

// images: float32, uint8, int8 or int16. Returns their dtype.
HALFPIXEL_EXPORT Tensor resize_bilinear(const ConstTensorView& images, const Size& size,
                                        const ResizeOptions& options = {});
HALFPIXEL_EXPORT void resize_bilinear(const ConstTensorView& images, const Size& size,
                                      const ResizeOptions& options, const TensorView& out);
HALFPIXEL_EXPORT resample::Plan plan_resize_bilinear(const Shape& shape, DType dtype,
                                                     const Size& size,
                                                     const ResizeOptions& options = {});

// images: any dtype but those of 64 bits.
HALFPIXEL_EXPORT Tensor resize_nearest_neighbor(const ConstTensorView& images, const Size& size,
                                                const ResizeOptions& options = {});
HALFPIXEL_EXPORT void resize_nearest_neighbor(const ConstTensorView& images, const Size& size,
                                              const ResizeOptions& options, const TensorView& out);
HALFPIXEL_EXPORT resample::Plan plan_resize_nearest_neighbor(const Shape& shape, DType dtype,
                                                             const Size& size,
                                                             const ResizeOptions& options = {});

}  // namespace halfpixel::litert
