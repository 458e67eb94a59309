// onnx::resize against the slow twin, on random calls.
#include <gtest/gtest.h>

#include "frontends/dialect_testing.hpp"
#include "frontends/twins/onnx_twin.hpp"

namespace {

namespace onnx = halfpixel::onnx;
using oracle::Dice;
using oracle::DType;
using oracle::Shape;
using oracle::Tensor;
using Coordinates = onnx::CoordinateTransformationMode;

// What changes, and how: axes in order, perhaps by name.
struct Layout {
  int rank;
  std::vector<int> change;
};
Layout random_layout(Dice& dice, onnx::Mode mode) {
  if (mode == onnx::Mode::nearest) {
    Layout any{static_cast<int>(dice.from(1, 5)), {}};
    for (int axis = 0; axis < any.rank; ++axis)
      if (dice.once_in(2)) any.change.push_back(axis);
    return any;
  }
  const std::vector<Layout> layouts{
      {4, {2, 3}}, {4, {1, 2}}, {2, {0, 1}}, {3, {0, 1, 2}}, {5, {2, 3, 4}}};
  return layouts[static_cast<std::size_t>(dice.from(0, mode == onnx::Mode::linear ? 4 : 2))];
}

void set_words(Dice& dice, onnx::ResizeOptions& o, std::size_t axes) {
  if (o.opset >= 11) {
    o.coordinate_transformation_mode = dice.any_of(onnx::coordinate_transformation_modes());
    if (o.mode == onnx::Mode::nearest) o.nearest_mode = dice.any_of(onnx::nearest_modes());
    if (o.mode == onnx::Mode::cubic) o.cubic_coeff_a = dice.any_of({-0.5F, -0.75F, -0.6F});
    if (o.mode == onnx::Mode::cubic || o.antialias) o.exclude_outside = dice.once_in(3);
  }
  if (o.coordinate_transformation_mode != Coordinates::tf_crop_and_resize) return;
  for (std::size_t i = 0; i < 2 * axes; ++i)
    o.roi.push_back(static_cast<float>(i < axes ? dice.real(-0.3, 0.6) : dice.real(0.4, 1.3)));
  o.extrapolation_value = dice.any_of({0.0F, 7.0F, -3.5F, 300.0F});
}

oracle::Trial random_call(Dice& dice) {
  onnx::ResizeOptions o{.mode = dice.any_of(onnx::modes()),
                        .opset = dice.any_of({19, 19, 19, 18, 13, 11, 10, 9, 7})};
  if (o.opset < 11 && o.mode == onnx::Mode::cubic) o.mode = onnx::Mode::linear;
  o.antialias = o.opset >= 18 && o.mode != onnx::Mode::nearest && dice.once_in(2);
  DType dtype = dice.any_of(
      {DType::float32, DType::float32, DType::float16, DType::uint8, DType::int8, DType::int32});
  if (o.mode == onnx::Mode::cubic && !o.antialias && !halfpixel::is_floating(dtype))
    dtype = DType::float32;
  const Layout layout = random_layout(dice, o.mode);
  const auto rank = static_cast<std::size_t>(layout.rank);
  std::vector<std::int64_t> extents(rank);
  for (auto& extent : extents) extent = dice.from(1, 3);
  for (const int axis : layout.change) extents[static_cast<std::size_t>(axis)] = dice.from(1, 9);
  std::vector<std::int64_t> axes;
  const bool named = o.opset >= 18 && !layout.change.empty() && dice.once_in(3);
  for (int axis = 0; axis < layout.rank; ++axis) {
    const bool changes = std::count(layout.change.begin(), layout.change.end(), axis) != 0;
    if (!named || changes) axes.push_back(axis);
  }
  if (named) {
    o.axes = axes;
    std::reverse(o.axes.begin(), o.axes.begin() + dice.from(1, static_cast<int>(axes.size())));
    for (auto& axis : o.axes) axis -= dice.once_in(4) ? layout.rank : 0;
  }
  const bool sized = o.opset >= 11 && dice.once_in(2);
  for (const std::int64_t given : named ? o.axes : axes) {
    const auto axis = static_cast<int>(given < 0 ? given + layout.rank : given);
    const bool changes = std::count(layout.change.begin(), layout.change.end(), axis) != 0;
    const double low = o.opset < 10 ? 1 : 0.3;
    if (sized)
      o.sizes.push_back(changes ? dice.from(1, 16) : extents[static_cast<std::size_t>(axis)]);
    else
      o.scales.push_back(!changes ? 1.0F
                         : dice.once_in(4)
                             ? 2.0F
                             : static_cast<float>(dice.real(low, dice.once_in(2) ? 1 : 3)));
  }
  if (sized && o.opset >= 18 && (named || o.mode == onnx::Mode::nearest) && dice.once_in(3))
    o.keep_aspect_ratio_policy = dice.any_of(onnx::keep_aspect_ratio_policies());
  set_words(dice, o, axes.size());
  Tensor x = dice.tensor(Shape(std::span<const std::int64_t>(extents)), dtype);
  if (dtype == DType::int32 && o.antialias) {  // sums that int32 does not hold are an error there
    for (std::int32_t& v : x.span<std::int32_t>()) v /= 4096;
  }
  std::ostringstream line;
  line.precision(9);
  line << name_of(o.mode) << " opset=" << o.opset << " antialias=" << o.antialias
       << " exclude_outside=" << o.exclude_outside << ' ' << dtype << x.shape();
  if (o.coordinate_transformation_mode) line << ' ' << name_of(*o.coordinate_transformation_mode);
  if (o.nearest_mode) line << ' ' << name_of(*o.nearest_mode);
  if (o.keep_aspect_ratio_policy) line << ' ' << name_of(*o.keep_aspect_ratio_policy);
  if (o.cubic_coeff_a) line << " a=" << *o.cubic_coeff_a;
  for (const auto axis : o.axes) line << " axis " << axis;
  for (const auto size : o.sizes) line << " size " << size;
  for (const auto scale : o.scales) line << " scale " << scale;
  for (const auto edge : o.roi) line << " roi " << edge;
  oracle::Trial trial{line.str(), [=] { return onnx::resize(x, o); },
                      [=] { return twin::onnx_resize(x, o); }};
  if (o.mode != onnx::Mode::nearest && rank == 4) {
    trial.plan = [=] { return onnx::plan_resize(x.shape(), dtype, o); };
    trial.in = x;
    trial.first_axis = layout.change[0];
  }
  return trial;
}

TEST(OnnxTwin, AgreesOnRandomCalls) {
  oracle::expect_twin(1, 3000, random_call);
}

}  // namespace
