#include <halfpixel/torch.hpp>

#include "bindings.hpp"

namespace halfpixel::python {
namespace {

namespace functional = torch::nn::functional;

struct Options {
  functional::InterpolateOptions values;
  nb::handle size, scale_factor;
  Options(nb::handle size, nb::handle scale_factor, nb::handle mode, nb::handle align_corners,
          nb::handle recompute, nb::handle antialias, nb::handle memory_format)
      : size(size), scale_factor(scale_factor) {
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

  // A number stands for all axes, a list of one does not.
  void require_axes(const Shape& input) const {
    const int axes = input.rank() - 2;
    if (axes < 2) return;
    const auto is_one = [](nb::handle value) {
      return (PyTuple_Check(value.ptr()) || PyList_Check(value.ptr())) &&
             PySequence_Size(value.ptr()) == 1;
    };
    const bool sized = is_one(size);
    if (!sized && !is_one(scale_factor)) return;
    std::string sides;
    for (int i = 2; i < input.rank(); ++i)
      sides += (sides.empty() ? "" : ", ") + std::to_string(input[i]);
    const std::string got = nb::cast<std::string>(nb::repr(sized ? size : scale_factor));
    throw value_fault(
        std::string("[torch.nn.functional.interpolate] Input and ") +
        (sized ? "output" : "scale_factor") +
        " must have the same number of spatial dimensions, but got input with spatial dimensions "
        "of [" +
        sides + "] and " +
        (sized ? "output size of " + got +
                     ". Please provide input tensor in (N, C, d1, d2, ...,dK) format and output "
                     "size in (o1, o2, ...,oK) format."
               : "scale_factor of shape " + got +
                     ". Please provide input tensor in (N, C, d1, d2, ...,dK) format and "
                     "scale_factor in (s1, s2, ...,sK) format."));
  }
};

nb::object interpolate(nb::handle input, nb::handle size, nb::handle scale_factor, nb::handle mode,
                       nb::handle align_corners, nb::handle recompute, nb::handle antialias,
                       nb::handle memory_format, nb::handle out) {
  const Options options(size, scale_factor, mode, align_corners, recompute, antialias,
                        memory_format);
  return apply(input, out, "interpolate", "input", [&](const Shape& shape, DType dtype) {
    options.require_axes(shape);
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
  const Shape input = to_shape(shape, who, "shape");
  options.require_axes(input);
  return functional::plan_interpolate(input, to_dtype_argument(dtype, who, "dtype"),
                                      options.values);
}

nb::object interpolate_gradient(nb::handle dy, nb::handle input_shape, nb::handle size,
                                nb::handle scale_factor, nb::handle mode, nb::handle align_corners,
                                nb::handle recompute, nb::handle antialias,
                                nb::handle memory_format, nb::handle out) {
  const Options options(size, scale_factor, mode, align_corners, recompute, antialias,
                        memory_format);
  const Shape input = to_shape(input_shape, "interpolate_gradient", "input_shape");
  options.require_axes(input);
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
