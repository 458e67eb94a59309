#include "crop.hpp"

#include <cstddef>
#include <span>

#include <halfpixel/keras/resizing.hpp>

namespace halfpixel::cli {

std::optional<resample::Window> filling(const TargetSize& target, const Shape& shape, int rows) {
  if (!target.crops() || rows < 0 || shape.num_elements() == 0) return std::nullopt;
  const Size size = target.of(shape[rows], shape[rows + 1]);
  return keras::layers::Resizing({.height = size[0],
                                  .width = size[1],
                                  .crop_to_aspect_ratio = true,
                                  .data_format = DataFormat::channels_last,
                                  .name = "resize"})
      .source_window({shape[rows], shape[rows + 1], 1});
}

Shape cut(Shape shape, const std::optional<resample::Window>& part, int rows) {
  for (int i = 0; part && i < 2; ++i) shape[rows + i] = (*part)[i].end - (*part)[i].begin;
  return shape;
}

ConstTensorView cut(const Tensor& x, DType dtype, const std::optional<resample::Window>& part,
                    int rows) {
  if (!part) return {x.data(), dtype, x.shape()};
  Shape strides = x.shape();
  std::int64_t stride = 1, offset = 0;
  for (int axis = x.rank() - 1; axis >= 0; --axis) {
    strides[axis] = stride;
    stride *= x.shape()[axis];
    const int i = axis - rows;
    if (i == 0 || i == 1) offset += (*part)[i].begin * strides[axis];
  }
  const auto* first =
      static_cast<const std::byte*>(x.data()) + offset * static_cast<std::int64_t>(size_of(dtype));
  return {first, dtype, cut(x.shape(), part, rows), std::span(strides.begin(), strides.end())};
}

}  // namespace halfpixel::cli
