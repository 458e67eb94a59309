// TensorFlow's resize operations as plan specifications.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tf_image.hpp>

#include "frontends/tf_image_axis.hpp"
#include "resample/plan_spec.hpp"

namespace halfpixel::tf_image {

// Which axes of a shape are rows, columns and channels; the others are batch axes.
struct Axes {
  int spatial_rank = 2;
  std::array<int, 3> spatial_axis = {1, 2, -1};
  int channel_axis = 3;
};
// (N, H, W, C) or (H, W, C); (N, C, H, W) or (C, H, W).
Axes image_axes(int rank, DataFormat format = DataFormat::channels_last);

// One of TensorFlow's kernels, fully chosen.
struct Choice {
  enum class Kernel : std::uint8_t { nearest, bilinear, bicubic, area, scale_and_translate };
  Kernel kernel = Kernel::bilinear;
  Coordinates coordinates = Coordinates::half_pixel;
  resample::Filter filter = resample::Filter::triangle;  // scale_and_translate
  bool antialias = false;
};
// What tf.image.resize runs for a method; v1's kernels by coordinates.
Choice choose(tf::image::ResizeMethod method, bool antialias);
Choice choose_v1(const char* who, tf::image::ResizeMethod method, bool align_corners,
                 bool half_pixel_centers);

// Checks shape, size and dtype as the kernels do (Error in their words), then builds the tables.
// output_dtype: float32, or `dtype` for nearest; store plain; cast_dtype = dtype.
resample::PlanSpec resize_spec(const Shape& input_shape, DType dtype, std::int64_t new_height,
                               std::int64_t new_width, const Choice& choice, const Axes& axes,
                               std::string speaker);
// dy_shape -> the shape with height x width in its spatial axes; both dtypes are `dtype`.
resample::PlanSpec resize_gradient_spec(const Shape& dy_shape, DType dtype, std::int64_t height,
                                        std::int64_t width, const Choice& choice, const Axes& axes,
                                        std::string speaker);

// Returns the input as it is, whatever its dtype.
resample::PlanSpec identity_spec(const Shape& shape, DType dtype, const Axes& axes,
                                 std::string speaker);

// The same by tf.image method, for the Keras layers.
resample::PlanSpec resize_spec(const Shape& input_shape, DType dtype, std::int64_t new_height,
                               std::int64_t new_width, tf::image::ResizeMethod method,
                               bool antialias, const Axes& axes, std::string speaker);
resample::PlanSpec resize_gradient_spec(const Shape& dy_shape, DType dtype, std::int64_t height,
                                        std::int64_t width, tf::image::ResizeMethod method,
                                        bool antialias, const Axes& axes, std::string speaker);

// Rank of the images and of `size`, in TensorFlow's words.
Size checked_size(const char* who, const Shape& images_shape, const Size& size);
resample::Plan gradient_plan(const char* who, const Shape& dy_shape, DType dtype,
                             const Shape& input_shape, const Choice& choice);
// Runs a plan into a new tensor.
Tensor run(const resample::Plan& plan, const ConstTensorView& src);

}  // namespace halfpixel::tf_image
