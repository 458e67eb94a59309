#include <halfpixel/tfjs.hpp>

#include "bindings.hpp"

namespace halfpixel::python {
namespace {

tfjs::ResizeOptions options_of(nb::handle align_corners, nb::handle half_pixel_centers,
                               nb::handle backend, const char* who) {
  return {.align_corners = to_flag(align_corners, who, "align_corners"),
          .half_pixel_centers = to_flag(half_pixel_centers, who, "half_pixel_centers"),
          .backend = tfjs::to_backend(to_text(backend, who, "backend"))};
}

resample::Plan plan_of(bool nearest, const Shape& shape, DType dtype, const Size& size,
                       const tfjs::ResizeOptions& options) {
  return nearest ? tfjs::plan_resize_nearest_neighbor(shape, dtype, size, options)
                 : tfjs::plan_resize_bilinear(shape, dtype, size, options);
}

const char* speaker(bool nearest) {
  return nearest ? "tfjs.resize_nearest_neighbor" : "tfjs.resize_bilinear";
}

nb::object resize(nb::handle nearest, nb::handle images, nb::handle size, nb::handle align_corners,
                  nb::handle half_pixel_centers, nb::handle backend, nb::handle out) {
  const bool copies = to_flag(nearest, "tfjs", "nearest");
  const char* const who = speaker(copies);
  const tfjs::ResizeOptions options = options_of(align_corners, half_pixel_centers, backend, who);
  const Size target = to_size(size, who, "size");
  return apply(images, out, who, "images", [&](const Shape& shape, DType dtype) {
    return plan_of(copies, shape, dtype, target, options);
  });
}

resample::Plan plan_resize(nb::handle nearest, nb::handle shape, nb::handle dtype, nb::handle size,
                           nb::handle align_corners, nb::handle half_pixel_centers,
                           nb::handle backend) {
  const bool copies = to_flag(nearest, "tfjs", "nearest");
  const char* const who = speaker(copies);
  return plan_of(copies, to_shape(shape, who, "shape"), to_dtype_argument(dtype, who, "dtype"),
                 to_size(size, who, "size"),
                 options_of(align_corners, half_pixel_centers, backend, who));
}

}  // namespace

void bind_tfjs(nb::module_& m) {
  m.attr("dialect_tfjs") = true;
  def(m, "tfjs_resize", resize);
  def(m, "tfjs_plan_resize", plan_resize);
}

}  // namespace halfpixel::python
