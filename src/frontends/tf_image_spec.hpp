// TensorFlow's resize operations as plan specifications.
#pragma once

#include <string>

#include <halfpixel/shape.hpp>

#include "core/signed_index.hpp"
#include "frontends/tf_image_method.hpp"
#include "resample/plan_spec.hpp"

namespace halfpixel::tf_image {

// Which axes of a shape are rows, columns and channels; the others are batch axes.
struct Axes {
  int spatial_rank = 2;
  SignedArray<int, 3> spatial_axis = {1, 2, -1};
  int channel_axis = 3;

  int rows() const { return spatial_axis[0]; }
  int columns() const { return spatial_axis[1]; }
};
// (N, H, W, C) or (H, W, C); (N, C, H, W) or (C, H, W).
Axes image_axes(int rank, DataFormat format = DataFormat::channels_last);

// What is resized.
struct Images {
  Shape shape;
  DType dtype = DType::float32;
  Axes axes;

  std::int64_t height() const { return shape[axes.rows()]; }
  std::int64_t width() const { return shape[axes.columns()]; }
};

// A resize to `size` without its tables: checks shape, size and dtype as the kernels do (Error in
// their words), as far as extents are known. output_dtype: float32, or images.dtype for nearest;
// store plain; cast_dtype = images.dtype.
resample::PlanSpec resize_outline(const Images& images, const Size& size, const Choice& choice,
                                  std::string speaker);
// The same with its tables, for images of a known shape.
resample::PlanSpec resize_spec(const Images& images, const Size& size, const Choice& choice,
                               std::string speaker);
// The gradient of a resize of images of `size` and dtype `result` to dy.
resample::PlanSpec resize_gradient_spec(const Images& dy, const Size& size, DType result,
                                        const Choice& choice, std::string speaker);
// Returns the input as it is, whatever its dtype.
resample::PlanSpec identity_spec(const Images& images, std::string speaker);

}  // namespace halfpixel::tf_image
