#include <halfpixel/tf_image.hpp>

#include "bindings.hpp"

namespace halfpixel::python {
namespace {

namespace v1 = tf::compat::v1::image;

constexpr const char* kResize = "tf.compat.v1.image.resize";
constexpr const char* kGradient = "tf.compat.v1.image.resize_gradient";

v1::ResizeOptions options_of(nb::handle method, nb::handle align_corners, nb::handle preserve,
                             const char* who) {
  return {.method = tf::image::to_resize_method(to_text(method, who, "method")),
          .align_corners = to_flag(align_corners, who, "align_corners"),
          .preserve_aspect_ratio = to_flag(preserve, who, "preserve_aspect_ratio")};
}

nb::object resize(nb::handle images, nb::handle size, nb::handle method, nb::handle align_corners,
                  nb::handle preserve, nb::handle out) {
  const v1::ResizeOptions options = options_of(method, align_corners, preserve, kResize);
  const Size target = to_size(size, kResize, "size");
  return apply(images, out, kResize, "images", [&](const Shape& shape, DType dtype) {
    return v1::plan_resize(shape, dtype, target, options);
  });
}

resample::Plan plan_resize(nb::handle shape, nb::handle dtype, nb::handle size, nb::handle method,
                           nb::handle align_corners, nb::handle preserve) {
  const char* const who = "tf.compat.v1.image.plan_resize";
  return v1::plan_resize(to_shape(shape, who, "images_shape"),
                         to_dtype_argument(dtype, who, "dtype"), to_size(size, who, "size"),
                         options_of(method, align_corners, preserve, who));
}

nb::object resize_gradient(nb::handle dy, nb::handle input_shape, nb::handle method,
                           nb::handle align_corners, nb::handle preserve, nb::handle images_dtype) {
  const v1::ResizeOptions options = options_of(method, align_corners, preserve, kGradient);
  const Shape shape = to_shape(input_shape, kGradient, "input_shape");
  std::optional<DType> images;
  if (!images_dtype.is_none()) images = to_dtype_argument(images_dtype, kGradient, "images_dtype");
  return compute(
      dy, nb::none(), kGradient, "dy",
      [&](const ConstTensorView& view) {
        return v1::resize_gradient(view, shape, options, images);
      },
      [](const ConstTensorView&, const TensorView&) {});
}

// The four kernels by name: "bilinear", "bicubic", "nearest", "area".
resample::Plan kernel_plan(std::string_view kernel, const Shape& shape, DType dtype,
                           const Size& size, bool align_corners, bool half_pixel_centers) {
  const v1::ResizeKernelOptions options{align_corners, half_pixel_centers};
  if (kernel == "bilinear") return v1::plan_resize_bilinear(shape, dtype, size, options);
  if (kernel == "bicubic") return v1::plan_resize_bicubic(shape, dtype, size, options);
  if (kernel == "nearest") return v1::plan_resize_nearest_neighbor(shape, dtype, size, options);
  return v1::plan_resize_area(shape, dtype, size, {align_corners});
}

std::string speaker(std::string_view kernel) {
  return "tf.compat.v1.image.resize_" +
         std::string(kernel == "nearest" ? "nearest_neighbor" : kernel);
}

nb::object kernel(nb::handle name, nb::handle images, nb::handle size, nb::handle align_corners,
                  nb::handle half_pixel_centers, nb::handle out) {
  const std::string_view which = to_text(name, "tf.compat.v1.image", "kernel");
  const std::string who = speaker(which);
  const Size target = to_size(size, who.c_str(), "size");
  const bool align = to_flag(align_corners, who.c_str(), "align_corners");
  const bool half = to_flag(half_pixel_centers, who.c_str(), "half_pixel_centers");
  return apply(images, out, who.c_str(), "images", [&](const Shape& shape, DType dtype) {
    return kernel_plan(which, shape, dtype, target, align, half);
  });
}

resample::Plan plan_kernel(nb::handle name, nb::handle shape, nb::handle dtype, nb::handle size,
                           nb::handle align_corners, nb::handle half_pixel_centers) {
  const std::string_view which = to_text(name, "tf.compat.v1.image", "kernel");
  const std::string who = speaker(which);
  return kernel_plan(which, to_shape(shape, who.c_str(), "images_shape"),
                     to_dtype_argument(dtype, who.c_str(), "dtype"),
                     to_size(size, who.c_str(), "size"),
                     to_flag(align_corners, who.c_str(), "align_corners"),
                     to_flag(half_pixel_centers, who.c_str(), "half_pixel_centers"));
}

nb::object kernel_gradient(nb::handle name, nb::handle dy, nb::handle input_shape,
                           nb::handle align_corners, nb::handle half_pixel_centers,
                           nb::handle images_dtype) {
  const std::string_view which = to_text(name, "tf.compat.v1.image", "kernel");
  const std::string who = speaker(which) + "_gradient";
  const Shape shape = to_shape(input_shape, who.c_str(), "input_shape");
  const v1::ResizeKernelOptions options{
      to_flag(align_corners, who.c_str(), "align_corners"),
      to_flag(half_pixel_centers, who.c_str(), "half_pixel_centers")};
  std::optional<DType> images;
  if (!images_dtype.is_none())
    images = to_dtype_argument(images_dtype, who.c_str(), "images_dtype");
  return compute(
      dy, nb::none(), who.c_str(), "dy",
      [&](const ConstTensorView& view) {
        if (which == "bilinear") return v1::resize_bilinear_gradient(view, shape, options, images);
        if (which == "bicubic") return v1::resize_bicubic_gradient(view, shape, options, images);
        return v1::resize_nearest_neighbor_gradient(view, shape, options);
      },
      [](const ConstTensorView&, const TensorView&) {});
}

}  // namespace

void bind_tf_compat_v1(nb::module_& m) {
  def(m, "v1_resize", resize);
  def(m, "v1_plan_resize", plan_resize);
  def(m, "v1_resize_gradient", resize_gradient);
  def(m, "v1_kernel", kernel);
  def(m, "v1_plan_kernel", plan_kernel);
  def(m, "v1_kernel_gradient", kernel_gradient);
}

}  // namespace halfpixel::python
