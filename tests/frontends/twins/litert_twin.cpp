#include "frontends/twins/litert_twin.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "frontends/twins/twin.hpp"

namespace twin {
namespace litert {
namespace {

using halfpixel::litert::Kernels;
using halfpixel::litert::ResizeOptions;

struct Axis {
  Index in, out;
  bool corners, centres;
  Index less() const { return corners && out > 1 ? 1 : 0; }
  float scale() const { return static_cast<float>(in - less()) / static_cast<float>(out - less()); }
  Index clamped(Index i) const { return std::clamp<Index>(i, 0, in - 1); }
};

// Two neighbours, and how much the second one counts, of 1 or of `one`.
template <class T>
struct Pair {
  Index at[2];
  T part;
  T one = 1;
};

Pair<float> builtin(const Axis& axis, Index i) {
  const auto x = static_cast<float>(i);
  const float at = axis.centres ? (x + 0.5F) * axis.scale() - 0.5F : x * axis.scale();
  const auto low = std::max<Index>(static_cast<Index>(std::floor(at)), 0);
  return {{axis.clamped(low), axis.clamped(static_cast<Index>(std::ceil(at)))},
          at - static_cast<float>(low)};
}

// Steps of 1024ths, which may lead beyond the image: there we stay at its edge.
Pair<Index> fixed_point(const Axis& axis, Index i) {
  const Index out = axis.out - axis.less();
  const Index step = (1024 * (axis.in - axis.less()) + out / 2) / out;
  const Index at = i * step + (axis.centres ? step / 2 - 512 : 0);
  const Index low = std::max<Index>(at / 1024, 0);
  return {{axis.clamped(low), axis.clamped((at + 1023) / 1024)}, at - 1024 * low, 1024};
}

// Corners come before centres.
Pair<float> xnnpack(const Axis& axis, Index i) {
  float at = static_cast<float>(i) * axis.scale();
  if (axis.centres && !axis.corners)
    at = std::clamp(at + (0.5F * axis.scale() - 0.5F), 0.0F, static_cast<float>(axis.in - 1));
  const auto low = static_cast<Index>(at);
  return {{axis.clamped(low), axis.clamped(low + 1)}, at - static_cast<float>(low)};
}

// Numbers too small to be normal are zeros to XNNPACK's kernels.
float flushed(float v) {
  return std::abs(v) < std::numeric_limits<float>::min() ? std::copysign(0.0F, v) : v;
}

struct Resize {
  const Tensor& x;
  Kernels kernels;
  Axis rows, columns;

  double at(const Indices& to, Index y, Index column) const {
    return value(x, offset(x.shape(), {to[0], y, column, to[3]}));
  }

  double lerped(const Indices& to) const {
    const Pair<float> v = xnnpack(rows, to[1]), h = xnnpack(columns, to[2]);
    const auto between = [](float a, float b, float t) {
      a = flushed(a);
      return flushed(a + flushed(flushed(flushed(b) - a) * flushed(t)));
    };
    const auto line = [&](Index y) {
      return between(static_cast<float>(at(to, y, h.at[0])), static_cast<float>(at(to, y, h.at[1])),
                     h.part);
    };
    return static_cast<double>(between(line(v.at[0]), line(v.at[1]), v.part));
  }

  // Exact sums of products of whole weights.
  Index summed(const Indices& to, const Pair<Index>& v, const Pair<Index>& h) const {
    Index sum = 0;
    for (int k = 0; k < 4; ++k) {
      const Index down = k / 2 == 0 ? v.one - v.part : v.part;
      const Index across = k % 2 == 0 ? h.one - h.part : h.part;
      sum += down * across * static_cast<Index>(at(to, v.at[k / 2], h.at[k % 2]));
    }
    return sum;
  }
  double quantized(const Indices& to) const {
    const auto whole = [](const Pair<float>& p) {
      return Pair<Index>{
          {p.at[0], p.at[1]}, static_cast<Index>(std::nearbyint(p.part * 2048)), 2048};
    };
    const Index sum = summed(to, whole(xnnpack(rows, to[1])), whole(xnnpack(columns, to[2])));
    return static_cast<double>((sum + (1 << 21)) >> 22);
  }
  double away(const Indices& to) const {
    const Index sum = summed(to, fixed_point(rows, to[1]), fixed_point(columns, to[2]));
    return static_cast<double>((sum + (sum > 0 ? 1 << 19 : -(1 << 19))) / (1 << 20));
  }

  bool twice() const {
    const auto is = [](const Axis& axis) {
      return axis.out == 2 * axis.in && !axis.corners && !axis.centres;
    };
    return kernels != Kernels::reference && is(rows) && is(columns);
  }
  float floating(const Indices& to) const {
    const Pair<float> v = builtin(rows, to[1]), h = builtin(columns, to[2]);
    const auto corner = [&](int k) { return static_cast<float>(at(to, v.at[k / 2], h.at[k % 2])); };
    const float a = corner(0), b = corner(1), c = corner(2), d = corner(3);
    const float v1 = v.part, v0 = 1 - v1, h1 = h.part, h0 = 1 - h1;
    // Zeros are added, which takes the sign from zeros.
    if (kernels == Kernels::reference)
      return a * v0 * h0 + c * v1 * h0 + b * v0 * h1 + d * v1 * h1 + 0;
    if (!twice()) return 0 + a * (v0 * h0) + b * (v0 * h1) + c * (v1 * h0) + d * (v1 * h1);
    const bool between_rows = to[1] % 2 == 1, between_columns = to[2] % 2 == 1;
    if (between_rows && between_columns) return ((a + c) + (b + d)) / 4;
    return between_rows ? (a + c) / 2 : between_columns ? (a + b) / 2 : a;
  }

  double one(const Indices& to) const {
    const DType dtype = x.dtype();
    const bool delegated = kernels == Kernels::xnnpack && dtype != DType::int16;
    if (delegated) return dtype == DType::float32 ? lerped(to) : quantized(to);
    if (dtype == DType::int8 || dtype == DType::int16) return away(to);
    const float v = floating(to);
    return static_cast<double>(dtype == DType::uint8 ? std::trunc(v + 0.5F) : v);
  }
};

Resize resize_of(const Tensor& x, const halfpixel::Size& size, const ResizeOptions& o) {
  const auto axis = [&](int i) {
    return Axis{x.shape()[i + 1], size[size.rank() == 1 ? 0 : i], o.align_corners,
                o.half_pixel_centers};
  };
  return {x, o.kernels, axis(0), axis(1)};
}
Tensor result_of(const Resize& resize) {
  Shape shape = resize.x.shape();
  shape[1] = resize.rows.out;
  shape[2] = resize.columns.out;
  return Tensor(shape, resize.x.dtype());
}

Index nearest(const Axis& axis, Index i, bool byte) {
  if (byte && !axis.corners && !axis.centres)
    return axis.clamped(i * ((axis.in << 16) / axis.out + 1) >> 16);
  const float at = (static_cast<float>(i) + (axis.centres ? 0.5F : 0.0F)) * axis.scale();
  return axis.clamped(static_cast<Index>(axis.corners ? std::round(at) : std::floor(at)));
}

}  // namespace
}  // namespace litert

Tensor litert_bilinear(const Tensor& images, const halfpixel::Size& size,
                       const halfpixel::litert::ResizeOptions& options) {
  const litert::Resize resize = litert::resize_of(images, size, options);
  Tensor result = litert::result_of(resize);
  for_each(result.shape(), [&](const Indices& at, Index i) { put(result, i, resize.one(at)); });
  return result;
}

Tensor litert_nearest(const Tensor& images, const halfpixel::Size& size,
                      const halfpixel::litert::ResizeOptions& options) {
  const litert::Resize resize = litert::resize_of(images, size, options);
  // Bytes have a kernel of their own, in 16.16.
  const bool byte = halfpixel::size_of(images.dtype()) == 1 &&
                    options.kernels != halfpixel::litert::Kernels::reference;
  Tensor result = litert::result_of(resize);
  for_each(result.shape(), [&](const Indices& at, Index i) {
    Indices from = at;
    from[1] = litert::nearest(resize.rows, at[1], byte);
    from[2] = litert::nearest(resize.columns, at[2], byte);
    copy(images, offset(images.shape(), from), result, i);
  });
  return result;
}

}  // namespace twin
