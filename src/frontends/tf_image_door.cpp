// What tf.image and tf.compat.v1.image check and do alike before a plan exists.
#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "frontends/tf_image_spec.hpp"

namespace halfpixel::tf_image {

Size checked_size(const char* who, const Shape& images_shape, const Size& size) {
  if (images_shape.rank() != 3 && images_shape.rank() != 4) {
    fail(ErrorCode::invalid_argument, "[", who,
         "] 'images' must have either 3 or 4 dimensions.; got shape ", images_shape.str());
  }
  if (size.rank() != 2) {
    fail(ErrorCode::invalid_argument, "[", who,
         "] 'size' must be a 1-D Tensor of 2 elements: new_height, new_width; got ", size.str());
  }
  return size;
}

resample::Plan gradient_plan(const char* who, const Shape& dy_shape, DType dtype,
                             const Shape& input_shape, const Choice& choice) {
  const int rank = dy_shape.rank();
  if (rank != 3 && rank != 4) {
    fail(ErrorCode::invalid_argument, "[", who,
         "] dy must have either 3 or 4 dimensions; got shape ", dy_shape.str());
  }
  const Axes axes = image_axes(rank);
  bool alike = input_shape.rank() == rank;
  for (int i = 0; alike && i < rank; ++i) {
    alike = i == axes.spatial_axis[0] || i == axes.spatial_axis[1] || dy_shape[i] == input_shape[i];
  }
  if (!alike) {
    fail(ErrorCode::invalid_argument, "[", who,
         "] input_shape must differ from dy's shape in height and width alone; got ",
         input_shape.str(), " for dy of shape ", dy_shape.str());
  }
  return resample::Plan(resize_gradient_spec(dy_shape, dtype, input_shape[axes.spatial_axis[0]],
                                             input_shape[axes.spatial_axis[1]], choice, axes, who));
}

Tensor run(const resample::Plan& plan, const ConstTensorView& src) {
  Tensor result(plan.output_shape(), plan.output_dtype());
  plan.run(src, result);
  return result;
}

}  // namespace halfpixel::tf_image
