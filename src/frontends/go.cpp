// Scale of Go's x/image/draw 0.48: where its samples lie and what they weigh. Colours have 16 bits
// (a byte times 257), sums are doubles that are never fused, columns come first.
#include <halfpixel/go.hpp>

#include <cmath>

#include "core/checked.hpp"
#include "frontends/dialect.hpp"
#include "frontends/go_words.hpp"
#include "frontends/plan_cache.hpp"

namespace halfpixel {
namespace go_dialect {
namespace {

using namespace dialect;
using go::draw::Interpolator;

constexpr double kMost = 65535;
constexpr double kOfByte = 257;

struct Axis {
  std::int64_t in, out;

  double scale() const { return static_cast<double>(in) / static_cast<double>(out); }
  double centre(std::int64_t i) const { return (static_cast<double>(i) + 0.5) * scale() - 0.5; }
};

double support_of(Interpolator interpolator) {
  return interpolator == Interpolator::catmull_rom ? 2 : 1;
}

// t: from 0 to the support.
double value_of(Interpolator interpolator, double t) {
  if (interpolator == Interpolator::bi_linear) return 1 - t;
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  return ((-0.5 * t + 2.5) * t - 4) * t + 2;
}

AxisTable nearest_axis(const Axis& axis) {
  return copy_axis(axis.in, axis.out,
                   [&](std::int64_t i) { return (2 * i + 1) * axis.in / (2 * axis.out); });
}

// unit: what becomes of one; a power of two leaves the bits of sums as they are.
AxisTable neighbours_axis(const Axis& axis, double unit) {
  return pair_axis<double>(axis.in, axis.out, [&](std::int64_t i) -> Pair<double> {
    const double at = axis.centre(i);
    const auto lower = static_cast<std::int64_t>(at);
    const double beyond = at - static_cast<double>(lower);
    if (at < 0) return {0, 0, unit, 0};
    if (lower + 1 > axis.in - 1) return {axis.in - 1, axis.in - 1, 0, unit};
    return {lower, lower + 1, (1 - beyond) * unit, beyond * unit};
  });
}

// Weights as they are, and behind them what a sum is multiplied with.
AxisTable kernel_axis(const Axis& axis, Interpolator interpolator, bool to_unit) {
  const double support = support_of(interpolator), wide = std::max(axis.scale(), 1.0);
  const double reach = support * wide, narrow = axis.scale() > 1 ? 1 / axis.scale() : 1.0;
  std::vector<Terms<double>> rows;
  rows.reserve(static_cast<std::size_t>(axis.out));
  for (std::int64_t i = 0; i < axis.out; ++i) {
    const double centre = axis.centre(i);
    const auto begin =
        std::max<std::int64_t>(static_cast<std::int64_t>(std::floor(centre - reach)), 0);
    const auto end = std::min(static_cast<std::int64_t>(std::ceil(centre + reach)), axis.in);
    Terms<double> terms{begin, {}};
    double total = 0;
    for (std::int64_t j = begin; j < end; ++j) {
      const double t = std::abs((centre - static_cast<double>(j)) * narrow);
      const double weight = t < support ? value_of(interpolator, t) : 0;
      if (terms.weights.empty() && weight == 0) {
        terms.first = j + 1;
        continue;
      }
      terms.weights.push_back(weight);
      total += weight;
    }
    const double inverse = 1 / total;
    terms.weights.push_back(to_unit ? inverse / kMost : inverse);
    rows.push_back(std::move(terms));
  }
  return taps_axis(axis.in, rows, 1);
}

void set_neighbours(PlanSpec& spec, const Axis (&axes)[2]) {
  // Bytes are the upper halves of sums of 16 bits, both cut off.
  spec.axis[0] = neighbours_axis(axes[0], spec.output_dtype == DType::uint8 ? 0x1p-8 : 1.0);
  spec.axis[1] = neighbours_axis(axes[1], 1.0);
}

void set_kernel(PlanSpec& spec, const Axis (&axes)[2], Interpolator interpolator) {
  for (int i = 0; i < 2; ++i) {
    spec.axis[i] = kernel_axis(axes[i], interpolator, i == 1);
    spec.sums.pass[i].order = SumOrder::scaled;
    spec.sums.pass[i].start = 0;
  }
  const int bits = spec.output_dtype == DType::uint8 ? 8 : 0;
  spec.sums.pass[0].finish = {Finish::Kind::unit, bits, 0, static_cast<std::int64_t>(kMost)};
  spec.sums.caps_at_alpha = spec.input_shape.rank() == 3 && spec.input_shape[2] == 4;
}

// Colours and their alpha are read together.
void run(const resample::Plan& plan, const ConstTensorView& src, const TensorView& dst) {
  const bool apart = src.shape().rank() == 3 && src.shape()[2] == 4 && src.stride(2) != 1;
  if (!apart) return plan.run(src, dst);
  const Tensor together(src);
  plan.run(together, dst);
}

resample::Plan plan_of(const Shape& shape, DType dtype, std::int64_t width, std::int64_t height,
                       Interpolator interpolator) {
  check_call(shape, dtype, width, height, interpolator);
  const int channel_axis = shape.rank() == 3 ? 2 : -1;
  PlanSpec spec = outlined({kScale,
                            std::string(name_of(interpolator)),
                            shape,
                            dtype,
                            {0, 1},
                            {height, width},
                            channel_axis});
  require_addressable(spec);
  const Axis axes[2] = {{shape[0], height}, {shape[1], width}};
  const bool kernel =
      interpolator == Interpolator::bi_linear || interpolator == Interpolator::catmull_rom;
  if (!kernel && spec.output_shape == shape) {
    set_identity(spec);
    return made(std::move(spec));
  }
  require_room(spec, kernel ? 2 * support_of(interpolator) + 1 : 2);
  if (interpolator == Interpolator::nearest_neighbor) {
    for (int i = 0; i < 2; ++i) spec.axis[i] = nearest_axis(axes[i]);
    return made(std::move(spec));
  }
  spec.form = Form::ordered;
  spec.order = Order::columns_first;
  spec.sums.number = Number::float64;
  if (dtype == DType::uint8) spec.sums.load_factor = kOfByte;
  if (kernel)
    set_kernel(spec, axes, interpolator);
  else
    set_neighbours(spec, axes);
  return made(std::move(spec));
}

}  // namespace
}  // namespace go_dialect

namespace go::draw {

resample::Plan plan_scale(const Shape& shape, DType dtype, std::int64_t width, std::int64_t height,
                          Interpolator interpolator) {
  const PlanKey key(go_dialect::kScale, shape, dtype, width, height, interpolator);
  return PlanCache::get(
      key, [&] { return go_dialect::plan_of(shape, dtype, width, height, interpolator); });
}

Tensor scale(const ConstTensorView& src, std::int64_t width, std::int64_t height,
             Interpolator interpolator) {
  const resample::Plan plan = plan_scale(src.shape(), src.dtype(), width, height, interpolator);
  Tensor result(plan.output_shape(), plan.output_dtype());
  go_dialect::run(plan, src, result);
  return result;
}

void scale(const ConstTensorView& src, std::int64_t width, std::int64_t height,
           Interpolator interpolator, const TensorView& dst) {
  go_dialect::run(plan_scale(src.shape(), src.dtype(), width, height, interpolator), src, dst);
}

}  // namespace go::draw
}  // namespace halfpixel
