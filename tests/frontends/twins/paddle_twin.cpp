#include "frontends/twins/paddle_twin.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "frontends/twins/twin.hpp"

namespace twin {
namespace paddle {
namespace {

using halfpixel::paddle::InterpolateMode;
using Options = halfpixel::paddle::nn::functional::InterpolateOptions;

// T: float, or double for doubles.
template <class T>
struct Interpolate {
  const Tensor& x;
  const Options& options;
  Shape to;

  bool last() const { return options.data_format == halfpixel::DataFormat::channels_last; }
  int first() const { return last() ? 1 : 2; }
  int axes() const { return x.shape().rank() - 2; }
  bool is(InterpolateMode mode) const { return options.mode == mode; }
  Index in(int i) const { return x.shape()[first() + i]; }
  Index out(int i) const { return to[first() + i]; }

  float step(int i) const {
    const auto n = static_cast<float>(in(i)), m = static_cast<float>(out(i));
    const bool keeps = is(InterpolateMode::linear) || is(InterpolateMode::trilinear);
    if (out(i) == 1 && (options.align_corners || !keeps)) return 0;
    if (options.align_corners) return (n - 1) / (m - 1);
    if (options.size) return n / m;
    const auto& factors = options.scale_factor;
    return static_cast<float>(1 / factors[factors.size() == 1 ? 0 : static_cast<std::size_t>(i)]);
  }
  // Half-pixel centres.
  double centre(int i, Index k) const {
    const bool floats = is(InterpolateMode::trilinear) || (is(InterpolateMode::bilinear) && i == 1);
    if (floats) return static_cast<double>(step(i) * (static_cast<float>(k) + 0.5F) - 0.5F);
    return static_cast<double>(step(i)) * (static_cast<double>(k) + 0.5) - 0.5;
  }

  T at(const Indices& place) const { return static_cast<T>(value(x, offset(x.shape(), place))); }
  Index& along(Indices& place, int i) const { return place[static_cast<std::size_t>(first() + i)]; }

  struct Pair {
    Index lower, upper;
    T weight[2];
  };
  Pair pair(int i, Index k) const {
    const bool centred = options.align_mode == 0 && !options.align_corners;
    const float left = step(i) * static_cast<float>(k);
    const Index lower =
        std::max<Index>(0, static_cast<Index>(centred ? centre(i, k) : static_cast<double>(left)));
    Pair pair{lower, std::min(lower + 1, in(i)-1), {}};
    const auto below = static_cast<float>(lower);
    if (is(InterpolateMode::linear)) {
      pair.weight[1] = centred
                           ? std::max(static_cast<T>(centre(i, k)), T{0}) - static_cast<T>(lower)
                           : static_cast<T>(left - below);
      pair.weight[0] = 1 - pair.weight[1];
    } else {
      const float at = centred ? std::max(static_cast<float>(centre(i, k)), 0.0F) : left;
      pair.weight[0] = static_cast<T>(1 - (at - below));
      pair.weight[1] = static_cast<T>(at - below);
    }
    return pair;
  }

  // Corners in the program's order: of images the lower ones come before the right ones.
  T linear(const Indices& to_place) const {
    std::vector<Pair> pairs;
    Indices place = to_place;
    for (int i = 0; i < axes(); ++i) pairs.push_back(pair(i, along(place, i)));
    T sum{};
    for (int corner = 0; corner < 1 << axes(); ++corner) {
      T product{};
      std::array<int, 3> side{};
      for (int i = 0; i < axes(); ++i) {
        const int bit = axes() == 2 ? i : axes() - 1 - i;
        side[static_cast<std::size_t>(i)] = corner >> bit & 1;
        const Pair& p = pairs[static_cast<std::size_t>(i)];
        along(place, i) = side[static_cast<std::size_t>(i)] == 0 ? p.lower : p.upper;
      }
      product = at(place);
      for (int i = 0; i < axes(); ++i)
        product *= pairs[static_cast<std::size_t>(i)].weight[side[static_cast<std::size_t>(i)]];
      sum = corner == 0 ? product : sum + product;
    }
    return sum;
  }

  struct Four {
    Index first;
    T weight[4];
  };
  Four four(int i, Index k) const {
    const T p = options.align_corners ? static_cast<T>(step(i) * static_cast<float>(k))
                                      : static_cast<T>(centre(i, k));
    const auto below = static_cast<Index>(std::floor(static_cast<float>(p)));
    const T a = T(-0.75), t = p - static_cast<T>(below), u = 1 - t;
    const auto inner = [&](T v) { return ((a + 2) * v - (a + 3)) * v * v + 1; };
    const auto outer = [&](T v) { return ((a * v - 5 * a) * v + 8 * a) * v - 4 * a; };
    return {below - 1, {outer(t + 1), inner(t), inner(u), outer(u + 1)}};
  }
  T cubic(Indices place, int i) const {
    if (i < 0) return at(place);
    const Four taps = four(i, along(place, i));
    T sum{};
    for (int k = 0; k < 4; ++k) {
      along(place, i) = std::clamp<Index>(taps.first + k, 0, in(i)-1);
      // Columns are summed within rows.
      const T term = (i == 0 ? cubic(place, 1) : at(place)) * taps.weight[k];
      sum = k == 0 ? term : sum + term;
    }
    return sum;
  }

  T area(const Indices& to_place) const {
    Indices begin, end;
    Index count = 1;
    for (int i = 0; i < axes(); ++i) {
      const Index k = to_place[static_cast<std::size_t>(first() + i)];
      begin.push_back(k * in(i) / out(i));
      end.push_back(((k + 1) * in(i) + out(i) - 1) / out(i));
      count *= end.back() - begin.back();
    }
    T sum = 0;
    Indices at_cell = begin;
    for (Index n = 0; n < count; ++n) {
      Indices place = to_place;
      for (int i = 0; i < axes(); ++i) along(place, i) = at_cell[static_cast<std::size_t>(i)];
      sum += at(place);
      for (int i = axes() - 1; i >= 0; --i) {
        const auto k = static_cast<std::size_t>(i);
        if (++at_cell[k] < end[k]) break;
        at_cell[k] = begin[k];
      }
    }
    return sum / static_cast<T>(count);
  }

  T one(const Indices& place) const {
    if (is(InterpolateMode::area)) return area(place);
    return is(InterpolateMode::bicubic) ? cubic(place, 0) : linear(place);
  }

  Tensor all() const {
    Tensor result(to, x.dtype());
    const bool same = to == x.shape() && !is(InterpolateMode::area);
    for_each(to, [&](const Indices& place, Index n) {
      if (!same && !is(InterpolateMode::nearest)) {
        const T v = one(place);
        put(result, n, static_cast<double>(x.dtype() == DType::uint8 ? std::trunc(v) : v));
        return;
      }
      Indices from = place;
      for (int i = 0; i < axes() && !same; ++i) {
        Index& k = along(from, i);
        k = std::min(static_cast<Index>(step(i) * static_cast<float>(k)), in(i)-1);
      }
      copy(x, offset(x.shape(), from), result, n);
    });
    return result;
  }
};

}  // namespace
}  // namespace paddle

Tensor paddle_interpolate(const Tensor& x, const paddle::Options& options) {
  Shape to = x.shape();
  const int first = options.data_format == halfpixel::DataFormat::channels_last ? 1 : 2;
  for (int i = 0; i < to.rank() - 2; ++i) {
    const auto k = static_cast<std::size_t>(i);
    Index& extent = to[first + i];
    if (options.size) {
      extent = (*options.size)[i];
    } else {
      const auto& factors = options.scale_factor;
      const double factor = factors[factors.size() == 1 ? 0 : k];
      extent = static_cast<Index>(static_cast<double>(extent) * factor);
    }
  }
  if (x.dtype() == DType::float64) return paddle::Interpolate<double>{x, options, to}.all();
  return paddle::Interpolate<float>{x, options, to}.all();
}

}  // namespace twin
