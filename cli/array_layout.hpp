// Where a program has the axes of pictures, which are (N, H, W, C) here.
#pragma once

#include <array>
#include <span>

#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::cli {

enum class ArrayLayout {
  channels_first,  // (N, C, …spatial…)
  channels_last,   // (N, H, W, C) or (H, W, C)
  image,           // (H, W) or (H, W, C)
};

// Where the axes (N, H, W, C) are in the layout; -1: nowhere.
std::array<int, 4> axes_of(ArrayLayout layout);
// A shape (N, H, W, C) in the layout; of `image` without N.
Shape shape_in(ArrayLayout layout, const Shape& nhwc);
// The shape of an array as (N, H, W, C). An `image` of four axes is a batch of them.
Shape nhwc_of(ArrayLayout layout, const Shape& shape);
// A dense array of the layout as (N, H, W, C).
Tensor as_nhwc(ArrayLayout layout, const Tensor& array);

// The memory of pictures (N, H, W, C), seen as the program has it.
template <class View>
View seen(ArrayLayout layout, const View& nhwc) {
  Shape strides = nhwc.shape();
  for (int axis = 0; axis < 4; ++axis) strides[axis] = nhwc.stride(axis);
  const Shape steps = shape_in(layout, strides);
  return View(nhwc.data(), nhwc.dtype(), shape_in(layout, nhwc.shape()),
              std::span(steps.begin(), steps.end()));
}

}  // namespace halfpixel::cli
