#include <halfpixel/pillow.hpp>

#include "bindings.hpp"

namespace halfpixel::python {
namespace {

constexpr const char* kWho = "Image.resize";

pillow::ResizeOptions options_of(nb::handle resample, nb::handle box, nb::handle reducing_gap,
                                 nb::handle mode, nb::handle version) {
  pillow::ResizeOptions options;
  if (!resample.is_none())
    options.resample = pillow::to_resampling(to_text(resample, kWho, "resample"));
  if (!box.is_none()) {
    const std::vector<double> corners = to_numbers(box, kWho, "box");
    if (corners.size() != 4) {
      throw value_fault("[Image.resize] box must be 4 numbers: left, upper, right, lower; got " +
                        nb::cast<std::string>(nb::repr(box)));
    }
    options.box = {corners[0], corners[1], corners[2], corners[3]};
  }
  if (!reducing_gap.is_none()) options.reducing_gap = to_number(reducing_gap, kWho, "reducing_gap");
  if (!mode.is_none()) options.mode = pillow::to_mode(to_text(mode, kWho, "mode"));
  options.version = to_int(version, kWho, "version");
  return options;
}

nb::object resize(nb::handle image, nb::handle size, nb::handle resample, nb::handle box,
                  nb::handle reducing_gap, nb::handle mode, nb::handle version, nb::handle out) {
  const pillow::ResizeOptions options = options_of(resample, box, reducing_gap, mode, version);
  const Size target = to_size(size, kWho, "size");
  return compute(
      image, out, kWho, "image",
      [&](const ConstTensorView& view) { return pillow::resize(view, target, options); },
      [&](const ConstTensorView& view, const TensorView& into) {
        pillow::resize(view, target, options, into);
      });
}

resample::Plan plan_resize(nb::handle shape, nb::handle dtype, nb::handle size, nb::handle resample,
                           nb::handle box, nb::handle reducing_gap, nb::handle mode,
                           nb::handle version) {
  return pillow::plan_resize(to_shape(shape, kWho, "shape"),
                             to_dtype_argument(dtype, kWho, "dtype"), to_size(size, kWho, "size"),
                             options_of(resample, box, reducing_gap, mode, version));
}

}  // namespace

void bind_pillow(nb::module_& m) {
  m.attr("dialect_pillow") = true;
  def(m, "pillow_resize", resize);
  def(m, "pillow_plan_resize", plan_resize);
}

}  // namespace halfpixel::python
