#include "io/npy_order.hpp"

#include <algorithm>

namespace halfpixel::io {
namespace {

template <class Word>
void scatter(const void* src, std::int64_t begin, std::int64_t count, const Shape& shape,
             void* dst) {
  const int rank = shape.rank();
  Shape stride = shape;
  std::int64_t product = 1;
  for (int axis = rank - 1; axis >= 0; --axis) {
    stride[axis] = product;
    product *= shape[axis];
  }
  Shape position = shape;
  std::int64_t place = 0;
  std::int64_t rest = begin;
  for (int axis = 0; axis < rank; ++axis) {
    position[axis] = rest % shape[axis];
    rest /= shape[axis];
    place += position[axis] * stride[axis];
  }
  const auto* from = static_cast<const Word*>(src);
  auto* to = static_cast<Word*>(dst);
  for (std::int64_t i = 0; i < count; ++i) {
    to[place] = from[i];
    for (int axis = 0; axis < rank; ++axis) {
      place += stride[axis];
      if (++position[axis] < shape[axis]) break;
      place -= position[axis] * stride[axis];
      position[axis] = 0;
    }
  }
}

}  // namespace

bool orders_agree(const Shape& shape) noexcept {
  return std::count_if(shape.begin(), shape.end(), [](auto n) { return n != 1; }) <= 1;
}

void to_row_major(const void* src, std::int64_t begin, std::int64_t count, const Shape& shape,
                  std::int64_t item_bytes, void* dst) {
  switch (item_bytes) {
    case 1:
      return scatter<std::uint8_t>(src, begin, count, shape, dst);
    case 2:
      return scatter<std::uint16_t>(src, begin, count, shape, dst);
    case 4:
      return scatter<std::uint32_t>(src, begin, count, shape, dst);
    default:
      return scatter<std::uint64_t>(src, begin, count, shape, dst);
  }
}

}  // namespace halfpixel::io
