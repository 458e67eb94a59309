#include <halfpixel/tf_image.hpp>

#include "bindings.hpp"

namespace halfpixel::python {
namespace {

namespace image = tf::image;

constexpr const char* kResize = "tf.image.resize";
constexpr const char* kGradient = "tf.image.resize_gradient";

image::ResizeOptions options_of(nb::handle method, nb::handle preserve, nb::handle antialias,
                                const char* who) {
  return {.method = image::to_resize_method(to_text(method, who, "method")),
          .preserve_aspect_ratio = to_flag(preserve, who, "preserve_aspect_ratio"),
          .antialias = to_flag(antialias, who, "antialias")};
}

nb::object resize(nb::handle images, nb::handle size, nb::handle method, nb::handle preserve,
                  nb::handle antialias, nb::handle out) {
  const image::ResizeOptions options = options_of(method, preserve, antialias, kResize);
  const Size target = to_size(size, kResize, "size");
  return apply(images, out, kResize, "images", [&](const Shape& shape, DType dtype) {
    return image::plan_resize(shape, dtype, target, options);
  });
}

resample::Plan plan_resize(nb::handle shape, nb::handle dtype, nb::handle size, nb::handle method,
                           nb::handle preserve, nb::handle antialias) {
  const char* const who = "tf.image.plan_resize";
  return image::plan_resize(to_shape(shape, who, "images_shape"),
                            to_dtype_argument(dtype, who, "dtype"), to_size(size, who, "size"),
                            options_of(method, preserve, antialias, who));
}

std::optional<DType> images_dtype_of(nb::handle dtype, const char* who) {
  if (dtype.is_none()) return std::nullopt;
  return to_dtype_argument(dtype, who, "images_dtype");
}

nb::object resize_gradient(nb::handle dy, nb::handle input_shape, nb::handle method,
                           nb::handle preserve, nb::handle antialias, nb::handle images_dtype,
                           nb::handle out) {
  const image::ResizeOptions options = options_of(method, preserve, antialias, kGradient);
  const Shape input = to_shape(input_shape, kGradient, "input_shape");
  const std::optional<DType> images = images_dtype_of(images_dtype, kGradient);
  return apply(dy, out, kGradient, "dy", [&](const Shape& shape, DType dtype) {
    return image::plan_resize_gradient(shape, dtype, input, options, images);
  });
}

resample::Plan plan_resize_gradient(nb::handle dy_shape, nb::handle dtype, nb::handle input_shape,
                                    nb::handle method, nb::handle preserve, nb::handle antialias,
                                    nb::handle images_dtype) {
  const char* const who = "tf.image.plan_resize_gradient";
  return image::plan_resize_gradient(
      to_shape(dy_shape, who, "dy_shape"), to_dtype_argument(dtype, who, "dtype"),
      to_shape(input_shape, who, "input_shape"), options_of(method, preserve, antialias, who),
      images_dtype_of(images_dtype, who));
}

}  // namespace

void bind_tf_image(nb::module_& m) {
  def(m, "tf_resize", resize);
  def(m, "tf_plan_resize", plan_resize);
  def(m, "tf_resize_gradient", resize_gradient);
  def(m, "tf_plan_resize_gradient", plan_resize_gradient);
}

}  // namespace halfpixel::python
