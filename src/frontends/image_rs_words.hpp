// Words of the Rust crate image: names, and what is refused.
#pragma once

#include <halfpixel/image_rs.hpp>

namespace halfpixel::image_rs_dialect {

inline constexpr const char* kResize = "image_rs.imageops.resize";

// Throws Error for images, sizes and filters that the crate does not take.
void check_call(const Shape& shape, DType dtype, std::int64_t nwidth, std::int64_t nheight,
                image_rs::FilterType filter);

}  // namespace halfpixel::image_rs_dialect
