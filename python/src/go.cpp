#include <halfpixel/go.hpp>

#include "bindings.hpp"

namespace halfpixel::python {
namespace {

namespace draw = go::draw;

constexpr const char* kWho = "go.draw.scale";

struct Call {
  std::int64_t width, height;
  draw::Interpolator interpolator;

  Call(nb::handle width, nb::handle height, nb::handle name)
      : width(to_integer(width, kWho, "width")),
        height(to_integer(height, kWho, "height")),
        interpolator(draw::to_interpolator(to_text(name, kWho, "interpolator"))) {}
};

nb::object scale(nb::handle src, nb::handle width, nb::handle height, nb::handle interpolator,
                 nb::handle out) {
  const Call call(width, height, interpolator);
  return compute(
      src, out, kWho, "src",
      [&](const ConstTensorView& view) {
        return draw::scale(view, call.width, call.height, call.interpolator);
      },
      [&](const ConstTensorView& view, const TensorView& into) {
        draw::scale(view, call.width, call.height, call.interpolator, into);
      });
}

resample::Plan plan_scale(nb::handle shape, nb::handle dtype, nb::handle width, nb::handle height,
                          nb::handle interpolator) {
  const Call call(width, height, interpolator);
  return draw::plan_scale(to_shape(shape, kWho, "shape"), to_dtype_argument(dtype, kWho, "dtype"),
                          call.width, call.height, call.interpolator);
}

}  // namespace

void bind_go(nb::module_& m) {
  m.attr("dialect_go") = true;
  def(m, "go_scale", scale);
  def(m, "go_plan_scale", plan_scale);
}

}  // namespace halfpixel::python
