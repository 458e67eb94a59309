#include <halfpixel/error.hpp>
#include <halfpixel/tf_image.hpp>

#include "core/checked.hpp"
#include "frontends/tf_image_door.hpp"

namespace halfpixel::tf::compat::v1::image {
namespace {

using tf_image::Choice;
using tf_image::Images;
using Call = PlanKey::Call;

constexpr const char* kResize = "tf.compat.v1.image.resize";

// A call of resize(), understood as far as it is known without tables.
struct Request {
  Images images;
  Size target;
  Choice choice;
  // To the same size resize() returns the images as they are.
  bool same_size() const {
    return images.height() != kUnknown && images.width() != kUnknown &&
           target == Size{images.height(), images.width()};
  }
};

Request request(const Shape& images_shape, DType dtype, const Size& size,
                const ResizeOptions& options) {
  const Choice choice = tf_image::choose_v1(kResize, options.method, options.align_corners, false);
  const Images images = tf_image::images_of(kResize, images_shape, dtype);
  return {images, tf_image::target_size(kResize, images, size, options.preserve_aspect_ratio),
          choice};
}

// A kernel by its name: "resize_bilinear".
struct Kernel {
  ResizeMethod method;
  const char* who;
  const char* gradient;
};
constexpr Kernel kBilinear = {ResizeMethod::bilinear, "tf.compat.v1.image.resize_bilinear",
                              "tf.compat.v1.image.resize_bilinear_gradient"};
constexpr Kernel kBicubic = {ResizeMethod::bicubic, "tf.compat.v1.image.resize_bicubic",
                             "tf.compat.v1.image.resize_bicubic_gradient"};
constexpr Kernel kNearest = {ResizeMethod::nearest_neighbor,
                             "tf.compat.v1.image.resize_nearest_neighbor",
                             "tf.compat.v1.image.resize_nearest_neighbor_gradient"};
constexpr Kernel kArea = {ResizeMethod::area, "tf.compat.v1.image.resize_area", nullptr};

resample::Plan plan_of(const Kernel& kernel, const Shape& images_shape, DType dtype,
                       const Size& size, const ResizeKernelOptions& options) {
  const Choice choice = tf_image::choose_v1(kernel.who, kernel.method, options.align_corners,
                                            options.half_pixel_centers);
  if (images_shape.rank() != 4) {
    fail(ErrorCode::invalid_argument, "[", kernel.who,
         "] input must be 4-dimensional; got images of shape ", images_shape);
  }
  const Images images = tf_image::images_of(kernel.who, images_shape, dtype);
  const Size target = tf_image::target_size(kernel.who, images, size, false);
  return tf_image::resize_plan(Call::kernel_v1, kernel.who, images, target, choice);
}

Tensor run(const Kernel& kernel, const ConstTensorView& images, const Size& size,
           const ResizeKernelOptions& options) {
  return tf_image::run(plan_of(kernel, images.shape(), images.dtype(), size, options), images);
}

Tensor run_gradient(const Kernel& kernel, const ConstTensorView& dy, const Shape& input_shape,
                    const ResizeKernelOptions& options, std::optional<DType> images_dtype) {
  const Choice choice = tf_image::choose_v1(kernel.gradient, kernel.method, options.align_corners,
                                            options.half_pixel_centers);
  return tf_image::run(
      tf_image::gradient_plan(Call::kernel_v1_gradient, kernel.gradient, dy.shape(), dy.dtype(),
                              {input_shape, images_dtype.value_or(dy.dtype())}, choice),
      dy);
}

}  // namespace

Resized resized(const Shape& images_shape, DType dtype, const Size& size,
                const ResizeOptions& options) {
  const Request r = request(images_shape, dtype, size, options);
  if (r.same_size()) return {images_shape, dtype};
  return tf_image::resized(kResize, r.images, size, r.target, r.choice);
}

resample::Plan plan_resize(const Shape& images_shape, DType dtype, const Size& size,
                           const ResizeOptions& options) {
  const Request r = request(images_shape, dtype, size, options);
  if (r.same_size()) return resample::make_plan(tf_image::identity_spec(r.images, kResize));
  return tf_image::resize_plan(Call::resize_v1, kResize, r.images, r.target, r.choice);
}

Tensor resize(const ConstTensorView& images, const Size& size, const ResizeOptions& options) {
  return tf_image::run(plan_resize(images.shape(), images.dtype(), size, options), images);
}

void resize(const ConstTensorView& images, const Size& size, const ResizeOptions& options,
            const TensorView& out) {
  plan_resize(images.shape(), images.dtype(), size, options).run(images, out);
}

Tensor resize_gradient(const ConstTensorView& dy, const Shape& input_shape,
                       const ResizeOptions& options, std::optional<DType> images_dtype) {
  constexpr const char* who = "tf.compat.v1.image.resize_gradient";
  if (options.preserve_aspect_ratio) {
    fail(ErrorCode::invalid_argument, "[", who,
         "] preserve_aspect_ratio must be false: the output size comes from dy; got true");
  }
  const Choice choice = tf_image::choose_v1(who, options.method, options.align_corners, false);
  const DType dtype = images_dtype.value_or(dy.dtype());
  if (dy.shape() == input_shape) {  // the forward call returned its input
    if (dy.dtype() == dtype) return Tensor(dy);
    fail(ErrorCode::invalid_argument, "[", who, "] dtype of dy must be that of the images, ", dtype,
         ", which keep their size and are returned as they are; got ", dy.dtype());
  }
  return tf_image::run(tf_image::gradient_plan(Call::resize_v1_gradient, who, dy.shape(),
                                               dy.dtype(), {input_shape, dtype}, choice),
                       dy);
}

resample::Plan plan_resize_bilinear(const Shape& images_shape, DType dtype, const Size& size,
                                    const ResizeKernelOptions& options) {
  return plan_of(kBilinear, images_shape, dtype, size, options);
}
resample::Plan plan_resize_bicubic(const Shape& images_shape, DType dtype, const Size& size,
                                   const ResizeKernelOptions& options) {
  return plan_of(kBicubic, images_shape, dtype, size, options);
}
resample::Plan plan_resize_nearest_neighbor(const Shape& images_shape, DType dtype,
                                            const Size& size, const ResizeKernelOptions& options) {
  return plan_of(kNearest, images_shape, dtype, size, options);
}
resample::Plan plan_resize_area(const Shape& images_shape, DType dtype, const Size& size,
                                const ResizeAreaOptions& options) {
  return plan_of(kArea, images_shape, dtype, size, {.align_corners = options.align_corners});
}

Tensor resize_bilinear(const ConstTensorView& images, const Size& size,
                       const ResizeKernelOptions& options) {
  return run(kBilinear, images, size, options);
}
Tensor resize_bicubic(const ConstTensorView& images, const Size& size,
                      const ResizeKernelOptions& options) {
  return run(kBicubic, images, size, options);
}
Tensor resize_nearest_neighbor(const ConstTensorView& images, const Size& size,
                               const ResizeKernelOptions& options) {
  return run(kNearest, images, size, options);
}
Tensor resize_area(const ConstTensorView& images, const Size& size,
                   const ResizeAreaOptions& options) {
  return run(kArea, images, size, {.align_corners = options.align_corners});
}

Tensor resize_bilinear_gradient(const ConstTensorView& dy, const Shape& input_shape,
                                const ResizeKernelOptions& options,
                                std::optional<DType> images_dtype) {
  return run_gradient(kBilinear, dy, input_shape, options, images_dtype);
}
Tensor resize_bicubic_gradient(const ConstTensorView& dy, const Shape& input_shape,
                               const ResizeKernelOptions& options,
                               std::optional<DType> images_dtype) {
  return run_gradient(kBicubic, dy, input_shape, options, images_dtype);
}
Tensor resize_nearest_neighbor_gradient(const ConstTensorView& dy, const Shape& input_shape,
                                        const ResizeKernelOptions& options) {
  return run_gradient(kNearest, dy, input_shape, options, {});
}

}  // namespace halfpixel::tf::compat::v1::image
