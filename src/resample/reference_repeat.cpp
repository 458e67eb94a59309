// Repetition (keras.ops.repeat) and its gradient: TensorFlow sums each axis of copies by itself,
// the last axis first, every sum starting from +0. float16 sums round after each addition, bfloat16
// sums are float32 and round once per axis. Where every factor is one nothing is summed: a copy.
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

// Adds the copies along one axis: [outer, n * factor, inner] -> [outer, n, inner].
template <class T>
std::vector<T> sum_copies(const std::vector<T>& src, std::int64_t inner, std::int64_t factor) {
  std::vector<T> dst(src.size() / static_cast<std::size_t>(factor));
  for (std::size_t i = 0; i < dst.size(); ++i) {
    const auto o = static_cast<std::int64_t>(i) / inner;
    const auto k = static_cast<std::int64_t>(i) % inner;
    const auto copy = [&](std::int64_t j) {
      return src[static_cast<std::size_t>((o * factor + j) * inner + k)];
    };
    if constexpr (std::is_same_v<T, float16>) {
      float16 sum;
      for (std::int64_t j = 0; j < factor; ++j) sum = narrow<T>(widen(sum) + widen(copy(j)));
      dst[i] = sum;
    } else if constexpr (std::is_same_v<T, bfloat16>) {
      float sum = 0.0f;
      for (std::int64_t j = 0; j < factor; ++j) sum += widen(copy(j));
      dst[i] = narrow<T>(sum);
    } else {
      T sum = 0;
      for (std::int64_t j = 0; j < factor; ++j) sum += copy(j);
      dst[i] = sum;
    }
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
