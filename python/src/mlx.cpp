#include <halfpixel/mlx.hpp>

#include "bindings.hpp"

namespace halfpixel::python {
namespace {

namespace layers = mlx::nn;

layers::UpsampleOptions options_of(nb::handle scale_factor, nb::handle mode,
                                   nb::handle align_corners, nb::handle antialias) {
  const char* const who = "mlx.upsample";
  return {.scale_factor = to_numbers(scale_factor, who, "scale_factor"),
          .mode = layers::to_upsample_mode(to_text(mode, who, "mode")),
          .align_corners = to_flag(align_corners, who, "align_corners"),
          .antialias = to_flag(antialias, who, "antialias")};
}

nb::object upsample(nb::handle x, nb::handle scale_factor, nb::handle mode,
                    nb::handle align_corners, nb::handle antialias, nb::handle out) {
  const auto options = options_of(scale_factor, mode, align_corners, antialias);
  return compute(
      x, out, "mlx.upsample", "x",
      [&](const ConstTensorView& view) { return layers::upsample(view, options); },
      [&](const ConstTensorView& view, const TensorView& to) {
        layers::upsample(view, options, to);
      });
}

resample::Plan plan_upsample(nb::handle shape, nb::handle dtype, nb::handle scale_factor,
                             nb::handle mode, nb::handle align_corners, nb::handle antialias) {
  const char* const who = "mlx.plan_upsample";
  return layers::plan_upsample(to_shape(shape, who, "shape"),
                               to_dtype_argument(dtype, who, "dtype"),
                               options_of(scale_factor, mode, align_corners, antialias));
}

double scale_factor_of(nb::handle in, nb::handle out) {
  const char* const who = "mlx.scale_factor_of";
  return layers::scale_factor_of(to_integer(in, who, "in_extent"),
                                 to_integer(out, who, "out_extent"));
}

}  // namespace

void bind_mlx(nb::module_& m) {
  m.attr("dialect_mlx") = true;
  def(m, "mlx_upsample", upsample);
  def(m, "mlx_plan_upsample", plan_upsample);
  def(m, "mlx_scale_factor_of", scale_factor_of);
}

}  // namespace halfpixel::python
