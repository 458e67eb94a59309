#include <halfpixel/error.hpp>
#include <halfpixel/tf_image.hpp>

#include "core/checked.hpp"
#include "frontends/tf_image_spec.hpp"

namespace halfpixel::tf::compat::v1::image {
namespace {

using tf_image::Choice;

// One of the four kernels on rank-4 images.
resample::Plan kernel_plan(const std::string& who, const ConstTensorView& images, const Size& size,
                           const Choice& choice) {
  const Shape& shape = images.shape();
  if (shape.rank() != 4) {
    fail(ErrorCode::invalid_argument, "[", who,
         "] input must be 4-dimensional; got images of shape ", shape.str());
  }
  const Size target = tf_image::checked_size(who.c_str(), shape, size);
  return resample::Plan(tf_image::resize_spec(shape, images.dtype(), target[0], target[1], choice,
                                              tf_image::image_axes(4), who));
}

Tensor kernel(const char* who, ResizeMethod method, const ConstTensorView& images, const Size& size,
              bool align_corners, bool half_pixel_centers) {
  const Choice choice = tf_image::choose_v1(who, method, align_corners, half_pixel_centers);
  return tf_image::run(kernel_plan(who, images, size, choice), images);
}

Tensor kernel_gradient(const char* who, ResizeMethod method, const ConstTensorView& dy,
                       const Shape& input_shape, const ResizeKernelOptions& options) {
  const Choice choice =
      tf_image::choose_v1(who, method, options.align_corners, options.half_pixel_centers);
  return tf_image::run(tf_image::gradient_plan(who, dy.shape(), dy.dtype(), input_shape, choice),
                       dy);
}

}  // namespace

resample::Plan plan_resize(const Shape& images_shape, DType dtype, const Size& size,
                           const ResizeOptions& options) {
  constexpr const char* who = "tf.compat.v1.image.resize";
  const Choice choice = tf_image::choose_v1(who, options.method, options.align_corners, false);
  Size target = tf_image::checked_size(who, images_shape, size);
  if (options.preserve_aspect_ratio) {
    target = tf::image::aspect_preserving_size(images_shape, target);
  }
  const auto axes = tf_image::image_axes(images_shape.rank());
  if (images_shape[axes.spatial_axis[0]] == target[0] &&
      images_shape[axes.spatial_axis[1]] == target[1]) {
    return resample::Plan(tf_image::identity_spec(images_shape, dtype, axes, who));
  }
  return resample::Plan(
      tf_image::resize_spec(images_shape, dtype, target[0], target[1], choice, axes, who));
}

Tensor resize(const ConstTensorView& images, const Size& size, const ResizeOptions& options) {
  return tf_image::run(plan_resize(images.shape(), images.dtype(), size, options), images);
}

void resize(const ConstTensorView& images, const Size& size, const ResizeOptions& options,
            const TensorView& out) {
  plan_resize(images.shape(), images.dtype(), size, options).run(images, out);
}

Tensor resize_gradient(const ConstTensorView& dy, const Shape& input_shape,
                       const ResizeOptions& options) {
  constexpr const char* who = "tf.compat.v1.image.resize_gradient";
  if (options.preserve_aspect_ratio) {
    fail(ErrorCode::invalid_argument, "[", who,
         "] preserve_aspect_ratio must be false: the output size comes from dy; got true");
  }
  const Choice choice = tf_image::choose_v1(who, options.method, options.align_corners, false);
  if (dy.shape() == input_shape) return Tensor(dy);  // the forward call returned its input
  return tf_image::run(tf_image::gradient_plan(who, dy.shape(), dy.dtype(), input_shape, choice),
                       dy);
}

Tensor resize_bilinear(const ConstTensorView& images, const Size& size,
                       const ResizeKernelOptions& options) {
  return kernel("tf.compat.v1.image.resize_bilinear", ResizeMethod::bilinear, images, size,
                options.align_corners, options.half_pixel_centers);
}

Tensor resize_bicubic(const ConstTensorView& images, const Size& size,
                      const ResizeKernelOptions& options) {
  return kernel("tf.compat.v1.image.resize_bicubic", ResizeMethod::bicubic, images, size,
                options.align_corners, options.half_pixel_centers);
}

Tensor resize_nearest_neighbor(const ConstTensorView& images, const Size& size,
                               const ResizeKernelOptions& options) {
  return kernel("tf.compat.v1.image.resize_nearest_neighbor", ResizeMethod::nearest_neighbor,
                images, size, options.align_corners, options.half_pixel_centers);
}

Tensor resize_area(const ConstTensorView& images, const Size& size,
                   const ResizeAreaOptions& options) {
  return kernel("tf.compat.v1.image.resize_area", ResizeMethod::area, images, size,
                options.align_corners, false);
}

Tensor resize_bilinear_gradient(const ConstTensorView& dy, const Shape& input_shape,
                                const ResizeKernelOptions& options) {
  return kernel_gradient("tf.compat.v1.image.resize_bilinear_gradient", ResizeMethod::bilinear, dy,
                         input_shape, options);
}

Tensor resize_bicubic_gradient(const ConstTensorView& dy, const Shape& input_shape,
                               const ResizeKernelOptions& options) {
  return kernel_gradient("tf.compat.v1.image.resize_bicubic_gradient", ResizeMethod::bicubic, dy,
                         input_shape, options);
}

Tensor resize_nearest_neighbor_gradient(const ConstTensorView& dy, const Shape& input_shape,
                                        const ResizeKernelOptions& options) {
  return kernel_gradient("tf.compat.v1.image.resize_nearest_neighbor_gradient",
                         ResizeMethod::nearest_neighbor, dy, input_shape, options);
}

}  // namespace halfpixel::tf::compat::v1::image
