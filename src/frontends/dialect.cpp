#include "frontends/dialect.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include "core/addressable.hpp"
#include "core/checked.hpp"

namespace halfpixel::dialect {

PlanSpec outlined(const Outline& outline) {
  PlanSpec spec;
  spec.speaker = outline.speaker;
  spec.method = outline.method;
  spec.input_shape = spec.output_shape = outline.input_shape;
  spec.spatial_rank = static_cast<int>(outline.spatial_axes.size());
  spec.spatial_axis = {-1, -1, -1};
  for (int i = 0; i < spec.spatial_rank; ++i) {
    const int axis = outline.spatial_axes[static_cast<std::size_t>(i)];
    spec.spatial_axis[i] = axis;
    spec.output_shape[axis] = outline.size[static_cast<std::size_t>(i)];
  }
  spec.channel_axis = outline.channel_axis;
  spec.input_dtype = spec.output_dtype = spec.cast_dtype = outline.dtype;
  return spec;
}

void require_addressable(const PlanSpec& spec) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  for (const Shape& shape : {spec.input_shape, spec.output_shape}) {
    for (int i = 0; i < spec.spatial_rank; ++i) {
      const std::int64_t side = shape[spec.spatial_axis[i]];
      if (side > kMost) {
        fail(ErrorCode::invalid_argument, "[", spec.speaker,
             "] sides must be at most 2147483647; got shape ", shape);
      }
    }
  }
  halfpixel::require_addressable(spec.speaker, "input", spec.input_shape);
  halfpixel::require_addressable(spec.speaker, "output", spec.output_shape);
}

void require_room(const PlanSpec& spec, double terms) {
  double bytes = 0;
  for (int i = 0; i < spec.spatial_rank; ++i) {
    const auto in = static_cast<double>(spec.input_shape[spec.spatial_axis[i]]);
    const auto out = static_cast<double>(spec.output_shape[spec.spatial_axis[i]]);
    if (out == 0) continue;  // 0 of 0 is no number
    // While tables are made, terms are kept once more.
    bytes += out * (48 + 24 * std::min(terms * std::max(in / out, 1.0) + 2, in + 4));
  }
  resample::require_table_room(spec.speaker, bytes);
}

double sinc(double x) {
  if (x == 0) return 1;
  x *= std::numbers::pi;
  return std::sin(x) / x;
}

void set_identity(PlanSpec& spec) {
  spec.form = spec.input_dtype == spec.output_dtype ? Form::move : Form::cast;
}

resample::Plan made(PlanSpec spec) {
  return resample::make_plan(std::move(spec));
}

std::vector<resample::Plan> made(std::vector<PlanSpec> specs) {
  std::vector<resample::Plan> plans;
  for (PlanSpec& spec : specs) plans.push_back(made(std::move(spec)));
  return plans;
}

Tensor run(const resample::Plan& plan, const ConstTensorView& src) {
  Tensor result(plan.output_shape(), plan.output_dtype());
  plan.run(src, result);
  return result;
}

Tensor run(const std::vector<resample::Plan>& plans, const ConstTensorView& src) {
  Tensor result(plans.back().output_shape(), plans.back().output_dtype());
  run(plans, src, result);
  return result;
}

void run(const std::vector<resample::Plan>& plans, const ConstTensorView& src,
         const TensorView& out) {
  if (plans.size() == 1) return plans.front().run(src, out);
  Tensor between = run(plans.front(), src);
  for (std::size_t i = 1; i + 1 < plans.size(); ++i) between = run(plans[i], between);
  plans.back().run(between, out);
}

void require_single(std::string_view speaker, const std::vector<resample::Plan>& plans) {
  if (plans.size() == 1) return;
  fail(ErrorCode::unsupported, "[", speaker,
       "] shape must change along at most three axes in a plan; got more, which resize takes");
}

}  // namespace halfpixel::dialect
