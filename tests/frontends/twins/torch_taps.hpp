// Where an output of PyTorch's kernels looks, and how it weighs what it finds there.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <type_traits>

#include <halfpixel/torch.hpp>

#include "frontends/twins/twin.hpp"

namespace twin::torch {

using Mode = halfpixel::torch::InterpolateMode;

// One axis of a call.
struct Axis {
  Index in, out;
  bool corners;
  double factor;  // 0: the step is that of the sizes
  // In the numbers of the kernel.
  template <class T>
  T step() const {
    if (corners) return out > 1 ? static_cast<T>(in - 1) / static_cast<T>(out - 1) : T(0);
    return factor > 0 ? static_cast<T>(1.0 / factor) : static_cast<T>(in) / static_cast<T>(out);
  }
  template <class T>
  T centre(Index i, bool fused) const {
    const T at = static_cast<T>(i), s = step<T>();
    if (corners) return s * at;
    return fused ? std::fma(s, at + T(0.5), T(-0.5)) : s * (at + T(0.5)) - T(0.5);
  }
  Index clamped(Index i) const { return std::clamp<Index>(i, 0, in - 1); }
};

// Kernels call floorf, whatever they compute in.
template <class T>
Index floorf_of(T v) {
  return static_cast<Index>(std::floor(static_cast<float>(v)));
}

// Pixels and their weights.
template <class T>
struct Taps {
  std::vector<Index> at;
  std::vector<T> weight;
};

struct Call {
  Mode mode;
  DType dtype;
  bool antialias;
  bool channels_last;  // the tensor lies like that
  bool per_pixel;      // PyTorch's kernel for it, with loops over channels
  std::vector<Axis> axes;
  bool narrow() const { return dtype == DType::float16 || dtype == DType::bfloat16; }
  // Through the 16-bit float and back.
  float rounded(float v) const {
    if (dtype == DType::float16) return static_cast<float>(halfpixel::float16(v));
    if (dtype == DType::bfloat16) return static_cast<float>(halfpixel::bfloat16(v));
    return v;
  }
};

template <class T>
Index nearest(const Axis& axis, Index i, bool exact, bool per_pixel) {
  if (!exact) {
    if (per_pixel && axis.out == axis.in) return i;
    if (per_pixel && axis.out == 2 * axis.in) return i / 2;
    return axis.clamped(floorf_of(static_cast<T>(i) * axis.step<T>()));
  }
  const double at = per_pixel ? (static_cast<double>(i) + 0.5) * static_cast<double>(axis.step<T>())
                              : static_cast<double>(std::max(T(0), axis.centre<T>(i, false))) + 0.5;
  return axis.clamped(floorf_of(at));
}

template <class T>
Taps<T> linear(const Call& call, const Axis& axis, Index i, bool per_pixel, bool third = false) {
  if (axis.in == axis.out) return {{i, i}, {1, 0}};
  // float64's coordinate is fused in both kernels, float32's of a volume's columns in none.
  const bool fused = (per_pixel && !third) || std::is_same_v<T, double>;
  const T at = std::max(T(0), axis.centre<T>(i, fused));
  const Index low = axis.clamped(floorf_of(at));
  T t = std::clamp<T>(at - static_cast<T>(low), 0, 1), u = 1 - t;
  if (call.narrow() && !per_pixel) {
    t = static_cast<T>(call.rounded(static_cast<float>(t)));
    u = static_cast<T>(call.rounded(static_cast<float>(1 - t)));
  }
  return {{low, std::min(low + 1, axis.in - 1)}, {u, t}};
}

template <class T>
Taps<T> cubic(const Call& call, const Axis& axis, Index i) {
  const T at = axis.centre<T>(i, true);
  const Index base = std::min(floorf_of(at), axis.in - 1);
  const T t = std::clamp<T>(at - static_cast<T>(base), 0, 1), u = 1 - t;
  const auto near = [](T x) { return std::fma(T(1.25), x, T(-2.25)) * x * x + 1; };
  const auto far = [](T x) { return std::fma(std::fma(T(-0.75), x, T(3.75)), x, T(-6)) * x + 3; };
  Taps<T> taps{{}, {far(t + 1), near(t), near(u), far(u + 1)}};
  for (Index k = -1; k < 3; ++k) taps.at.push_back(axis.clamped(base + k));
  if (call.narrow())
    for (T& w : taps.weight) w = static_cast<T>(call.rounded(static_cast<float>(w)));
  return taps;
}

inline double sinc(double x) {
  return x == 0 ? 1 : std::sin(x * std::numbers::pi) / (x * std::numbers::pi);
}

// a: of the cubic. Fused in float32 only.
template <class T>
T kernel(Mode mode, T x, T a) {
  const auto mac = [](T p, T q, T r) {
    return std::is_same_v<T, float> ? std::fma(p, q, r) : p * q + r;
  };
  x = std::abs(x);
  if (mode == Mode::bilinear) return x < 1 ? 1 - x : T(0);
  if (mode == Mode::lanczos) {
    const auto wide = static_cast<double>(x);
    return x < 3 ? static_cast<T>(sinc(wide) * sinc(wide / 3)) : T(0);
  }
  if (x < 1) return mac(mac(a + 2, x, -(a + 3)) * x, x, 1);
  return x < 2 ? mac(mac(mac(a, x, -5 * a), x, 8 * a), x, -4 * a) : T(0);
}

template <class T>
Taps<T> antialiased(Mode mode, const Axis& axis, Index i) {
  const auto step = static_cast<double>(axis.step<T>());
  const double radius = mode == Mode::bilinear ? 1 : mode == Mode::bicubic ? 2 : 3;
  const T support = static_cast<T>(step >= 1 ? radius * step : radius);
  const T inverse = static_cast<T>(step >= 1 ? 1.0 / step : 1.0);
  const T centre = static_cast<T>(step * (static_cast<double>(i) + 0.5));
  const auto edge = [](T v) { return static_cast<Index>(static_cast<double>(v) + 0.5); };
  const Index first = std::max<Index>(edge(centre - support), 0);
  const Index most = static_cast<Index>(std::ceil(support)) * 2 + 1;
  const Index count = std::clamp<Index>(std::min(edge(centre + support), axis.in) - first, 0, most);
  Taps<T> taps;
  T sum = 0;
  for (Index j = first; j < first + count; ++j) {
    const auto away = static_cast<double>(static_cast<T>(j) - centre) + 0.5;
    taps.at.push_back(j);
    taps.weight.push_back(
        kernel<T>(mode, static_cast<T>(away * static_cast<double>(inverse)), T(-0.5)));
    sum += taps.weight.back();
  }
  for (T& w : taps.weight) w = sum != 0 ? w / sum : w;
  return taps;
}

// Of bytes without antialias: pixels outside give their weights to the edge.
// `largest` is raised to what a weight comes to on the way.
inline Taps<double> edged(Mode mode, const Axis& axis, Index i, double& largest) {
  const Index half = mode == Mode::bilinear ? 1 : 2;
  double at = axis.centre<double>(i, false);
  if (half == 1 && !axis.corners) at = std::max(at, 0.0);
  const Index base = std::min(floorf_of(at), axis.in - 1);
  const double t = std::clamp(at - static_cast<double>(base), 0.0, 1.0);
  Taps<double> taps;
  for (Index j = 1 - half; j <= half; ++j) {
    const double w = kernel(mode, static_cast<double>(j) - t, -0.75);
    const Index pixel = axis.clamped(base + j);
    if (!taps.at.empty() && taps.at.back() == pixel) {
      taps.weight.back() += w;
    } else {
      taps.at.push_back(pixel);
      taps.weight.push_back(w);
    }
    largest = std::max(largest, taps.weight.back());
  }
  return taps;
}

}  // namespace twin::torch
