// Arrays whose first axis runs fastest.
#pragma once

#include <cstdint>

#include <halfpixel/shape.hpp>

namespace halfpixel::io {

// With at most one axis longer than 1 both orders are the same.
bool orders_agree(const Shape& shape) noexcept;
// Copies `count` elements that stand in Fortran order from position `begin` on to their row-major
// places.
void to_row_major(const void* src, std::int64_t begin, std::int64_t count, const Shape& shape,
                  std::int64_t item_bytes, void* dst);

}  // namespace halfpixel::io
