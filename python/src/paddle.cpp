#include <halfpixel/paddle.hpp>

#include "bindings.hpp"

namespace halfpixel::python {
namespace {

namespace functional = paddle::nn::functional;

functional::InterpolateOptions options_of(nb::handle size, nb::handle scale_factor, nb::handle mode,
                                          nb::handle align_corners, nb::handle align_mode,
                                          nb::handle channels_last) {
  const char* const who = "paddle.interpolate";
  functional::InterpolateOptions options;
  if (!size.is_none()) options.size = to_size(size, who, "size");
  if (!scale_factor.is_none()) options.scale_factor = to_numbers(scale_factor, who, "scale_factor");
  options.mode = paddle::to_interpolate_mode(to_text(mode, who, "mode"));
  options.align_corners = to_flag(align_corners, who, "align_corners");
  options.align_mode = to_int(align_mode, who, "align_mode");
  if (to_flag(channels_last, who, "data_format")) options.data_format = DataFormat::channels_last;
  return options;
}

nb::object interpolate(nb::handle x, nb::handle size, nb::handle scale_factor, nb::handle mode,
                       nb::handle align_corners, nb::handle align_mode, nb::handle channels_last,
                       nb::handle out) {
  const auto options =
      options_of(size, scale_factor, mode, align_corners, align_mode, channels_last);
  return apply(x, out, "paddle.interpolate", "x", [&](const Shape& shape, DType dtype) {
    return functional::plan_interpolate(shape, dtype, options);
  });
}

resample::Plan plan_interpolate(nb::handle shape, nb::handle dtype, nb::handle size,
                                nb::handle scale_factor, nb::handle mode, nb::handle align_corners,
                                nb::handle align_mode, nb::handle channels_last) {
  const char* const who = "paddle.plan_interpolate";
  return functional::plan_interpolate(
      to_shape(shape, who, "shape"), to_dtype_argument(dtype, who, "dtype"),
      options_of(size, scale_factor, mode, align_corners, align_mode, channels_last));
}

}  // namespace

void bind_paddle(nb::module_& m) {
  m.attr("dialect_paddle") = true;
  def(m, "paddle_interpolate", interpolate);
  def(m, "paddle_plan_interpolate", plan_interpolate);
}

}  // namespace halfpixel::python
