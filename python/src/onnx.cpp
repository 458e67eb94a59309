#include <halfpixel/onnx.hpp>

#include "bindings.hpp"

namespace halfpixel::python {
namespace {

constexpr const char* kWho = "Resize";

std::vector<float> to_floats(nb::handle values, const char* name) {
  std::vector<float> floats;
  for (const double value : to_numbers(values, kWho, name))
    floats.push_back(static_cast<float>(value));
  return floats;
}

// A dict of what was given; what is missing has the operator's default.
onnx::ResizeOptions options_of(nb::handle given) {
  onnx::ResizeOptions options;
  for (const auto& [key, value] : nb::borrow<nb::dict>(given)) {
    const std::string_view name = to_text(key, kWho, "options");
    if (name == "sizes") options.sizes = to_integers(value, kWho, "sizes");
    if (name == "scales") options.scales = to_floats(value, "scales");
    if (name == "mode") options.mode = onnx::to_mode(to_text(value, kWho, "mode"));
    if (name == "coordinate_transformation_mode")
      options.coordinate_transformation_mode = onnx::to_coordinate_transformation_mode(
          to_text(value, kWho, "coordinate_transformation_mode"));
    if (name == "nearest_mode")
      options.nearest_mode = onnx::to_nearest_mode(to_text(value, kWho, "nearest_mode"));
    if (name == "cubic_coeff_a")
      options.cubic_coeff_a = static_cast<float>(to_number(value, kWho, "cubic_coeff_a"));
    if (name == "exclude_outside")
      options.exclude_outside = to_flag(value, kWho, "exclude_outside");
    if (name == "extrapolation_value")
      options.extrapolation_value =
          static_cast<float>(to_number(value, kWho, "extrapolation_value"));
    if (name == "antialias") options.antialias = to_flag(value, kWho, "antialias");
    if (name == "axes") options.axes = to_integers(value, kWho, "axes");
    if (name == "keep_aspect_ratio_policy")
      options.keep_aspect_ratio_policy =
          onnx::to_keep_aspect_ratio_policy(to_text(value, kWho, "keep_aspect_ratio_policy"));
    if (name == "roi") options.roi = to_floats(value, "roi");
    if (name == "opset") options.opset = to_int(value, kWho, "opset");
  }
  return options;
}

nb::object resize(nb::handle x, nb::handle given, nb::handle out) {
  const onnx::ResizeOptions options = options_of(given);
  return compute(
      x, out, kWho, "x", [&](const ConstTensorView& view) { return onnx::resize(view, options); },
      [&](const ConstTensorView& view, const TensorView& into) {
        onnx::resize(view, options, into);
      });
}

resample::Plan plan_resize(nb::handle shape, nb::handle dtype, nb::handle given) {
  return onnx::plan_resize(to_shape(shape, kWho, "shape"), to_dtype_argument(dtype, kWho, "dtype"),
                           options_of(given));
}

}  // namespace

void bind_onnx(nb::module_& m) {
  m.attr("dialect_onnx") = true;
  def(m, "onnx_resize", resize);
  def(m, "onnx_plan_resize", plan_resize);
}

}  // namespace halfpixel::python
