#include <halfpixel/torch.hpp>

#include "bindings.hpp"

namespace halfpixel::python {
namespace {

namespace functional = torch::nn::functional;

struct Options {
  functional::InterpolateOptions values;
  Options(nb::handle size, nb::handle scale_factor, nb::handle mode, nb::handle align_corners,
          nb::handle recompute, nb::handle antialias, nb::handle memory_format) {
    const char* const who = "interpolate";
    if (!size.is_none()) values.size = to_size(size, who, "size");
    if (!scale_factor.is_none())
      values.scale_factor = to_numbers(scale_factor, who, "scale_factor");
    values.mode = torch::to_interpolate_mode(to_text(mode, who, "mode"));
    if (!align_corners.is_none())
      values.align_corners = to_flag(align_corners, who, "align_corners");
    if (!recompute.is_none())
      values.recompute_scale_factor = to_flag(recompute, who, "recompute_scale_factor");
    values.antialias = to_flag(antialias, who, "antialias");
    values.memory_format = torch::to_memory_format(to_text(memory_format, who, "memory_format"));
  }
};

nb::object interpolate(nb::handle input, nb::handle size, nb::handle scale_factor, nb::handle mode,
                       nb::handle align_corners, nb::handle recompute, nb::handle antialias,
                       nb::handle memory_format, nb::handle out) {
  const Options options(size, scale_factor, mode, align_corners, recompute, antialias,
                        memory_format);
  return apply(input, out, "interpolate", "input", [&](const Shape& shape, DType dtype) {
    return functional::plan_interpolate(shape, dtype, options.values);
  });
}

resample::Plan plan_interpolate(nb::handle shape, nb::handle dtype, nb::handle size,
                                nb::handle scale_factor, nb::handle mode, nb::handle align_corners,
                                nb::handle recompute, nb::handle antialias,
                                nb::handle memory_format) {
  const Options options(size, scale_factor, mode, align_corners, recompute, antialias,
                        memory_format);
  const char* const who = "plan_interpolate";
  return functional::plan_interpolate(to_shape(shape, who, "shape"),
                                      to_dtype_argument(dtype, who, "dtype"), options.values);
}

nb::object interpolate_gradient(nb::handle dy, nb::handle input_shape, nb::handle size,
                                nb::handle scale_factor, nb::handle mode, nb::handle align_corners,
                                nb::handle recompute, nb::handle antialias,
                                nb::handle memory_format, nb::handle out) {
  const Options options(size, scale_factor, mode, align_corners, recompute, antialias,
                        memory_format);
  const Shape input = to_shape(input_shape, "interpolate_gradient", "input_shape");
  return apply(dy, out, "interpolate_gradient", "dy", [&](const Shape& shape, DType dtype) {
    return functional::plan_interpolate_gradient(shape, dtype, input, options.values);
  });
}

}  // namespace

void bind_torch(nb::module_& m) {
  m.attr("dialect_torch") = true;
  def(m, "torch_interpolate", interpolate);
  def(m, "torch_plan_interpolate", plan_interpolate);
  def(m, "torch_interpolate_gradient", interpolate_gradient);
}

}  // namespace halfpixel::python
