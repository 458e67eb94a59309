// Pillow's reduce(): means over cells of whole pixels, which reducing_gap puts before a resize.
#pragma once

#include <cstdint>

#include <halfpixel/tensor.hpp>

namespace halfpixel::pillow_dialect {

struct Part {
  std::int64_t top, bottom, left, right;
};

// Cells of `rows` x `columns` pixels; those at the lower and right edge may be smaller. With
// `alpha` colours are weighted by the last channel first, and stay so.
Tensor reduce(const ConstTensorView& image, const Part& part, std::int64_t rows,
              std::int64_t columns, bool alpha);

void unpremultiply(Tensor& image);

}  // namespace halfpixel::pillow_dialect
