// resize of libvips, one value at a time, in the pieces that libvips computes a picture in.
#pragma once

#include <halfpixel/vips.hpp>

namespace twin {

halfpixel::Tensor vips_resize(const halfpixel::Tensor& image, double scale,
                              const halfpixel::vips::ResizeOptions& options);

}  // namespace twin
