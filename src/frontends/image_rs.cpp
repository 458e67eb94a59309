// imageops::resize of the Rust crate image 0.25.10: where its samples lie and what they weigh, all
// in float32. Rows are summed first; what lies between the passes is neither rounded nor clamped.
#include <halfpixel/image_rs.hpp>

#include <cmath>

#include "core/checked.hpp"
#include "frontends/dialect.hpp"
#include "frontends/image_rs_words.hpp"
#include "frontends/plan_cache.hpp"
#include "resample/filters.hpp"

namespace halfpixel {
namespace image_rs_dialect {
namespace {

using namespace dialect;
using image_rs::FilterType;

constexpr float kPi = 3.14159274f;

float sinc(float t) {
  const float a = std::abs(t) * kPi;
  return t == 0 ? 1.0f : resample::sinf_of_glibc(a) / a;
}

// The BC-spline for B = 0 and C = 0.5, as the crate adds its terms up.
float catmull_rom(float x) {
  const float a = std::abs(x), squared = a * a, cubed = a * squared;
  if (a < 1) return (9.0f * cubed + -15.0f * squared + 6.0f) / 6.0f;
  if (a < 2) return (-3.0f * cubed + 15.0f * squared + -24.0f * a + 12.0f) / 6.0f;
  return 0;
}

float gaussian(float x) {
  constexpr float kSigma = 0.5f;
  static const float scale = 1.0f / (std::sqrt(2.0f * kPi) * kSigma);
  return scale * resample::expf_of_glibc(-(x * x) / (2.0f * (kSigma * kSigma)));
}

float value_of(FilterType filter, float x) {
  switch (filter) {
    case FilterType::nearest:
      return 1;
    case FilterType::triangle:
      return std::abs(x) < 1 ? 1.0f - std::abs(x) : 0.0f;
    case FilterType::catmull_rom:
      return catmull_rom(x);
    case FilterType::gaussian:
      return gaussian(x);
    case FilterType::lanczos3:
      return std::abs(x) < 3 ? sinc(x) * sinc(x / 3.0f) : 0.0f;
  }
  return 0;
}

float support_of(FilterType filter) {
  switch (filter) {
    case FilterType::nearest:
      return 0;
    case FilterType::triangle:
      return 1;
    case FilterType::catmull_rom:
      return 2;
    default:
      return 3;
  }
}

struct Axis {
  std::int64_t in, out;

  float ratio() const { return static_cast<float>(in) / static_cast<float>(out); }
  float centre(std::int64_t i) const { return (static_cast<float>(i) + 0.5f) * ratio(); }
};

std::int64_t nearest(const Axis& axis, std::int64_t i) {
  return static_cast<std::int64_t>(std::floor(axis.centre(i)));
}

// Zeros among the weights stay: they make NaNs of infinities.
AxisTable weights_axis(const Axis& axis, FilterType filter) {
  const float wide = std::max(axis.ratio(), 1.0f), support = support_of(filter) * wide;
  std::vector<Terms<float>> rows;
  rows.reserve(static_cast<std::size_t>(axis.out));
  for (std::int64_t i = 0; i < axis.out; ++i) {
    const float centre = axis.centre(i);
    const auto left = std::clamp<std::int64_t>(
        static_cast<std::int64_t>(std::floor(centre - support)), 0, axis.in - 1);
    const auto right = std::clamp<std::int64_t>(
        static_cast<std::int64_t>(std::ceil(centre + support)), left + 1, axis.in);
    Terms<float> terms{left, {}};
    float sum = 0;
    for (std::int64_t j = left; j < right; ++j) {
      terms.weights.push_back(value_of(filter, (static_cast<float>(j) - (centre - 0.5f)) / wide));
      sum += terms.weights.back();
    }
    for (float& weight : terms.weights) weight /= sum;
    rows.push_back(std::move(terms));
  }
  return taps_axis(axis.in, rows);
}

void set_sums(PlanSpec& spec, const Axis (&axes)[2], FilterType filter) {
  spec.form = Form::ordered;
  spec.order = Order::rows_first;
  spec.sums.number = Number::float32;
  for (int i = 0; i < 2; ++i) {
    spec.axis[i] = weights_axis(axes[i], filter);
    spec.sums.pass[i].start = 0;
  }
  Finish& finish = spec.sums.pass[1].finish;
  if (spec.output_dtype == DType::uint8) finish = {Finish::Kind::away, 0, 0, 255};
  if (spec.output_dtype == DType::uint16) finish = {Finish::Kind::away, 0, 0, 65535};
  if (spec.output_dtype == DType::float32) finish = {Finish::Kind::clamp, 0, 0, 1};
}

resample::Plan plan_of(const Shape& shape, DType dtype, std::int64_t nwidth, std::int64_t nheight,
                       FilterType filter) {
  check_call(shape, dtype, nwidth, nheight, filter);
  const int channel_axis = shape.rank() == 3 ? 2 : -1;
  PlanSpec spec = outlined({kResize,
                            std::string(name_of(filter)),
                            shape,
                            dtype,
                            {0, 1},
                            {nheight, nwidth},
                            channel_axis});
  require_addressable(spec);
  const Axis axes[2] = {{shape[0], nheight}, {shape[1], nwidth}};
  if (spec.output_shape == shape) {
    set_identity(spec);
    return made(std::move(spec));
  }
  require_room(spec, 2 * static_cast<double>(support_of(filter)));
  if (filter == FilterType::nearest && dtype != DType::float32) {
    for (int i = 0; i < 2; ++i) {
      const Axis& axis = axes[i];
      spec.axis[i] = copy_axis(axis.in, axis.out, [&](std::int64_t k) { return nearest(axis, k); });
    }
  } else {
    set_sums(spec, axes, filter);
  }
  return made(std::move(spec));
}

}  // namespace
}  // namespace image_rs_dialect

namespace image_rs::imageops {

resample::Plan plan_resize(const Shape& shape, DType dtype, std::int64_t nwidth,
                           std::int64_t nheight, FilterType filter) {
  const PlanKey key(image_rs_dialect::kResize, shape, dtype, nwidth, nheight, filter);
  return PlanCache::get(
      key, [&] { return image_rs_dialect::plan_of(shape, dtype, nwidth, nheight, filter); });
}

Tensor resize(const ConstTensorView& image, std::int64_t nwidth, std::int64_t nheight,
              FilterType filter) {
  return dialect::run(plan_resize(image.shape(), image.dtype(), nwidth, nheight, filter), image);
}

void resize(const ConstTensorView& image, std::int64_t nwidth, std::int64_t nheight,
            FilterType filter, const TensorView& out) {
  plan_resize(image.shape(), image.dtype(), nwidth, nheight, filter).run(image, out);
}

}  // namespace image_rs::imageops
}  // namespace halfpixel
