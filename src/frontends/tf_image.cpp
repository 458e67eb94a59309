#include <halfpixel/tf_image.hpp>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "core/enumerator.hpp"
#include "frontends/tf_image_door.hpp"

namespace halfpixel::tf::image {
namespace {

constexpr const char* kResize = "tf.image.resize";
constexpr const char* kGradient = "tf.image.resize_gradient";

}  // namespace

Size aspect_preserving_size(const Shape& images_shape, const Size& size) {
  const auto images = tf_image::images_of(kResize, images_shape, DType::float32);
  return tf_image::target_size(kResize, images, size, true);
}

Resized resized(const Shape& images_shape, DType dtype, const Size& size,
                const ResizeOptions& options) {
  const auto images = tf_image::images_of(kResize, images_shape, dtype);
  const Size target = tf_image::target_size(kResize, images, size, options.preserve_aspect_ratio);
  return tf_image::resized(kResize, images, size, target,
                           tf_image::choose(kResize, options.method, options.antialias));
}

resample::Plan plan_resize(const Shape& images_shape, DType dtype, const Size& size,
                           const ResizeOptions& options) {
  const auto images = tf_image::images_of(kResize, images_shape, dtype);
  const Size target = tf_image::target_size(kResize, images, size, options.preserve_aspect_ratio);
  return tf_image::resize_plan(PlanKey::Call::resize, kResize, images, target,
                               tf_image::choose(kResize, options.method, options.antialias));
}

Tensor resize(const ConstTensorView& images, const Size& size, const ResizeOptions& options) {
  return tf_image::run(plan_resize(images.shape(), images.dtype(), size, options), images);
}

void resize(const ConstTensorView& images, const Size& size, const ResizeOptions& options,
            const TensorView& out) {
  plan_resize(images.shape(), images.dtype(), size, options).run(images, out);
}

resample::Plan plan_resize_gradient(const Shape& dy_shape, DType dtype, const Shape& input_shape,
                                    const ResizeOptions& options,
                                    std::optional<DType> images_dtype) {
  if (options.preserve_aspect_ratio) {
    fail(ErrorCode::invalid_argument, "[", kGradient,
         "] preserve_aspect_ratio must be false: the output size comes from dy; got true");
  }
  require_enumerator(kGradient, "images_dtype", images_dtype.value_or(dtype), DType::boolean);
  return tf_image::gradient_plan(PlanKey::Call::resize_gradient, kGradient, dy_shape, dtype,
                                 {input_shape, images_dtype.value_or(dtype)},
                                 tf_image::choose(kGradient, options.method, options.antialias));
}

Tensor resize_gradient(const ConstTensorView& dy, const Shape& input_shape,
                       const ResizeOptions& options, std::optional<DType> images_dtype) {
  return tf_image::run(
      plan_resize_gradient(dy.shape(), dy.dtype(), input_shape, options, images_dtype), dy);
}

void resize_gradient(const ConstTensorView& dy, const Shape& input_shape,
                     const ResizeOptions& options, const TensorView& out) {
  plan_resize_gradient(dy.shape(), dy.dtype(), input_shape, options, out.dtype()).run(dy, out);
}

}  // namespace halfpixel::tf::image
