#include <halfpixel/image_rs.hpp>

#include "bindings.hpp"

namespace halfpixel::python {
namespace {

namespace imageops = image_rs::imageops;

constexpr const char* kWho = "image_rs.imageops.resize";

struct Call {
  std::int64_t nwidth, nheight;
  image_rs::FilterType filter;

  Call(nb::handle width, nb::handle height, nb::handle name)
      : nwidth(to_integer(width, kWho, "nwidth")),
        nheight(to_integer(height, kWho, "nheight")),
        filter(image_rs::to_filter_type(to_text(name, kWho, "filter"))) {}
};

nb::object resize(nb::handle image, nb::handle nwidth, nb::handle nheight, nb::handle filter,
                  nb::handle out) {
  const Call call(nwidth, nheight, filter);
  return apply(image, out, kWho, "image", [&](const Shape& shape, DType dtype) {
    return imageops::plan_resize(shape, dtype, call.nwidth, call.nheight, call.filter);
  });
}

resample::Plan plan_resize(nb::handle shape, nb::handle dtype, nb::handle nwidth,
                           nb::handle nheight, nb::handle filter) {
  const Call call(nwidth, nheight, filter);
  return imageops::plan_resize(to_shape(shape, kWho, "shape"),
                               to_dtype_argument(dtype, kWho, "dtype"), call.nwidth, call.nheight,
                               call.filter);
}

}  // namespace

void bind_image_rs(nb::module_& m) {
  m.attr("dialect_image_rs") = true;
  def(m, "image_rs_resize", resize);
  def(m, "image_rs_plan_resize", plan_resize);
}

}  // namespace halfpixel::python
