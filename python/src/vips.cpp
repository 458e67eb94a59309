#include <halfpixel/vips.hpp>

#include "bindings.hpp"

namespace halfpixel::python {
namespace {

constexpr const char* kWho = "vips.resize";

struct Call {
  double scale;
  vips::ResizeOptions options;

  Call(nb::handle by, nb::handle vscale, nb::handle kernel, nb::handle gap, nb::handle access)
      : scale(to_number(by, kWho, "scale")) {
    if (!vscale.is_none()) options.vscale = to_number(vscale, kWho, "vscale");
    options.kernel = vips::to_kernel(to_text(kernel, kWho, "kernel"));
    options.gap = to_number(gap, kWho, "gap");
    options.access = vips::to_access(to_text(access, kWho, "access"));
  }
};

nb::object resize(nb::handle image, nb::handle scale, nb::handle vscale, nb::handle kernel,
                  nb::handle gap, nb::handle access, nb::handle out) {
  const Call call(scale, vscale, kernel, gap, access);
  return compute(
      image, out, kWho, "image",
      [&](const ConstTensorView& view) { return vips::resize(view, call.scale, call.options); },
      [&](const ConstTensorView& view, const TensorView& into) {
        vips::resize(view, call.scale, call.options, into);
      });
}

resample::Plan plan_resize(nb::handle shape, nb::handle dtype, nb::handle scale, nb::handle vscale,
                           nb::handle kernel, nb::handle gap, nb::handle access) {
  const Call call(scale, vscale, kernel, gap, access);
  return vips::plan_resize(to_shape(shape, kWho, "shape"), to_dtype_argument(dtype, kWho, "dtype"),
                           call.scale, call.options);
}

double scale_of(nb::handle in, nb::handle out) {
  constexpr const char* kWhose = "vips.scale_of";
  const std::int64_t extents[2] = {to_integer(in, kWhose, "in_extent"),
                                   to_integer(out, kWhose, "out_extent")};
  if (extents[0] < 1 || extents[1] < 1)
    throw value_fault("[vips.scale_of] extents must be positive; got " +
                      std::to_string(extents[0]) + " and " + std::to_string(extents[1]));
  return vips::scale_of(extents[0], extents[1]);
}

}  // namespace

void bind_vips(nb::module_& m) {
  m.attr("dialect_vips") = true;
  def(m, "vips_resize", resize);
  def(m, "vips_plan_resize", plan_resize);
  def(m, "vips_scale_of", scale_of);
}

}  // namespace halfpixel::python
