// mlx.nn.Upsample of MLX 0.32: where its samples lie, their weights, all in float32, and in which
// order they are summed: one axis after the other, from the first on, or all taps at once by
// products of weights.
#include <halfpixel/mlx.hpp>

#include <cmath>
#include <utility>

#include "core/checked.hpp"
#include "frontends/dialect.hpp"
#include "frontends/mlx_words.hpp"
#include "frontends/plan_cache.hpp"

namespace halfpixel {
namespace mlx_dialect {
namespace {

using namespace dialect;
using mlx::nn::UpsampleMode;
using mlx::nn::UpsampleOptions;
using resample::GatherTable;

// Positions in the source of all outputs.
std::vector<float> positions(const Scaled& axis, bool align_corners) {
  const auto in = static_cast<double>(axis.in), out = static_cast<double>(axis.out);
  const double corner_step = (in - 1) / std::max(out - 1, 1.0);
  const double centred_step = 1 / axis.factor;
  const auto step = static_cast<float>(align_corners ? corner_step : centred_step);
  const auto start =
      static_cast<float>(align_corners ? 0 : ((out - 1) * centred_step - in + 1) / 2);
  std::vector<float> all;
  for (std::int64_t i = 0; i < axis.out; ++i) {
    const float at = static_cast<float>(i) * step;
    all.push_back(align_corners ? at : at - start);
  }
  return all;
}

// Of factors that are not all whole.
std::int64_t nearest(const Scaled& axis, std::int64_t i) {
  const auto step =
      static_cast<float>(static_cast<double>(axis.in) / static_cast<double>(axis.out));
  const auto at = static_cast<float>(i);
  if (axis.out <= axis.in) return static_cast<std::int64_t>(at * step);
  return static_cast<std::int64_t>(std::nearbyint((at + 0.5f) * step - 0.5f));
}

AxisTable linear_axis(const Scaled& axis, bool align_corners) {
  const std::vector<float> all = positions(axis, align_corners);
  return pair_axis<float>(axis.in, axis.out, [&](std::int64_t i) {
    const float at =
        std::min(std::max(all[static_cast<std::size_t>(i)], 0.0f), static_cast<float>(axis.in - 1));
    const float below = std::floor(at), part = at - below;
    return Pair<float>{static_cast<std::int64_t>(below), static_cast<std::int64_t>(std::ceil(at)),
                       1 - part, part};
  });
}

float near_cubic(float x, float a) {
  return ((a + 2) * x - (a + 3)) * x * x + 1;
}
float far_cubic(float x, float a) {
  return (((x - 5) * x + 8) * x - 4) * a;
}

// Each position's own two neighbours, then the two beyond them, in this order.
GatherTable cubic_table(const Scaled& axis, bool align_corners) {
  constexpr float a = -0.75f;
  GatherTable table;
  table.src_len = axis.in;
  table.dst_len = axis.out;
  table.begin.push_back(0);
  for (const float at : positions(axis, align_corners)) {
    const float left = std::floor(at), right = std::floor(at + 1);
    const auto add = [&](float place, float weight) {
      const auto inside = std::min(std::max(place, 0.0f), static_cast<float>(axis.in - 1));
      table.group.push_back(
          {static_cast<std::int32_t>(inside), static_cast<std::int32_t>(table.weights.size()), 1});
      table.weights.push_back(weight);
    };
    add(left, near_cubic(std::fabs(at - left), a));
    add(right, near_cubic(std::fabs(at - right), a));
    add(left - 1, far_cubic(std::fabs(at - (left - 1)), a));
    add(right + 1, far_cubic(std::fabs(at - (right + 1)), a));
    table.begin.push_back(static_cast<std::int32_t>(table.group.size()));
  }
  return table;
}

float wide_kernel(UpsampleMode mode, float x) {
  if (mode == UpsampleMode::linear) return std::max(1 - x, 0.0f);
  constexpr float a = -0.5f;
  return x <= 1 ? near_cubic(x, a) : x <= 2 ? far_cubic(x, a) : 0;
}

double radius_of(UpsampleMode mode) {
  return mode == UpsampleMode::linear ? 1 : 2;
}

// Wider where it shrinks. Taps outside of the image count 0, but are multiplied all the same.
AxisTable wide_axis(const Scaled& axis, UpsampleMode mode) {
  const double widening = axis.factor < 1 ? 1 / axis.factor : 1;
  const auto reach = static_cast<std::int64_t>(std::ceil(radius_of(mode) * widening));
  const double taps = 2 * static_cast<double>(reach) + 1;
  resample::require_table_room(kWho, static_cast<double>(axis.out) * (48 + 24 * taps));
  std::vector<Terms<float>> rows;
  for (const float at : positions(axis, false)) {
    const auto center = static_cast<std::int64_t>(std::floor(at));
    Terms<float> terms{center - reach, {}};
    float total = 0;
    for (std::int64_t place = center - reach; place <= center + reach; ++place) {
      const float distance =
          std::fabs(at - static_cast<float>(place)) / static_cast<float>(widening);
      const bool inside = place >= 0 && place < axis.in;
      terms.weights.push_back(inside ? wide_kernel(mode, distance) : 0);
      total += terms.weights.back();
    }
    for (float& weight : terms.weights) weight /= total > 0 ? total : 1;
    rows.push_back(std::move(terms));
  }
  return taps_axis(axis.in, rows);
}

class Planner {
 public:
  Planner(const Shape& shape, DType dtype, const UpsampleOptions& options)
      : shape_(shape), dtype_(dtype), options_(options) {
    check_call(shape, dtype, options);
    axes_ = scaled_axes(shape, options);
  }

  std::vector<PlanSpec> specs() const {
    const auto count = static_cast<int>(axes_.size());
    if (options_.mode == UpsampleMode::nearest) return {copies(outlined_axes(shape_, 0, count))};
    if (options_.antialias) return wide();
    if (options_.mode == UpsampleMode::cubic) return {cubic(outlined_axes(shape_, 0, count))};
    PlanSpec spec = outlined_axes(shape_, 0, count);
    const bool at_once = options_.align_corners && count > 1;
    for (int i = 0; i < count; ++i) spec.axis[i] = linear_axis(axis(i), options_.align_corners);
    if (at_once) {
      spec.form = Form::corners;
      spec.corners.order = CornerOrder::planes_first;
      spec.corners.start = 0;
      return {spec};
    }
    if (count < 3) return {summed(std::move(spec))};
    return halves([&](int i) { return linear_axis(axis(i), false); });
  }

 private:
  const Scaled& axis(int i) const { return axes_[static_cast<std::size_t>(i)]; }

  // Spatial axes [begin, end) change.
  PlanSpec outlined_axes(const Shape& input, int begin, int end) const {
    std::vector<int> spatial;
    std::vector<std::int64_t> size;
    for (int i = begin; i < end; ++i) {
      spatial.push_back(i + 1);
      size.push_back(axis(i).out);
    }
    std::string method(mlx::nn::name_of(options_.mode));
    if (options_.align_corners) method += " align_corners";
    if (options_.antialias) method += " antialias";
    const bool copies = options_.mode == UpsampleMode::nearest;
    const DType dtype = begin == 0 || copies ? dtype_ : DType::float32;
    PlanSpec spec =
        outlined({kWho, std::move(method), input, dtype, spatial, size, input.rank() - 1});
    if (!copies) spec.output_dtype = DType::float32;
    require_addressable(spec);
    require_room(spec, 2 * radius_of(options_.mode) + 4);
    return spec;
  }

  PlanSpec copies(PlanSpec spec) const {
    bool whole = true;
    for (const Scaled& one : axes_) whole = whole && one.factor == std::trunc(one.factor);
    for (int i = 0; i < spec.spatial_rank; ++i) {
      const Scaled& one = axis(i);
      spec.axis[i] = copy_axis(one.in, one.out, [&](std::int64_t output) {
        return whole ? output / (one.out / one.in) : nearest(one, output);
      });
      resample::find_repetition(spec.axis[i]);
    }
    return spec;
  }

  static PlanSpec summed(PlanSpec spec) {
    spec.form = Form::ordered;
    spec.order = spec.spatial_rank > 1 ? Order::rows_first : Order::columns_first;
    for (OrderedSums::Pass& pass : spec.sums.pass) pass.start = 0;
    return spec;
  }

  PlanSpec cubic(PlanSpec spec) const {
    spec.form = Form::gather;
    spec.multiplies_weights = true;
    spec.flushes = false;
    for (int i = 0; i < spec.spatial_rank; ++i)
      spec.gather[i] = cubic_table(axis(i), options_.align_corners);
    return spec;
  }

  std::vector<PlanSpec> wide() const {
    const auto table = [&](int i) { return wide_axis(axis(i), options_.mode); };
    const auto count = static_cast<int>(axes_.size());
    if (count == 3) return halves(table);
    PlanSpec spec = outlined_axes(shape_, 0, count);
    for (int i = 0; i < count; ++i) spec.axis[i] = table(i);
    return {summed(std::move(spec))};
  }

  // Of volumes planes first, then the rest.
  template <class Table>
  std::vector<PlanSpec> halves(Table table) const {
    PlanSpec planes = outlined_axes(shape_, 0, 1);
    planes.axis[0] = table(0);
    PlanSpec rest = outlined_axes(planes.output_shape, 1, 3);
    for (int i = 0; i < 2; ++i) rest.axis[i] = table(i + 1);
    return {summed(std::move(planes)), summed(std::move(rest))};
  }

  Shape shape_;
  DType dtype_;
  UpsampleOptions options_;
  std::vector<Scaled> axes_;
};

std::vector<resample::Plan> plans_of(const Shape& shape, DType dtype,
                                     const UpsampleOptions& options) {
  const PlanKey key(kWho, shape, dtype, options.scale_factor, options.mode, options.align_corners,
                    options.antialias);
  return PlanCache::get_all(key, [&] { return made(Planner(shape, dtype, options).specs()); });
}

}  // namespace
}  // namespace mlx_dialect

namespace mlx::nn {

Tensor upsample(const ConstTensorView& x, const UpsampleOptions& options) {
  return dialect::run(mlx_dialect::plans_of(x.shape(), x.dtype(), options), x);
}

void upsample(const ConstTensorView& x, const UpsampleOptions& options, const TensorView& out) {
  dialect::run(mlx_dialect::plans_of(x.shape(), x.dtype(), options), x, out);
}

resample::Plan plan_upsample(const Shape& shape, DType dtype, const UpsampleOptions& options) {
  std::vector<resample::Plan> plans = mlx_dialect::plans_of(shape, dtype, options);
  if (plans.size() > 1) {
    fail(ErrorCode::unsupported, "[", mlx_dialect::kWho,
         "] linear of three axes without align_corners, and antialias of three, are more than one "
         "plan; upsample takes them; got shape ",
         shape);
  }
  return std::move(plans.front());
}

}  // namespace mlx::nn
}  // namespace halfpixel
