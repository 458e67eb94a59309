#include "frontends/twins/torch_twin.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <type_traits>

#include "frontends/twins/twin.hpp"

namespace twin {
namespace torch {
namespace {

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
Taps<T> linear(const Call& call, const Axis& axis, Index i, bool per_pixel) {
  if (axis.in == axis.out) return {{i, i}, {1, 0}};
  // float64's coordinate is fused in both kernels.
  const T at = std::max(T(0), axis.centre<T>(i, per_pixel || std::is_same_v<T, double>));
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

double sinc(double x) {
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
Taps<double> edged(Mode mode, const Axis& axis, Index i) {
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
  }
  return taps;
}

// (N, C, spatial…) -> a number, at all coordinates of an element.
using Read = std::function<double(const Indices&)>;

// Weights of bytes have as many bits as let the largest one of the axis be an int16.
Read along_bytes(const Call& call, std::size_t spatial, Read from) {
  const Axis axis = call.axes[spatial];
  if (axis.in == axis.out) return from;
  const auto taps_of = [=](Index i) {
    return call.antialias ? antialiased<double>(call.mode, axis, i) : edged(call.mode, axis, i);
  };
  double largest = 0;
  for (Index i = 0; i < axis.out; ++i)
    for (const double w : taps_of(i).weight) largest = std::max(largest, w);
  int bits = 0;
  while (bits < 22 && std::floor(0.5 + std::ldexp(largest, bits + 1)) < 32768) ++bits;
  return [=](const Indices& to) {
    Indices at = to;
    const Taps<double> taps = taps_of(to[spatial + 2]);
    Index sum = Index{1} << (bits - 1);
    for (std::size_t k = 0; k < taps.at.size(); ++k) {
      at[spatial + 2] = taps.at[k];
      const double v = std::ldexp(taps.weight[k], bits);
      sum += static_cast<Index>(v + (v < 0 ? -0.5 : 0.5)) * static_cast<Index>(from(at));
    }
    return static_cast<double>(std::clamp<Index>(sum >> bits, 0, 255));
  };
}

template <class T>
Read along_antialiased(const Call& call, std::size_t spatial, Read from) {
  const Axis axis = call.axes[spatial];
  if (axis.in == axis.out) return from;
  return [=, mode = call.mode](const Indices& to) {
    Indices at = to;
    const Taps<T> taps = antialiased<T>(mode, axis, to[spatial + 2]);
    // After the first tap fours are multiplied, then added; what is left is fused.
    const std::size_t plain = taps.at.empty() ? 0 : (taps.at.size() - 1) / 4 * 4;
    T sum = 0;
    for (std::size_t k = 0; k < taps.at.size(); ++k) {
      at[spatial + 2] = taps.at[k];
      const T v = static_cast<T>(from(at)), w = taps.weight[k];
      sum = k == 0 ? v * w : k <= plain ? sum + v * w : std::fma(v, w, sum);
    }
    return static_cast<double>(sum);
  };
}

// Sums of two or four along each axis, the last axis first.
template <class T>
T nested(const Call& call, const Read& x, const Indices& to, Indices& at, std::size_t spatial) {
  if (spatial == call.axes.size()) return static_cast<T>(x(at));
  const Axis& axis = call.axes[spatial];
  const Index i = to[spatial + 2];
  const Taps<T> taps =
      call.mode == Mode::bicubic ? cubic<T>(call, axis, i) : linear<T>(call, axis, i, false);
  T v[4] = {};
  for (std::size_t k = 0; k < taps.at.size(); ++k) {
    at[spatial + 2] = taps.at[k];
    v[k] = nested<T>(call, x, to, at, spatial + 1);
  }
  T sum = std::fma(v[0], taps.weight[0], v[1] * taps.weight[1]);
  for (std::size_t k = 2; k < taps.at.size(); ++k) sum = std::fma(v[k], taps.weight[k], sum);
  return sum;
}

// Bilinear, all four at once; channels of whole vectors in another order than the rest.
template <class T>
T corners(const Call& call, const Read& x, const Indices& to, Index channels) {
  const Taps<T> rows = linear<T>(call, call.axes[0], to[2], true);
  const Taps<T> columns = linear<T>(call, call.axes[1], to[3], true);
  T v[4], w[4];
  for (std::size_t k = 0; k < 4; ++k) {
    v[k] = static_cast<T>(x({to[0], to[1], rows.at[k / 2], columns.at[k % 2]}));
    w[k] = rows.weight[k / 2] * columns.weight[k % 2];
  }
  const Index vector = call.narrow() ? 16 : std::is_same_v<T, double> ? 4 : 8;
  if (to[1] >= channels / vector * vector)
    return std::fma(v[3], w[3], std::fma(v[2], w[2], std::fma(v[0], w[0], v[1] * w[1])));
  const T last =
      call.narrow() ? std::fma(v[2], w[2], v[3] * w[3]) : std::fma(v[3], w[3], v[2] * w[2]);
  return std::fma(v[0], w[0], std::fma(v[1], w[1], last));
}

// Adaptive average pooling.
template <class T>
T pooled(const Call& call, const Read& x, const Indices& to, Index channels) {
  Indices begin = to, end = to, counts;
  for (std::size_t a = 0; a < call.axes.size(); ++a) {
    const Axis& axis = call.axes[a];
    begin[a + 2] = to[a + 2] * axis.in / axis.out;
    end[a + 2] = ((to[a + 2] + 1) * axis.in + axis.out - 1) / axis.out;
    counts.push_back(end[a + 2] - begin[a + 2]);
  }
  T sum = 0;
  for_each(Shape(std::span<const Index>(counts)), [&](const Indices& cell, Index) {
    Indices at = begin;
    for (std::size_t a = 0; a < cell.size(); ++a) at[a + 2] += cell[a];
    sum += static_cast<T>(x(at));
  });
  const Index vector = call.narrow() ? 16 : std::is_same_v<T, double> ? 4 : 8;
  if (call.channels_last && to[1] < channels / vector * vector) {
    T all = 1;
    for (const Index count : counts) all *= static_cast<T>(count);
    return sum / all;
  }
  for (const Index count : counts) sum = sum / static_cast<T>(count);
  return sum;
}

Call call_of(const Shape& shape, DType dtype, const InterpolateOptions& o) {
  Call call{o.mode, dtype, o.antialias, false, false, {}};
  const int rank = shape.rank();
  bool one_pixel = rank == 4;
  for (int a = 0; a < rank - 2; ++a) {
    Axis axis{shape[a + 2], 0, o.align_corners.value_or(false), 0};
    if (o.size) {
      axis.out = (*o.size)[o.size->rank() == 1 ? 0 : a];
    } else {
      const auto which = static_cast<std::size_t>(o.scale_factor.size() == 1 ? 0 : a);
      const double factor = o.scale_factor[which];
      axis.out = static_cast<Index>(static_cast<double>(axis.in) * factor);
      if (!o.recompute_scale_factor.value_or(false) && o.mode != Mode::area) axis.factor = factor;
    }
    one_pixel = one_pixel && axis.in == 1;
    call.axes.push_back(axis);
  }
  if (rank != 4) return call;
  const Index c = shape[1];
  call.channels_last =
      one_pixel || o.memory_format == halfpixel::torch::MemoryFormat::channels_last;
  call.per_pixel = (call.channels_last && c > 3) || call.axes[0].out + call.axes[1].out <= 128 ||
                   (o.mode == Mode::bilinear && c == 3);
  return call;
}

bool is_nearest(Mode mode) {
  return mode == Mode::nearest || mode == Mode::nearest_exact;
}

template <class T>
Index nearest_of(const Call& call, Index i, std::size_t spatial, bool per_pixel) {
  const bool exact = call.mode == Mode::nearest_exact;
  // The kernel with loops over channels has float32 steps.
  return per_pixel ? nearest<float>(call.axes[spatial], i, exact, true)
                   : nearest<T>(call.axes[spatial], i, exact, false);
}

template <class T>
double one(const Call& call, const Read& x, const Indices& to, Index channels) {
  if (is_nearest(call.mode)) {
    Indices at = to;
    for (std::size_t a = 0; a < call.axes.size(); ++a)
      at[a + 2] = nearest_of<T>(call, to[a + 2], a, call.per_pixel);
    return x(at);
  }
  if (call.mode == Mode::area) return static_cast<double>(pooled<T>(call, x, to, channels));
  if (call.mode == Mode::bilinear && call.per_pixel)
    return static_cast<double>(corners<T>(call, x, to, channels));
  Indices at = to;
  return static_cast<double>(nested<T>(call, x, to, at, 0));
}

}  // namespace
}  // namespace torch

Tensor torch_interpolate(const Tensor& x, const InterpolateOptions& options) {
  using namespace torch;
  const Call call = call_of(x.shape(), x.dtype(), options);
  const bool wide = x.dtype() == DType::float64;
  Shape shape = x.shape();
  for (std::size_t a = 0; a < call.axes.size(); ++a)
    shape[static_cast<int>(a) + 2] = call.axes[a].out;
  const Read read = [&](const Indices& at) { return value(x, offset(x.shape(), at)); };
  Read y = [&](const Indices& at) {
    return wide ? one<double>(call, read, at, shape[1]) : one<float>(call, read, at, shape[1]);
  };
  if (!is_nearest(call.mode) && (x.dtype() == DType::uint8 || call.antialias)) {
    const auto along = [&](std::size_t a, Read from) {
      return x.dtype() == DType::uint8 ? along_bytes(call, a, from)
             : wide                    ? along_antialiased<double>(call, a, from)
                                       : along_antialiased<float>(call, a, from);
    };
    y = along(0, along(1, read));
  }
  Tensor result(shape, x.dtype());
  for_each(shape, [&](const Indices& at, Index i) { put(result, i, y(at)); });
  return result;
}

std::optional<Tensor> torch_interpolate_gradient(const Tensor& dy, const Shape& input_shape,
                                                 const InterpolateOptions& options) {
  using namespace torch;
  const Call call = call_of(input_shape, dy.dtype(), options);
  const bool bilinear = call.mode == Mode::bilinear && !call.antialias;
  if (dy.dtype() != DType::float32 || !(bilinear || is_nearest(call.mode))) return std::nullopt;
  Tensor result(input_shape, dy.dtype());
  // What reaches one pixel of x, in the order in which PyTorch scatters dy.
  for_each(input_shape, [&](const Indices& to, Index i) {
    float sum = 0;
    for_each({call.axes[0].out, call.axes[1].out}, [&](const Indices& from, Index) {
      const Index at = offset(dy.shape(), {to[0], to[1], from[0], from[1]});
      const auto g = static_cast<float>(value(dy, at));
      if (is_nearest(call.mode)) {
        if (nearest_of<float>(call, from[0], 0, true) == to[2] &&
            nearest_of<float>(call, from[1], 1, true) == to[3])
          sum += g;
        return;
      }
      const Taps<float> rows = linear<float>(call, call.axes[0], from[0], true);
      const Taps<float> columns = linear<float>(call, call.axes[1], from[1], true);
      for (std::size_t k = 0; k < 4; ++k) {
        if (rows.at[k / 2] == to[2] && columns.at[k % 2] == to[3])
          sum = std::fma(g, rows.weight[k / 2] * columns.weight[k % 2], sum);
      }
    });
    put(result, i, static_cast<double>(sum));
  });
  return result;
}

}  // namespace twin
