// Words of Go's x/image/draw: names, and what is refused.
#pragma once

#include <halfpixel/go.hpp>

namespace halfpixel::go_dialect {

inline constexpr const char* kScale = "go.draw.scale";

// Throws Error for images, sizes and interpolators that are not Go's.
void check_call(const Shape& shape, DType dtype, std::int64_t width, std::int64_t height,
                go::draw::Interpolator interpolator);

}  // namespace halfpixel::go_dialect
