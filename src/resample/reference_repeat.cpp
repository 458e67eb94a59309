// Repetition (keras.ops.repeat) and its gradient. TensorFlow sums each axis of copies by itself,
// the last axis first, with Eigen's sum reduction, whose order depends on vector registers of 32
// bytes (float16 and bfloat16: eight values): see Sum. Every sum starts from +0. float16 rounds
// after each addition, bfloat16 once per axis. Where every factor is one nothing is summed: a copy.
// Pinned for factors up to 8192.
#include <array>
#include <cstring>

#include "resample/reference.hpp"
#include "resample/reference_axis.hpp"
#include "resample/reference_values.hpp"

namespace halfpixel::reference {
namespace {

struct Spatial {
  int first;
  int rank;
};

Spatial spatial_of(const Shape& shape, const Size& factors, DataFormat format) {
  if (shape.rank() < 3 || shape.rank() > 5)
    refuse("rank must be 3, 4 or 5; got shape " + shape.str());
  const int rank = shape.rank() - 2;
  if (!factors.fits(rank)) refuse("one factor per spatial axis; got " + factors.str());
  for (int i = 0; i < rank; ++i) {
    if (factors[i] < 1) refuse("factors must be positive; got " + factors.str());
  }
  // One-dimensional up-sampling has no data format: (N, steps, C).
  return {rank > 1 && format == DataFormat::channels_first ? 2 : 1, rank};
}

// How one dtype adds. Partial: what partial sums are kept in.
template <class T>
struct Sum {
  using Partial = std::conditional_t<std::is_same_v<T, bfloat16>, float, T>;
  static constexpr std::int64_t kLanes = std::is_same_v<T, double> ? 4 : 8;

  static Partial load(T v) {
    if constexpr (std::is_same_v<T, bfloat16>)
      return widen(v);
    else
      return v;
  }
  static T store(Partial v) {
    if constexpr (std::is_same_v<T, bfloat16>)
      return narrow<T>(v);
    else
      return v;
  }
  static Partial add(Partial a, Partial b) {
    if constexpr (std::is_same_v<T, float16>)
      return narrow<T>(widen(a) + widen(b));
    else
      return a + b;
  }
  // Halves of the register onto each other; float16 does this in float32.
  static Partial across(const std::array<Partial, kLanes>& lanes) {
    using Wide = std::conditional_t<std::is_same_v<T, double>, double, float>;
    std::array<Wide, kLanes> v;
    for (std::size_t i = 0; i < v.size(); ++i) {
      if constexpr (std::is_same_v<T, float16>)
        v[i] = widen(lanes[i]);
      else
        v[i] = lanes[i];
    }
    for (std::size_t half = v.size() / 2; half > 0; half /= 2) {
      for (std::size_t i = 0; i < half; ++i) v[i] += v[i + half];
    }
    if constexpr (std::is_same_v<T, float16>)
      return narrow<T>(v[0]);
    else
      return v[0];
  }
};

// value(j) is copy j of `count`.
template <class T, class Value>
typename Sum<T>::Partial ascending(std::int64_t begin, std::int64_t count, Value value) {
  typename Sum<T>::Partial sum{};
  for (std::int64_t j = begin; j < count; ++j) sum = Sum<T>::add(sum, value(j));
  return sum;
}

// Four sums, each of every fourth copy; the rest is added at the end.
template <class T, class Value>
typename Sum<T>::Partial interleaved(std::int64_t count, Value value) {
  std::array<typename Sum<T>::Partial, 4> sums{};
  const std::int64_t whole = count / 4 * 4;
  for (std::int64_t j = 0; j < whole; ++j) {
    auto& sum = sums[static_cast<std::size_t>(j % 4)];
    sum = Sum<T>::add(sum, value(j));
  }
  auto sum = Sum<T>::add(Sum<T>::add(Sum<T>::add(sums[0], sums[1]), sums[2]), sums[3]);
  for (std::int64_t j = whole; j < count; ++j) sum = Sum<T>::add(sum, value(j));
  return sum;
}

// The copies are neighbours in memory: registers are summed lane by lane, four registers at a time
// while there are four, then across; what fills no register is summed by itself.
template <class T, class Value>
typename Sum<T>::Partial adjacent(std::int64_t count, Value value) {
  constexpr std::int64_t kLanes = Sum<T>::kLanes;
  const std::int64_t unrolled = count / (4 * kLanes) * (4 * kLanes);
  const std::int64_t whole = count / kLanes * kLanes;
  std::array<typename Sum<T>::Partial, kLanes> lanes{};
  for (std::int64_t lane = 0; lane < kLanes; ++lane) {
    auto& sum = lanes[static_cast<std::size_t>(lane)];
    sum =
        interleaved<T>(unrolled / kLanes, [&](std::int64_t r) { return value(r * kLanes + lane); });
    for (std::int64_t j = unrolled + lane; j < whole; j += kLanes) sum = Sum<T>::add(sum, value(j));
  }
  return Sum<T>::add(ascending<T>(whole, count, value), Sum<T>::across(lanes));
}

// Adds the copies along one axis: [outer, n * factor, inner] -> [outer, n, inner].
template <class T>
std::vector<T> sum_copies(const std::vector<T>& src, std::int64_t inner, std::int64_t factor) {
  std::vector<T> dst(src.size() / static_cast<std::size_t>(factor));
  const auto size = static_cast<std::int64_t>(dst.size());
  constexpr std::int64_t kLanes = Sum<T>::kLanes;
  for (std::int64_t i = 0; i < size; ++i) {
    const auto value = [&](std::int64_t j) {
      return Sum<T>::load(
          src[static_cast<std::size_t>((i / inner * factor + j) * inner + i % inner)]);
    };
    // Results are made a register at a time, where a register holds neighbours of one inner run.
    const std::int64_t first = i / kLanes * kLanes;
    const bool packed = first + kLanes <= size && first % inner + kLanes <= inner;
    typename Sum<T>::Partial sum{};
    if (inner == 1)
      sum = adjacent<T>(factor, value);
    else if (packed && factor >= 16)
      sum = interleaved<T>(factor, value);
    else
      sum = ascending<T>(0, factor, value);
    dst[static_cast<std::size_t>(i)] = Sum<T>::store(sum);
  }
  return dst;
}

template <class T>
Tensor sum_all(const Tensor& dy, const Size& factors, const Spatial& spatial) {
  std::vector<T> values(dy.span<T>().begin(), dy.span<T>().end());
  Shape shape = dy.shape();
  bool anything = false;
  for (int i = 0; i < spatial.rank; ++i) anything = anything || factors[i] > 1;
  for (int i = spatial.rank - 1; anything && i >= 0; --i) {
    const int axis = spatial.first + i;
    std::int64_t inner = 1;
    for (int a = axis + 1; a < shape.rank(); ++a) inner *= shape[a];
    values = sum_copies(values, inner, factors[i]);
    shape[axis] /= factors[i];
  }
  return Tensor(shape, std::span<const T>(values));
}

// [N, a, b, c] -> [N, b, c, a] or, back, [N, c, a, b].
Tensor rotated(const Tensor& x, bool back) {
  const Shape& s = x.shape();
  const std::int64_t stride_a = s[2] * s[3];
  if (back) {
    const std::int64_t strides[] = {s[1] * stride_a, 1, stride_a, s[3]};
    return Tensor(ConstTensorView(x.data(), x.dtype(), Shape{s[0], s[3], s[1], s[2]}, strides));
  }
  const std::int64_t strides[] = {s[1] * stride_a, s[3], 1, stride_a};
  return Tensor(ConstTensorView(x.data(), x.dtype(), Shape{s[0], s[2], s[3], s[1]}, strides));
}

}  // namespace

Tensor repeat(const ConstTensorView& x, const Size& factors, DataFormat data_format) {
  const Spatial spatial = spatial_of(x.shape(), factors, data_format);
  const Tensor src(x);
  Shape shape = x.shape();
  for (int i = 0; i < spatial.rank; ++i) shape[spatial.first + i] *= factors[i];
  Tensor dst(shape, x.dtype());
  const auto bytes = static_cast<std::int64_t>(size_of(x.dtype()));
  for (std::int64_t i = 0; i < dst.size(); ++i) {
    // Position i, axis by axis from the last, and the position in src that it copies.
    std::int64_t rest = i;
    std::int64_t from = 0;
    std::int64_t step = 1;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      std::int64_t position = rest % shape[axis];
      rest /= shape[axis];
      const int s = axis - spatial.first;
      if (s >= 0 && s < spatial.rank) position /= factors[s];
      from += position * step;
      step *= x.shape()[axis];
    }
    std::memcpy(static_cast<char*>(dst.data()) + i * bytes,
                static_cast<const char*>(src.data()) + from * bytes,
                static_cast<std::size_t>(bytes));
  }
  return dst;
}

Tensor repeat_gradient(const ConstTensorView& dy, const Size& factors, DataFormat data_format) {
  const Spatial spatial = spatial_of(dy.shape(), factors, data_format);
  for (int i = 0; i < spatial.rank; ++i) {
    if (dy.shape()[spatial.first + i] % factors[i] != 0) {
      refuse("dy must be a multiple of the factors " + factors.str() + "; got " + dy.shape().str());
    }
  }
  if (dy.shape().rank() == 4 && data_format == DataFormat::channels_first) {
    // UpSampling2D transposes, UpSampling3D does not: here the order of sums shows it.
    const Tensor last = rotated(Tensor(dy), false);
    return rotated(repeat_gradient(last, factors, DataFormat::channels_last), true);
  }
  const Tensor upstream(dy);
  const FlushSubnormals flush;
  switch (dy.dtype()) {
    case DType::float16:
      return sum_all<float16>(upstream, factors, spatial);
    case DType::bfloat16:
      return sum_all<bfloat16>(upstream, factors, spatial);
    case DType::float32:
      return sum_all<float>(upstream, factors, spatial);
    case DType::float64:
      return sum_all<double>(upstream, factors, spatial);
    default:
      refuse("gradients are floating; got " + std::string(name_of(dy.dtype())));
  }
}

}  // namespace halfpixel::reference
