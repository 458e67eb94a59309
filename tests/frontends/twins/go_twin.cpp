#include "frontends/twins/go_twin.hpp"

#include <algorithm>
#include <cmath>

#include "frontends/twins/twin.hpp"

namespace twin {
namespace go {
namespace {

using Interpolator = halfpixel::go::draw::Interpolator;

struct Axis {
  Index in, out;
  double scale() const { return static_cast<double>(in) / static_cast<double>(out); }
  double middle(Index i) const { return (static_cast<double>(i) + 0.5) * scale() - 0.5; }
};

struct Scale {
  const Tensor& src;
  Interpolator interpolator;
  Axis rows, columns;
  Index channels;

  // A colour of 16 bits.
  double at(Index y, Index x, Index c) const {
    const double v = value(src, (y * columns.in + x) * channels + c);
    return src.dtype() == DType::uint8 ? v * 257 : v;
  }

  double kernel(double t) const {
    if (interpolator == Interpolator::bi_linear) return 1 - t;
    if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
    return ((-0.5 * t + 2.5) * t - 4) * t + 2;
  }
  // The sum of of(pixel) times its weight; `total` becomes the sum of the weights.
  template <class Of>
  double weighed(const Axis& axis, Index i, double& total, Of of) const {
    const double support = interpolator == Interpolator::bi_linear ? 1 : 2;
    const double wide = axis.scale() > 1 ? axis.scale() : 1;
    const double narrow = axis.scale() > 1 ? 1 / axis.scale() : 1;
    const double middle = axis.middle(i);
    double sum = 0;
    total = 0;
    for (Index k = 0; k < axis.in; ++k) {
      const auto pixel = static_cast<double>(k);
      if (pixel < std::floor(middle - support * wide) ||
          pixel >= std::ceil(middle + support * wide))
        continue;
      const double t = std::fabs((middle - pixel) * narrow);
      if (t >= support) continue;
      sum += of(k) * kernel(t);
      total += kernel(t);
    }
    return sum;
  }
  double of_kernel(Index y, Index x, Index c) const {
    double across = 0, down = 0;
    const double sum = weighed(rows, y, down, [&](Index row) {
      const double line =
          weighed(columns, x, across, [&](Index column) { return at(row, column, c); });
      return line * (1 / across / 65535);
    });
    const double unit = 65535 * (sum * (1 / down)) + 0.5;
    return std::clamp(std::trunc(unit), 0.0, 65535.0);
  }

  // Of two neighbours.
  template <class Of>
  double mixed(const Axis& axis, Index i, Of of) const {
    const double middle = axis.middle(i);
    if (middle < 0) return of(0);
    const auto lower = static_cast<Index>(middle);
    if (lower + 1 >= axis.in) return of(axis.in - 1);
    const double part = middle - static_cast<double>(lower);
    return (1 - part) * of(lower) + part * of(lower + 1);
  }
  double of_neighbours(Index y, Index x, Index c) const {
    return std::trunc(mixed(rows, y, [&](Index row) {
      return mixed(columns, x, [&](Index column) { return at(row, column, c); });
    }));
  }

  double one(Index y, Index x, Index c) const {
    if (interpolator == Interpolator::approx_bi_linear) return of_neighbours(y, x, c);
    const double v = of_kernel(y, x, c);
    return channels == 4 ? std::min(v, of_kernel(y, x, 3)) : v;
  }
};

}  // namespace
}  // namespace go

Tensor go_scale(const Tensor& src, Index width, Index height, go::Interpolator interpolator) {
  const Shape& s = src.shape();
  const Index channels = s.rank() == 3 ? s[2] : 1;
  const go::Scale scale{src, interpolator, {s[0], height}, {s[1], width}, channels};
  Shape shape = s;
  shape[0] = height;
  shape[1] = width;
  Tensor result(shape, src.dtype());
  const bool kernel =
      interpolator == go::Interpolator::bi_linear || interpolator == go::Interpolator::catmull_rom;
  const bool same = shape == s && !kernel;
  for_each({height, width, channels}, [&](const Indices& at, Index i) {
    if (same) return copy(src, i, result, i);
    if (interpolator == go::Interpolator::nearest_neighbor) {
      const Index y = (2 * at[0] + 1) * s[0] / (2 * height);
      const Index x = (2 * at[1] + 1) * s[1] / (2 * width);
      return copy(src, (y * s[1] + x) * channels + at[2], result, i);
    }
    const double v = scale.one(at[0], at[1], at[2]);
    put(result, i, src.dtype() == DType::uint8 ? std::floor(v / 256) : v);
  });
  return result;
}

}  // namespace twin
