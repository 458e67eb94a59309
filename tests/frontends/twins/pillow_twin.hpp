// PIL.Image.resize, one value at a time.
#pragma once

#include <halfpixel/pillow.hpp>

namespace twin {

// size: {width, height}; options.mode must be set.
halfpixel::Tensor pillow_resize(const halfpixel::Tensor& image, const halfpixel::Size& size,
                                const halfpixel::pillow::ResizeOptions& options);

}  // namespace twin
