#include "frontends/opencv_axis.hpp"

#include <numbers>

namespace halfpixel::opencv {
namespace {

std::vector<float> cubic_weights(float x) {
  constexpr float kA = -0.75f;
  const auto near = [&](float t) { return ((kA + 2) * t - (kA + 3)) * t * t + 1; };
  const float far = ((kA * (x + 1) - 5 * kA) * (x + 1) + 8 * kA) * (x + 1) - 4 * kA;
  const float left = near(x), right = near(1 - x);
  return {far, left, right, 1.0f - far - left - right};
}

std::vector<float> lanczos_weights(float x) {
  constexpr double kRoot = 0.70710678118654752440084436210485, kQuarter = std::numbers::pi * 0.25;
  constexpr double kTurns[8][2] = {{1, 0},  {-kRoot, -kRoot}, {0, 1},  {kRoot, -kRoot},
                                   {-1, 0}, {kRoot, kRoot},   {0, -1}, {-kRoot, kRoot}};
  const double start = -static_cast<double>(x + 3) * kQuarter;
  const double sine = std::sin(start), cosine = std::cos(start);
  std::vector<float> weights;
  float sum = 0;
  for (int i = 0; i < 8; ++i) {
    const float distance = x + 3 - static_cast<float>(i);
    float weight = 1e30f;
    if (std::abs(distance) >= 1e-6f) {
      const double y = -static_cast<double>(distance) * kQuarter;
      weight = static_cast<float>((kTurns[i][0] * sine + kTurns[i][1] * cosine) / (y * y));
    }
    weights.push_back(weight);
    sum += weight;
  }
  sum = 1.0f / sum;
  for (float& weight : weights) weight *= sum;
  return weights;
}

}  // namespace

AxisTable nearest(const Side& side) {
  return dialect::copy_axis(side.in, side.out, [&](std::int64_t i) {
    return floor_of(static_cast<double>(i) * side.step);
  });
}

AxisTable nearest_exact(const Side& side) {
  const double step = static_cast<double>(side.in) / static_cast<double>(side.out);
  double centre = 0.5 * step;
  return dialect::copy_axis(side.in, side.out, [&](std::int64_t) {
    const std::int64_t at = floor_of(centre);
    centre += step;
    return at;
  });
}

Sample centred(const Side& side, std::int64_t i) {
  const auto at = static_cast<float>((static_cast<double>(i) + 0.5) * side.step - 0.5);
  const float first = std::floor(at);
  return {static_cast<std::int64_t>(first), at - first};
}

Sample area_like(const Side& side, std::int64_t i) {
  const std::int64_t first = floor_of(static_cast<double>(i) * side.step);
  const auto fraction = static_cast<float>(static_cast<double>(i + 1) -
                                           static_cast<double>(first + 1) * side.inverse);
  return {first, fraction <= 0 ? 0 : fraction - std::floor(fraction)};
}

std::vector<float> weights_of(Taps kind, float x) {
  switch (kind) {
    case Taps::linear:
      return {1.0f - x, x};
    case Taps::cubic:
      return cubic_weights(x);
    default:
      return lanczos_weights(x);
  }
}

}  // namespace halfpixel::opencv
