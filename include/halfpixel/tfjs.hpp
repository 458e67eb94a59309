// tf.image.resizeBilinear and resizeNearestNeighbor with the numbers of TensorFlow.js 4.22 on its
// CPU and WebAssembly backends. Arrays are (N, H, W, C) or (H, W, C); size is (height, width).
// tf.layers.upSampling2d is these two without flags, of height and width times its size.
//
// All functions may be called by many threads at once; they throw Error before anything is
// computed.
#pragma once

#include <span>
#include <string_view>

#include <halfpixel/dtype.hpp>
#include <halfpixel/export.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::tfjs {

// Where TensorFlow.js computed: the last bits depend on it.
enum class Backend {
  cpu,   // JavaScript: positions and sums are doubles, rounded to float32 once
  wasm,  // WebAssembly, which is XNNPACK: float32
};
HALFPIXEL_EXPORT Backend to_backend(std::string_view name);  // throws Error
HALFPIXEL_EXPORT std::string_view name_of(Backend backend) noexcept;
HALFPIXEL_EXPORT std::span<const Backend> all_backends() noexcept;

struct ResizeOptions {
  bool align_corners = false;
  bool half_pixel_centers = false;
  Backend backend = Backend::cpu;
};

// images: float32, int32, bool, or uint8, which are the int32 numbers of tf.browser.fromPixels.
// Returns float32.
HALFPIXEL_EXPORT Tensor resize_bilinear(const ConstTensorView& images, const Size& size,
                                        const ResizeOptions& options = {});
HALFPIXEL_EXPORT void resize_bilinear(const ConstTensorView& images, const Size& size,
                                      const ResizeOptions& options, const TensorView& out);
HALFPIXEL_EXPORT resample::Plan plan_resize_bilinear(const Shape& shape, DType dtype,
                                                     const Size& size,
                                                     const ResizeOptions& options = {});

// images: float32, int32 or uint8. Returns their dtype.
HALFPIXEL_EXPORT Tensor resize_nearest_neighbor(const ConstTensorView& images, const Size& size,
                                                const ResizeOptions& options = {});
HALFPIXEL_EXPORT void resize_nearest_neighbor(const ConstTensorView& images, const Size& size,
                                              const ResizeOptions& options, const TensorView& out);
HALFPIXEL_EXPORT resample::Plan plan_resize_nearest_neighbor(const Shape& shape, DType dtype,
                                                             const Size& size,
                                                             const ResizeOptions& options = {});

}  // namespace halfpixel::tfjs
