// TensorFlow.js' words: names, and what it refuses.
#pragma once

#include <halfpixel/tfjs.hpp>

namespace halfpixel::tfjs_dialect {

inline constexpr const char* kBilinear = "tfjs.resize_bilinear";
inline constexpr const char* kNearest = "tfjs.resize_nearest_neighbor";

// Throw Error for images, sizes and options that the functions do not take.
void check_bilinear(const Shape& shape, DType dtype, const Size& size,
                    const tfjs::ResizeOptions& options);
void check_nearest(const Shape& shape, DType dtype, const Size& size,
                   const tfjs::ResizeOptions& options);

}  // namespace halfpixel::tfjs_dialect
