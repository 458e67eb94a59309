// Where an output of OpenCV's kernels looks, and how it weighs what it finds there.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <halfpixel/opencv.hpp>

#include "frontends/twins/twin.hpp"

namespace twin::opencv {

using Flag = halfpixel::cv::InterpolationFlags;

struct Axis {
  Index in, out;
  double inverse;  // out / in, or the factor that was given
  double step() const { return 1.0 / inverse; }
  Index clamped(Index i) const { return std::clamp<Index>(i, 0, in - 1); }
  // 0: not whole.
  Index whole_step() const {
    const double nearest = std::nearbyint(step());
    const bool is = std::abs(step() - nearest) < std::numeric_limits<double>::epsilon();
    return is ? static_cast<Index>(nearest) : 0;
  }
};

inline Index floored(double v) {
  return static_cast<Index>(std::floor(v));
}

struct Image {
  const Tensor& pixels;
  Index channels;
  double at(Index y, Index x, Index c) const {
    return value(pixels, (y * pixels.shape()[1] + x) * channels + c);
  }
};

// Where the taps of output i begin, and how far it lies beyond a pixel.
struct Place {
  Index pixel;
  float beyond;
};
inline Place centred(const Axis& axis, Index i) {
  const auto at = static_cast<float>((static_cast<double>(i) + 0.5) * axis.step() - 0.5);
  return {floored(static_cast<double>(at)), at - std::floor(at)};
}
// Of INTER_AREA when it enlarges.
inline Place left_aligned(const Axis& axis, Index i) {
  const Index pixel = floored(static_cast<double>(i) * axis.step());
  const auto f = static_cast<float>(static_cast<double>(i + 1) -
                                    static_cast<double>(pixel + 1) * axis.inverse);
  return {pixel, f <= 0 ? 0 : f - std::floor(f)};
}

inline std::vector<float> weights_of(Flag flag, float x) {
  if (flag == Flag::inter_cubic) {
    const float a = -0.75F, y = x + 1, z = 1 - x;
    const float w0 = ((a * y - 5 * a) * y + 8 * a) * y - 4 * a;
    const float w1 = ((a + 2) * x - (a + 3)) * x * x + 1;
    const float w2 = ((a + 2) * z - (a + 3)) * z * z + 1;
    return {w0, w1, w2, 1.0F - w0 - w1 - w2};
  }
  if (flag != Flag::inter_lanczos4) return {1.0F - x, x};
  // sin(y0 + k π / 4) from the sine and cosine of y0.
  const double r = std::sqrt(0.5), y0 = -static_cast<double>(x + 3) * std::numbers::pi * 0.25;
  const double of_sine[] = {1, -r, 0, r, -1, r, 0, -r}, of_cosine[] = {0, -r, 1, -r, 0, r, -1, r};
  std::vector<float> weights;
  float sum = 0;
  for (int k = 0; k < 8; ++k) {
    const float away = x + 3 - static_cast<float>(k);
    const double y = -static_cast<double>(away) * std::numbers::pi * 0.25;
    const double sine = of_sine[k] * std::sin(y0) + of_cosine[k] * std::cos(y0);
    weights.push_back(std::abs(away) < 1e-6F ? 1e30F : static_cast<float>(sine / (y * y)));
    sum += weights.back();
  }
  for (float& w : weights) w *= 1.0F / sum;
  return weights;
}

struct Taps {
  Index first;
  std::vector<float> weights;
};
inline Taps taps_of(Flag flag, Place place) {
  const Index before = flag == Flag::inter_cubic ? 1 : flag == Flag::inter_lanczos4 ? 3 : 0;
  return {place.pixel - before, weights_of(flag, place.beyond)};
}

}  // namespace twin::opencv
