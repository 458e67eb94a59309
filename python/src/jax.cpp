#include <halfpixel/jax.hpp>

#include "bindings.hpp"

namespace halfpixel::python {
namespace {

namespace image = jax::image;

constexpr const char* kWho = "jax.image.resize";

image::ResizeOptions options_of(nb::handle method, nb::handle antialias) {
  return {.method = image::to_resize_method(to_text(method, kWho, "method")),
          .antialias = to_flag(antialias, kWho, "antialias")};
}

nb::object resize(nb::handle x, nb::handle shape, nb::handle method, nb::handle antialias,
                  nb::handle out) {
  const image::ResizeOptions options = options_of(method, antialias);
  const Shape target = to_shape(shape, kWho, "shape");
  return compute(
      x, out, kWho, "image",
      [&](const ConstTensorView& view) { return image::resize(view, target, options); },
      [&](const ConstTensorView& view, const TensorView& into) {
        image::resize(view, target, options, into);
      });
}

resample::Plan plan_resize(nb::handle input_shape, nb::handle dtype, nb::handle shape,
                           nb::handle method, nb::handle antialias) {
  return image::plan_resize(to_shape(input_shape, kWho, "input_shape"),
                            to_dtype_argument(dtype, kWho, "dtype"), to_shape(shape, kWho, "shape"),
                            options_of(method, antialias));
}

}  // namespace

void bind_jax(nb::module_& m) {
  m.attr("dialect_jax") = true;
  def(m, "jax_resize", resize);
  def(m, "jax_plan_resize", plan_resize);
}

}  // namespace halfpixel::python
