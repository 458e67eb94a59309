// RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR of LiteRT, one value at a time.
#pragma once

#include <halfpixel/litert.hpp>

namespace twin {

halfpixel::Tensor litert_bilinear(const halfpixel::Tensor& images, const halfpixel::Size& size,
                                  const halfpixel::litert::ResizeOptions& options);
halfpixel::Tensor litert_nearest(const halfpixel::Tensor& images, const halfpixel::Size& size,
                                 const halfpixel::litert::ResizeOptions& options);

}  // namespace twin
