#include <halfpixel/opencv.hpp>

#include "bindings.hpp"

namespace halfpixel::python {
namespace {

constexpr const char* kWho = "cv.resize";

cv::ResizeOptions options_of(nb::handle fx, nb::handle fy, nb::handle interpolation) {
  return {
      .fx = to_number(fx, kWho, "fx"),
      .fy = to_number(fy, kWho, "fy"),
      .interpolation = cv::to_interpolation_flags(to_text(interpolation, kWho, "interpolation"))};
}

// None or (0, 0): from fx and fy.
cv::Size dsize_of(nb::handle value) {
  if (value.is_none()) return {};
  const std::vector<std::int64_t> sides = to_integers(value, kWho, "dsize");
  if (sides.empty()) return {};
  if (sides.size() != 2) {
    throw value_fault("[cv.resize] dsize must be (width, height); got " +
                      nb::cast<std::string>(nb::repr(value)));
  }
  return {sides[0], sides[1]};
}

nb::object resize(nb::handle src, nb::handle dsize, nb::handle fx, nb::handle fy,
                  nb::handle interpolation, nb::handle out) {
  const cv::ResizeOptions options = options_of(fx, fy, interpolation);
  const cv::Size target = dsize_of(dsize);
  return apply(src, out, kWho, "src", [&](const Shape& shape, DType dtype) {
    return cv::plan_resize(shape, dtype, target, options);
  });
}

resample::Plan plan_resize(nb::handle shape, nb::handle dtype, nb::handle dsize, nb::handle fx,
                           nb::handle fy, nb::handle interpolation) {
  return cv::plan_resize(to_shape(shape, kWho, "shape"), to_dtype_argument(dtype, kWho, "dtype"),
                         dsize_of(dsize), options_of(fx, fy, interpolation));
}

}  // namespace

void bind_opencv(nb::module_& m) {
  m.attr("dialect_opencv") = true;
  def(m, "cv_resize", resize);
  def(m, "cv_plan_resize", plan_resize);
}

}  // namespace halfpixel::python
