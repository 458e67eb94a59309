// What `--size fill:` leaves of an array before it is resized.
#pragma once

#include <optional>

#include <halfpixel/resample.hpp>
#include <halfpixel/tensor.hpp>

#include "target_size.hpp"

namespace halfpixel::cli {

// The rows and columns that Keras' Resizing cuts out to keep the shape of things; nothing where
// all is worked. rows: the axis of rows, columns are the next one; negative: there are none.
std::optional<resample::Window> filling(const TargetSize& target, const Shape& shape, int rows);

// The shape of the part, and a view of it whose elements count as `dtype`.
Shape cut(Shape shape, const std::optional<resample::Window>& part, int rows);
ConstTensorView cut(const Tensor& x, DType dtype, const std::optional<resample::Window>& part,
                    int rows);

}  // namespace halfpixel::cli
