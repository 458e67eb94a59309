// imageops::resize of the Rust crate image, one value at a time.
#pragma once

#include <halfpixel/image_rs.hpp>

namespace twin {

halfpixel::Tensor image_rs_resize(const halfpixel::Tensor& image, std::int64_t nwidth,
                                  std::int64_t nheight, halfpixel::image_rs::FilterType filter);

}  // namespace twin
