// Gradients of the resizes, as TensorFlow scatters them: the upstream grid is walked in row-major
// order and every tap is added to its source pixel. ScaleAndTranslate's gathers instead, rows then
// columns.
#include "resample/reference.hpp"
#include "resample/reference_axis.hpp"
#include "resample/reference_values.hpp"

namespace halfpixel::reference {
namespace {

// One rounding to T per addition; float16 and bfloat16 add in float32.
template <class T>
T add(T a, T b) {
  if constexpr (sizeof(T) == 2)
    return narrow<T>(widen(a) + widen(b));
  else
    return a + b;
}

template <class T>
Tensor nearest_gradient(const ConstTensorView& upstream, const Axis& rows, const Axis& columns) {
  const Grid<T> dy = read<T>(upstream);
  Grid<T> dx(dy.n, rows.in, columns.in, dy.c);
  for_each(dy, [&](auto b, auto y, auto x, auto k) {
    T& sum = dx.at(b, nearest_source(rows, y), nearest_source(columns, x), k);
    sum = add(sum, dy.at(b, y, x, k));
  });
  return to_tensor(dx);
}

// Products are float32 whatever T; sums are float64 for float64 and float32 for the others.
template <class T>
Tensor bilinear_gradient(const ConstTensorView& upstream, const Axis& rows, const Axis& columns) {
  using Sum = std::conditional_t<std::is_same_v<T, double>, double, float>;
  const Grid<float> dy = read_float(upstream);
  Grid<Sum> sums(dy.n, rows.in, columns.in, dy.c);
  for_each(dy, [&](auto b, auto y, auto x, auto k) {
    const Lerp v = bilinear_source(rows, y);
    const Lerp h = bilinear_source(columns, x);
    const float g = dy.at(b, y, x, k);
    sums.at(b, v.lower, h.lower, k) += static_cast<Sum>(g * (1.0f - v.t) * (1.0f - h.t));
    sums.at(b, v.lower, h.upper, k) += static_cast<Sum>(g * (1.0f - v.t) * h.t);
    sums.at(b, v.upper, h.lower, k) += static_cast<Sum>(g * v.t * (1.0f - h.t));
    sums.at(b, v.upper, h.upper, k) += static_cast<Sum>(g * v.t * h.t);
  });
  Grid<T> dx(dy.n, rows.in, columns.in, dy.c);
  for (std::size_t i = 0; i < sums.values.size(); ++i) {
    if constexpr (std::is_same_v<T, double>)
      dx.values[i] = sums.values[i];
    else
      dx.values[i] = narrow<T>(sums.values[i]);
  }
  return to_tensor(dx);
}

// T is float or double; the upstream gradient passes through float32 first.
template <class T>
Tensor bicubic_gradient(const ConstTensorView& upstream, const Axis& rows, const Axis& columns) {
  const Grid<float> dy = read_float(upstream);
  Grid<T> dx(dy.n, rows.in, columns.in, dy.c);
  for_each(dy, [&](auto b, auto y, auto x, auto k) {
    const T g = static_cast<T>(dy.at(b, y, x, k));
    for (const auto& [row, row_weight] : bicubic_taps(rows, y)) {
      for (const auto& [column, column_weight] : bicubic_taps(columns, x)) {
        dx.at(b, row, column, k) += g * row_weight * column_weight;
      }
    }
  });
  return to_tensor(dx);
}

// For every source position the outputs that used it, ascending, without gaps (zeros between).
std::vector<std::vector<Tap>> transposed(std::int64_t in, std::int64_t out, const Filter& filter,
                                         bool antialias) {
  std::vector<std::vector<Tap>> users(static_cast<std::size_t>(in));
  for (std::int64_t o = 0; o < out; ++o) {
    for (const auto& [v, w] : span_taps(in, out, filter, antialias, o)) {
      if (w == 0.0f) continue;
      auto& taps = users[static_cast<std::size_t>(v)];
      while (!taps.empty() && taps.back().first + 1 < o)
        taps.emplace_back(taps.back().first + 1, 0.0f);
      taps.emplace_back(o, w);
    }
  }
  // TensorFlow pads all rows to the longest with zero weights, and those meet the values too.
  std::size_t longest = 1;
  for (const auto& taps : users) longest = std::max(longest, taps.size());
  for (auto& taps : users) {
    const std::int64_t first = taps.empty() ? 0 : taps.front().first;
    while (taps.size() < longest && first + static_cast<std::int64_t>(taps.size()) < out) {
      taps.emplace_back(first + static_cast<std::int64_t>(taps.size()), 0.0f);
    }
  }
  return users;
}

Tensor spans_gradient(const ConstTensorView& upstream, std::int64_t height, std::int64_t width,
                      const Filter& filter, bool antialias) {
  const Grid<float> dy = read<float>(upstream);
  const auto down = transposed(height, dy.h, filter, antialias);
  Grid<float> rows(dy.n, height, dy.w, dy.c);
  for_each(rows, [&](auto b, auto y, auto x, auto k) {
    float sum = 0.0f;
    for (const auto& [o, w] : down[static_cast<std::size_t>(y)]) sum += w * dy.at(b, o, x, k);
    rows.at(b, y, x, k) = sum;
  });
  const auto across = transposed(width, dy.w, filter, antialias);
  Grid<float> dx(dy.n, height, width, dy.c);
  for_each(dx, [&](auto b, auto y, auto x, auto k) {
    float sum = 0.0f;
    for (const auto& [o, w] : across[static_cast<std::size_t>(x)]) sum += w * rows.at(b, y, o, k);
    dx.at(b, y, x, k) = sum;
  });
  return to_tensor(dx);
}

[[noreturn]] void refuse_dtype(std::string_view method, DType dtype) {
  refuse("method " + std::string(method) + " has no gradient in this dtype; got " +
         std::string(name_of(dtype)));
}

Tensor run_gradient(const ConstTensorView& dy, const Axis& rows, const Axis& columns,
                    std::string_view method) {
  if (method == "nearest") {
    switch (dy.dtype()) {
      case DType::float16:
        return nearest_gradient<float16>(dy, rows, columns);
      case DType::bfloat16:
        return nearest_gradient<bfloat16>(dy, rows, columns);
      case DType::float32:
        return nearest_gradient<float>(dy, rows, columns);
      case DType::float64:
        return nearest_gradient<double>(dy, rows, columns);
      default:
        break;
    }
  } else if (method == "bilinear") {
    switch (dy.dtype()) {
      case DType::float16:
        return bilinear_gradient<float16>(dy, rows, columns);
      case DType::bfloat16:
        return bilinear_gradient<bfloat16>(dy, rows, columns);
      case DType::float32:
        return bilinear_gradient<float>(dy, rows, columns);
      case DType::float64:
        return bilinear_gradient<double>(dy, rows, columns);
      default:
        break;
    }
  } else if (method == "bicubic") {
    if (dy.dtype() == DType::float32) return bicubic_gradient<float>(dy, rows, columns);
    if (dy.dtype() == DType::float64) return bicubic_gradient<double>(dy, rows, columns);
  }
  refuse_dtype(method, dy.dtype());
}

void require_gradient(const ConstTensorView& dy, std::int64_t height, std::int64_t width) {
  const Shape& s = dy.shape();
  if (s.rank() != 4) refuse("dy must have rank 4; got shape " + s.str());
  if (height < 1 || width < 1)
    refuse("input_shape must be positive; got " + Size{height, width}.str());
  if (s[1] < 1 || s[2] < 1) refuse("dy must not be empty; got shape " + s.str());
}

}  // namespace

Tensor resize_gradient(const ConstTensorView& dy, std::int64_t height, std::int64_t width,
                       std::string_view method, bool antialias) {
  require_gradient(dy, height, width);
  const FlushSubnormals flush;
  if (const auto filter = filter_of(method, antialias)) {
    if (dy.dtype() != DType::float32) refuse_dtype(method, dy.dtype());
    return spans_gradient(dy, height, width, *filter, antialias);
  }
  return run_gradient(dy, {height, dy.shape()[1]}, {width, dy.shape()[2]}, method);
}

Tensor resize_v1_gradient(const ConstTensorView& dy, std::int64_t height, std::int64_t width,
                          std::string_view method, bool align_corners, bool half_pixel_centers) {
  require_gradient(dy, height, width);
  const FlushSubnormals flush;
  return run_gradient(dy, {height, dy.shape()[1], align_corners, half_pixel_centers},
                      {width, dy.shape()[2], align_corners, half_pixel_centers}, method);
}

}  // namespace halfpixel::reference
