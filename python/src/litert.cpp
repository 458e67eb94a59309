#include <halfpixel/litert.hpp>

#include "bindings.hpp"

namespace halfpixel::python {
namespace {

litert::ResizeOptions options_of(nb::handle align_corners, nb::handle half_pixel_centers,
                                 nb::handle kernels, const char* who) {
  return {.align_corners = to_flag(align_corners, who, "align_corners"),
          .half_pixel_centers = to_flag(half_pixel_centers, who, "half_pixel_centers"),
          .kernels = litert::to_kernels(to_text(kernels, who, "kernels"))};
}

resample::Plan plan_of(bool nearest, const Shape& shape, DType dtype, const Size& size,
                       const litert::ResizeOptions& options) {
  return nearest ? litert::plan_resize_nearest_neighbor(shape, dtype, size, options)
                 : litert::plan_resize_bilinear(shape, dtype, size, options);
}

const char* speaker(bool nearest) {
  return nearest ? "litert.resize_nearest_neighbor" : "litert.resize_bilinear";
}

nb::object resize(nb::handle nearest, nb::handle images, nb::handle size, nb::handle align_corners,
                  nb::handle half_pixel_centers, nb::handle kernels, nb::handle out) {
  const bool copies = to_flag(nearest, "litert", "nearest");
  const char* const who = speaker(copies);
  const litert::ResizeOptions options = options_of(align_corners, half_pixel_centers, kernels, who);
  const Size target = to_size(size, who, "size");
  return apply(images, out, who, "images", [&](const Shape& shape, DType dtype) {
    return plan_of(copies, shape, dtype, target, options);
  });
}

resample::Plan plan_resize(nb::handle nearest, nb::handle shape, nb::handle dtype, nb::handle size,
                           nb::handle align_corners, nb::handle half_pixel_centers,
                           nb::handle kernels) {
  const bool copies = to_flag(nearest, "litert", "nearest");
  const char* const who = speaker(copies);
  return plan_of(copies, to_shape(shape, who, "shape"), to_dtype_argument(dtype, who, "dtype"),
                 to_size(size, who, "size"),
                 options_of(align_corners, half_pixel_centers, kernels, who));
}

}  // namespace

void bind_litert(nb::module_& m) {
  m.attr("dialect_litert") = true;
  def(m, "litert_resize", resize);
  def(m, "litert_plan_resize", plan_resize);
}

}  // namespace halfpixel::python
