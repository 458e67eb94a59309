#include "frontends/jax_axis.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "frontends/dialect.hpp"

namespace halfpixel::jax {
namespace {

using Method = image::ResizeMethod;

float lanczos(float x, float radius) {
  if (x > radius) return 0;
  if (!(x > 1e-3f)) return 1;
  constexpr double kPi = std::numbers::pi;
  constexpr auto kPiFloat = static_cast<float>(kPi);
  const auto sine = [](float v) { return static_cast<float>(std::sin(double{v})); };
  // The source says pi x / radius; constants come first in the compiled program.
  const float y = radius * sine(kPiFloat * x) * sine(x * (kPiFloat * (1 / radius)));
  return y / (static_cast<float>(kPi * kPi) * (x * x));
}

// In the compiled program products and sums of the polynomials are fused.
float keys_cubic(float x) {
  if (x >= 2) return 0;
  if (x >= 1) return std::fma(std::fma(std::fma(-0.5f, x, 2.5f), x, -4.0f), x, 2.0f);
  return std::fma(std::fma(1.5f, x, -2.5f) * x, x, 1.0f);
}

float opencv_cubic(float x, bool fused) {
  constexpr float a = -0.75f;
  const auto add = [&](float u, float v, float w) { return fused ? std::fma(u, v, w) : u * v + w; };
  if (x >= 2) return 0;
  if (x >= 1) return add(add(add(a, x, -5 * a), x, 8 * a), x, -4 * a);
  return add(add(a + 2, x, -(a + 3)) * x, x, 1);
}

// From so many outputs on the compiler makes a loop of vectors, which fuses; in what it unrolls,
// and after the last whole vector, it works constants out itself. Measured, for all source lengths.
std::int64_t fused_from(Method method) {
  switch (method) {
    case Method::lanczos3:
    case Method::lanczos5:
      return 40;
    case Method::cubic_pytorch:
      return 11;
    default:
      return 96;
  }
}

float radius_of(Method method) {
  switch (method) {
    case Method::lanczos3:
      return 3;
    case Method::lanczos5:
      return 5;
    case Method::cubic:
    case Method::cubic_pytorch:
      return 2;
    default:
      return 1;
  }
}

// Of a distance in source positions; `inverse` is 1 / the kernel's scale.
float kernel_of(Method method, float distance, float inverse, bool fused) {
  switch (method) {
    case Method::lanczos3:
    case Method::lanczos5:
      return lanczos(distance * inverse, radius_of(method));
    case Method::cubic:
      return keys_cubic(distance * inverse);
    case Method::cubic_pytorch:
      return opencv_cubic(distance * inverse, fused);
    default:
      return std::max(0.0f, std::fma(-distance, inverse, 1.0f));
  }
}

struct Sampling {
  std::int64_t in, out;
  float step;   // source positions from one output to the next
  float scale;  // of the kernel
  bool fused;

  float sample(std::int64_t i) const {
    const float center = static_cast<float>(i) + 0.5f;
    constexpr std::int64_t kLanes = 8;
    const bool in_loop = fused && i < out / kLanes * kLanes;
    return in_loop ? std::fma(center, step, -0.5f) : center * step - 0.5f;
  }
};

// Weights of source positions [first, first + count), before they are normalised.
dialect::Terms<float> kernel_terms(const Sampling& s, Method method, std::int64_t i) {
  const float center = s.sample(i), reach = radius_of(method) * s.scale;
  const bool edges = method == Method::cubic_pytorch;
  const std::int64_t low = edges ? -2 : 0, high = edges ? s.in + 1 : s.in - 1;
  const auto first = std::clamp(static_cast<std::int64_t>(std::floor(center - reach)), low, high);
  const auto last = std::clamp(static_cast<std::int64_t>(std::ceil(center + reach)), low, high);
  dialect::Terms<float> terms{std::clamp<std::int64_t>(first, 0, s.in - 1), {}};
  const std::int64_t end = std::clamp<std::int64_t>(last, 0, s.in - 1) + 1;
  terms.weights.assign(static_cast<std::size_t>(end - terms.first), 0.0f);
  for (std::int64_t j = first; j <= last; ++j) {
    const std::int64_t to = std::clamp<std::int64_t>(j, terms.first, end - 1) - terms.first;
    const float distance = std::fabs(center - static_cast<float>(j));
    terms.weights[static_cast<std::size_t>(to)] +=
        kernel_of(method, distance, 1 / s.scale, s.fused);
  }
  return terms;
}

dialect::Terms<float> area_terms(const Sampling& s, std::int64_t i) {
  const float left = static_cast<float>(i) * s.step, right = left + s.step;
  const auto inside = [&](float x) {
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(x)), 0, s.in - 1);
  };
  dialect::Terms<float> terms{inside(left), {}};
  for (std::int64_t j = terms.first; j <= inside(right); ++j) {
    const auto begin = static_cast<float>(j);
    terms.weights.push_back(std::max(0.0f, std::min(right, begin + 1) - std::max(left, begin)));
  }
  return terms;
}

void normalise(const Sampling& s, Method method, std::int64_t i, std::vector<float>& weights) {
  float total = 0;
  for (const float weight : weights) total += weight;
  const float center = s.sample(i);
  const bool edges = method == Method::cubic_pytorch;
  const bool outside = !edges && !(center >= -0.5f && center <= static_cast<float>(s.in) - 0.5f);
  const bool vanishes = !(std::fabs(total) > 1000 * std::numeric_limits<float>::epsilon());
  const float factor = 1 / total;
  for (float& weight : weights) weight = outside || vanishes ? 0 : weight * factor;
}

float rounded_to(DType dtype, float weight) {
  if (dtype == DType::float16) return static_cast<float>(float16(weight));
  return dtype == DType::bfloat16 ? static_cast<float>(bfloat16(weight)) : weight;
}

}  // namespace

// The source says (i + 0.5) * in / out; the compiled program has the two constants multiplied.
resample::AxisTable nearest_axis(std::int64_t in, std::int64_t out) {
  const float step = static_cast<float>(in) * (1.0f / static_cast<float>(out));
  return dialect::copy_axis(in, out, [&](std::int64_t i) {
    return static_cast<std::int64_t>(std::floor((static_cast<float>(i) + 0.5f) * step));
  });
}

resample::AxisTable weights_axis(std::int64_t in, std::int64_t out, Method method, bool antialias,
                                 DType dtype) {
  const double factor = static_cast<double>(out) / static_cast<double>(in);
  const auto step = static_cast<float>(1.0 / factor);
  const Sampling sampling{in, out, step, antialias ? std::max(step, 1.0f) : 1.0f,
                          out >= fused_from(method)};
  std::vector<dialect::Terms<float>> rows;
  rows.reserve(static_cast<std::size_t>(out));
  for (std::int64_t i = 0; i < out; ++i) {
    dialect::Terms<float> terms =
        method == Method::area ? area_terms(sampling, i) : kernel_terms(sampling, method, i);
    normalise(sampling, method, i, terms.weights);
    for (float& weight : terms.weights) weight = rounded_to(dtype, weight);
    rows.push_back(std::move(terms));
  }
  return dialect::taps_axis(in, rows);
}

}  // namespace halfpixel::jax
