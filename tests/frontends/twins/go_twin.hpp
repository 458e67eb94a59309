// Scale of Go's x/image/draw, one value at a time.
#pragma once

#include <halfpixel/go.hpp>

namespace twin {

halfpixel::Tensor go_scale(const halfpixel::Tensor& src, std::int64_t width, std::int64_t height,
                           halfpixel::go::draw::Interpolator interpolator);

}  // namespace twin
