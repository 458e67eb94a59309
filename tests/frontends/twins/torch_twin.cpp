#include "frontends/twins/torch_twin.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <type_traits>

#include "frontends/twins/torch_taps.hpp"
#include "frontends/twins/twin.hpp"

namespace twin {
namespace torch {
namespace {

// (N, C, spatial…) -> a number, at all coordinates of an element.
using Read = std::function<double(const Indices&)>;

// Weights of bytes have as many bits as let the largest one of the axis be an int16.
Read along_bytes(const Call& call, std::size_t spatial, Read from) {
  const Axis axis = call.axes[spatial];
  if (axis.in == axis.out) return from;
  double largest = 0;
  const auto taps_of = [=](Index i, double& most) {
    return call.antialias ? antialiased<double>(call.mode, axis, i)
                          : edged(call.mode, axis, i, most);
  };
  for (Index i = 0; i < axis.out; ++i) {
    const Taps<double> taps = taps_of(i, largest);
    if (!call.antialias) continue;
    for (const double w : taps.weight) largest = std::max(largest, w);
  }
  int bits = 0;
  while (bits < 22 && std::floor(0.5 + std::ldexp(largest, bits + 1)) < 32768) ++bits;
  return [=](const Indices& to) {
    Indices at = to;
    double unused = 0;
    const Taps<double> taps = taps_of(to[spatial + 2], unused);
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

// Bilinear and trilinear, all four or eight at once; channels of whole vectors in another order
// than the rest.
template <class T>
T corners(const Call& call, const Read& x, const Indices& to, Index channels) {
  std::vector<T> v, w;
  const std::size_t axes = call.axes.size(), count = std::size_t{1} << axes;
  for (std::size_t k = 0; k < count; ++k) {
    Indices at = to;
    T weight = 1;
    for (std::size_t a = 0; a < axes; ++a) {
      const Taps<T> taps = linear<T>(call, call.axes[a], to[a + 2], true, a == 2);
      const std::size_t side = k >> (axes - 1 - a) & 1;
      at[a + 2] = taps.at[side];
      weight *= taps.weight[side];
    }
    v.push_back(static_cast<T>(x(at)));
    w.push_back(weight);
  }
  const Index vector = call.narrow() ? 16 : std::is_same_v<T, double> ? 4 : 8;
  if (to[1] >= channels / vector * vector) {
    T sum = std::fma(v[0], w[0], v[1] * w[1]);
    for (std::size_t k = 2; k < count; ++k) sum = std::fma(v[k], w[k], sum);
    return sum;
  }
  const std::size_t last = count - 1, other = count - 2;
  T sum = call.narrow() ? std::fma(v[other], w[other], v[last] * w[last])
                        : std::fma(v[last], w[last], v[other] * w[other]);
  for (std::size_t k = other; k-- > 0;) sum = std::fma(v[k], w[k], sum);
  return sum;
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
  if (call.channels_last && call.axes.size() == 2 && to[1] < channels / vector * vector) {
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
  const Index c = shape[1];
  call.channels_last =
      one_pixel || o.memory_format == halfpixel::torch::MemoryFormat::channels_last;
  call.per_pixel = call.channels_last && c > 3;
  if (rank != 4) return call;
  call.per_pixel = call.per_pixel || call.axes[0].out + call.axes[1].out <= 128 ||
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
  if ((call.mode == Mode::bilinear || call.mode == Mode::trilinear) && call.per_pixel)
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
