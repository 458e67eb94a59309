#include "frontends/twins/mlx_twin.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "frontends/twins/twin.hpp"

namespace twin {
namespace mlx {
namespace {

using halfpixel::mlx::nn::UpsampleMode;
using halfpixel::mlx::nn::UpsampleOptions;

struct Tap {
  Index at;
  float weight;
};
using Taps = std::vector<Tap>;

struct Axis {
  Index in;
  double factor;
  Index out() const { return static_cast<Index>(factor * static_cast<double>(in)); }
  Index inside(float place) const {
    return std::clamp<Index>(static_cast<Index>(place), 0, in - 1);
  }
};

float position(const Axis& axis, Index i, bool corners) {
  const auto n = static_cast<double>(axis.in), m = static_cast<double>(axis.out());
  const auto x = static_cast<float>(i);
  if (corners) return x * static_cast<float>((n - 1) / std::max(m - 1, 1.0));
  const double step = 1 / axis.factor;
  return x * static_cast<float>(step) - static_cast<float>(((m - 1) * step - n + 1) / 2);
}

Index nearest(const Axis& axis, Index i) {
  const Index out = axis.out();
  const auto step = static_cast<float>(static_cast<double>(axis.in) / static_cast<double>(out));
  const auto x = static_cast<float>(i);
  return axis.inside(out > axis.in ? std::nearbyint((x + 0.5F) * step - 0.5F) : x * step);
}

Taps linear(const Axis& axis, Index i, bool corners) {
  const float x = std::clamp(position(axis, i, corners), 0.0F, static_cast<float>(axis.in - 1));
  const float part = x - std::floor(x);
  return {{axis.inside(std::floor(x)), 1 - part}, {axis.inside(std::ceil(x)), part}};
}

float inner(float x, float a) {
  return ((a + 2) * x - (a + 3)) * x * x + 1;
}
float outer(float x, float a) {
  return (((x - 5) * x + 8) * x - 4) * a;
}

Taps cubic(const Axis& axis, Index i, bool corners) {
  const float x = position(axis, i, corners);
  const float left = std::floor(x), right = std::floor(x + 1);
  return {{axis.inside(left), inner(std::abs(x - left), -0.75F)},
          {axis.inside(right), inner(std::abs(x - right), -0.75F)},
          {axis.inside(left - 1), outer(std::abs(x - (left - 1)), -0.75F)},
          {axis.inside(right + 1), outer(std::abs(x - (right + 1)), -0.75F)}};
}

Taps wide(const Axis& axis, Index i, bool is_cubic) {
  const float x = position(axis, i, false);
  const double widening = axis.factor < 1 ? 1 / axis.factor : 1;
  const auto reach = static_cast<Index>(std::ceil((is_cubic ? 2 : 1) * widening));
  Taps taps;
  float sum = 0;
  for (Index k = -reach; k <= reach; ++k) {
    const float place = std::floor(x) + static_cast<float>(k);
    const float d = std::abs(x - place) / static_cast<float>(widening);
    float weight = std::max(1 - d, 0.0F);
    if (is_cubic) weight = d <= 1 ? inner(d, -0.5F) : d <= 2 ? outer(d, -0.5F) : 0;
    if (place < 0 || place >= static_cast<float>(axis.in)) weight = 0;
    taps.push_back({axis.inside(place), weight});
    sum += weight;
  }
  for (Tap& tap : taps) tap.weight /= sum > 0 ? sum : 1;
  return taps;
}

struct Upsample {
  const Tensor& x;
  UpsampleOptions options;

  Axis axis(int i) const {  // of the array
    const auto& factors = options.scale_factor;
    return {x.shape()[i],
            factors.size() == 1 ? factors[0] : factors[static_cast<std::size_t>(i - 1)]};
  }
  Taps taps(int i, Index output) const {
    const bool is_cubic = options.mode == UpsampleMode::cubic;
    if (options.antialias) return wide(axis(i), output, is_cubic);
    return is_cubic ? cubic(axis(i), output, options.align_corners)
                    : linear(axis(i), output, options.align_corners);
  }
  float at(const Indices& place) const {
    const Index i = offset(x.shape(), place);
    if (x.dtype() == DType::int64) return static_cast<float>(x.data<Index>()[i]);
    return static_cast<float>(value(x, i));
  }

  // The first axis is summed first, so that it is the innermost sum.
  float separate(Indices& place, int i) const {
    if (i == 0) return at(place);
    const auto k = static_cast<std::size_t>(i);
    const Index output = place[k];
    float sum = 0;
    for (const Tap& tap : taps(i, output)) {
      place[k] = tap.at;
      sum = sum + separate(place, i - 1) * tap.weight;
    }
    place[k] = output;
    return sum;
  }

  // Weights are multiplied from the first axis on, taps of the last one change fastest.
  void together(Indices& place, int i, float weight, float& sum) const {
    const int last = x.shape().rank() - 2;
    if (i > last) {
      sum = sum + weight * at(place);
      return;
    }
    const auto k = static_cast<std::size_t>(i);
    const Index output = place[k];
    for (const Tap& tap : taps(i, output)) {
      place[k] = tap.at;
      together(place, i + 1, i == 1 ? tap.weight : weight * tap.weight, sum);
    }
    place[k] = output;
  }

  float one(Indices place) const {
    if (options.antialias || (options.mode == UpsampleMode::linear && !options.align_corners))
      return separate(place, x.shape().rank() - 2);
    float sum = 0;
    together(place, 1, 1, sum);
    return sum;
  }
};

}  // namespace
}  // namespace mlx

Tensor mlx_upsample(const Tensor& x, const halfpixel::mlx::nn::UpsampleOptions& options) {
  const mlx::Upsample call{x, options};
  const int last = x.shape().rank() - 2;
  Shape shape = x.shape();
  bool whole = true;
  for (int i = 1; i <= last; ++i) {
    const mlx::Axis axis = call.axis(i);
    shape[i] = axis.out();
    whole = whole && axis.factor == std::floor(axis.factor);
  }
  const bool copies = options.mode == mlx::UpsampleMode::nearest;
  Tensor result(shape, copies ? x.dtype() : DType::float32);
  for_each(shape, [&](const Indices& at, Index i) {
    if (!copies) {
      result.data<float>()[i] = call.one(at);
      return;
    }
    Indices from = at;
    for (int k = 1; k <= last; ++k) {
      const mlx::Axis axis = call.axis(k);
      Index& place = from[static_cast<std::size_t>(k)];
      place = whole ? place / static_cast<Index>(axis.factor) : mlx::nearest(axis, place);
    }
    copy(x, offset(x.shape(), from), result, i);
  });
  return result;
}

}  // namespace twin
