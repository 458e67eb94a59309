#include "array_layout.hpp"

#include <cstddef>
#include <cstdint>

namespace halfpixel::cli {

std::array<int, 4> axes_of(ArrayLayout layout) {
  switch (layout) {
    case ArrayLayout::channels_first:
      return {0, 2, 3, 1};
    case ArrayLayout::channels_last:
      return {0, 1, 2, 3};
    case ArrayLayout::image:
      break;
  }
  return {-1, 0, 1, 2};
}

Shape shape_in(ArrayLayout layout, const Shape& nhwc) {
  Shape shape = nhwc;
  if (layout == ArrayLayout::image) return {nhwc[1], nhwc[2], nhwc[3]};
  const auto axes = axes_of(layout);
  for (int i = 0; i < 4; ++i) shape[axes[static_cast<std::size_t>(i)]] = nhwc[i];
  return shape;
}

Shape nhwc_of(ArrayLayout layout, const Shape& shape) {
  if (layout == ArrayLayout::image && shape.rank() == 4) return shape;
  if (layout == ArrayLayout::image)
    return {1, shape[0], shape[1], shape.rank() == 3 ? shape[2] : 1};
  if (layout == ArrayLayout::channels_last && shape.rank() == 3)
    return {1, shape[0], shape[1], shape[2]};
  Shape nhwc = shape;
  const auto axes = axes_of(layout);
  for (int i = 0; i < 4; ++i) nhwc[i] = shape[axes[static_cast<std::size_t>(i)]];
  return nhwc;
}

Tensor as_nhwc(ArrayLayout layout, const Tensor& array) {
  const Shape nhwc = nhwc_of(layout, array.shape());
  if (layout != ArrayLayout::channels_first) return array.reshape(nhwc);
  const Shape& shape = array.shape();  // (N, C, H, W)
  const std::int64_t strides[] = {shape[1] * shape[2] * shape[3], shape[3], 1, shape[2] * shape[3]};
  return Tensor(ConstTensorView(array.data(), array.dtype(), nhwc, strides));
}

}  // namespace halfpixel::cli
