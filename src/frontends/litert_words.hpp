// LiteRT's words: names, and what it refuses.
#pragma once

#include <halfpixel/litert.hpp>

namespace halfpixel::litert_dialect {

inline constexpr const char* kBilinear = "litert.resize_bilinear";
inline constexpr const char* kNearest = "litert.resize_nearest_neighbor";

// Throw Error for images, sizes and options that the operators do not take.
void check_bilinear(const Shape& shape, DType dtype, const Size& size,
                    const litert::ResizeOptions& options);
void check_nearest(const Shape& shape, DType dtype, const Size& size,
                   const litert::ResizeOptions& options);

}  // namespace halfpixel::litert_dialect
