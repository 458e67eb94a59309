// resizeBilinear and resizeNearestNeighbor of TensorFlow.js, one value at a time.
#pragma once

#include <halfpixel/tfjs.hpp>

namespace twin {

halfpixel::Tensor tfjs_bilinear(const halfpixel::Tensor& images, const halfpixel::Size& size,
                                const halfpixel::tfjs::ResizeOptions& options);
halfpixel::Tensor tfjs_nearest(const halfpixel::Tensor& images, const halfpixel::Size& size,
                               const halfpixel::tfjs::ResizeOptions& options);

}  // namespace twin
