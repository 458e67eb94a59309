// The slow twin: every resize written from its definition, one output value at a time. It shares no
// code with tables, plans or kernels, and it is never optimised: it is what they are tested
// against.
#pragma once

#include <cstdint>
#include <string_view>

#include <halfpixel/dtype.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::reference {

// Methods are TensorFlow's strings: "bilinear", "nearest" …

// tf.image.resize (v2). x: [N, H, W, C] -> [N, height, width, C], float32 (nearest: the dtype of
// x).
Tensor resize(const ConstTensorView& x, std::int64_t height, std::int64_t width,
              std::string_view method, bool antialias);

// The four kernels of v1: bilinear, nearest, bicubic, area. They compute at the same size too.
Tensor resize_v1(const ConstTensorView& x, std::int64_t height, std::int64_t width,
                 std::string_view method, bool align_corners, bool half_pixel_centers);

// What the tape returns for resize() of an image [N, height, width, C], with dy [N, h, w, C].
// nearest, bilinear: float16/32/64, bfloat16; bicubic: float32/64; the others: float32.
Tensor resize_gradient(const ConstTensorView& dy, std::int64_t height, std::int64_t width,
                       std::string_view method, bool antialias);
Tensor resize_v1_gradient(const ConstTensorView& dy, std::int64_t height, std::int64_t width,
                          std::string_view method, bool align_corners, bool half_pixel_centers);

// Keras' nearest up-sampling: every element stands `factors` times along each spatial axis.
// x: rank 3, 4 or 5, any dtype.
Tensor repeat(const ConstTensorView& x, const Size& factors, DataFormat data_format);
// Its gradient: sums over the copies, last spatial axis first.
Tensor repeat_gradient(const ConstTensorView& dy, const Size& factors, DataFormat data_format);

}  // namespace halfpixel::reference
