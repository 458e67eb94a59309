#include "frontends/torch_axis.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <type_traits>
#include <vector>

#include <halfpixel/error.hpp>

namespace halfpixel::torch_dialect {
namespace {

using dialect::Pair;
using dialect::Terms;

// Source positions from one output to the next. T is the dtype's arithmetic: float32 for the
// narrower ones, float64 for float64 and for 8-bit sums.
template <class T>
T step_of(const Sides& sides) {
  if (sides.align_corners) {
    return sides.out > 1 ? static_cast<T>(sides.in - 1) / static_cast<T>(sides.out - 1) : T{0};
  }
  if (sides.factor) return static_cast<T>(1.0 / *sides.factor);
  return static_cast<T>(sides.in) / static_cast<T>(sides.out);
}

template <class T>
T fused(T a, T b, T c) {
  return std::fma(a, b, c);
}

template <class T>
T coordinate(const Sides& sides, T step, std::int64_t i, bool fuse) {
  const T at = static_cast<T>(i);
  if (sides.align_corners) return step * at;
  return fuse ? fused(step, at + T(0.5), T(-0.5)) : step * (at + T(0.5)) - T(0.5);
}

// The kernels' floorf: doubles pass through float32.
template <class T>
std::int64_t floored(T value) {
  return static_cast<std::int64_t>(std::floor(value));
}

template <class F>
void with_type(DType dtype, F&& f) {
  if (dtype == DType::float64)
    f(double{});
  else
    f(float{});
}

// Rounded to a 16-bit float and back.
float rounded_to(DType dtype, float value) {
  if (dtype == DType::float16) return static_cast<float>(float16(value));
  if (dtype == DType::bfloat16) return static_cast<float>(bfloat16(value));
  return value;
}

double sinc(double x) {
  if (x == 0) return 1;
  return std::sin(x * std::numbers::pi) / (x * std::numbers::pi);
}

template <class T>
T multiply_add(T a, T b, T c) {
  if constexpr (std::is_same_v<T, float>) return std::fma(a, b, c);
  return a * b + c;  // tables in double are of kernels that do not fuse
}

template <class T>
T cubic_value(T x, T a) {
  if (x < 1) return multiply_add(multiply_add(a + T(2), x, -(a + T(3))) * x, x, T(1));
  if (x >= 2) return 0;
  return multiply_add(multiply_add(multiply_add(a, x, T(-5) * a), x, T(8) * a), x, T(-4) * a);
}

template <class T>
T filter_value(Filter filter, T x, T a) {
  x = std::abs(x);
  switch (filter) {
    case Filter::triangle:
      return x < 1 ? T(1) - x : T(0);
    case Filter::cubic:
      return cubic_value(x, a);
    case Filter::lanczos:
      break;
  }
  const auto wide = static_cast<double>(x);
  return x < 3 ? static_cast<T>(sinc(wide) * sinc(wide / 3)) : T(0);
}

double radius_of(Filter filter) {
  return filter == Filter::triangle ? 1.0 : filter == Filter::cubic ? 2.0 : 3.0;
}

template <class T>
std::vector<Terms<T>> antialias_terms(const Sides& sides, Filter filter) {
  const T step = step_of<T>(sides);
  const double radius = radius_of(filter), wide = static_cast<double>(step);
  const T support = step >= 1 ? static_cast<T>(radius * wide) : static_cast<T>(radius);
  const T inverse = step >= 1 ? static_cast<T>(1.0 / wide) : T(1);
  const auto most = static_cast<std::int64_t>(std::ceil(support)) * 2 + 1;
  std::vector<Terms<T>> rows;
  rows.reserve(static_cast<std::size_t>(sides.out));
  for (std::int64_t i = 0; i < sides.out; ++i) {
    const T center = static_cast<T>(wide * (static_cast<double>(i) + 0.5));
    const auto edge = [&](T at) {
      return static_cast<std::int64_t>(static_cast<double>(at) + 0.5);
    };
    const std::int64_t first = std::max<std::int64_t>(edge(center - support), 0);
    const std::int64_t last = std::min(edge(center + support), sides.in);
    const std::int64_t count = std::clamp<std::int64_t>(last - first, 0, most);
    Terms<T> terms{first, {}};
    T total = 0;
    for (std::int64_t j = 0; j < count; ++j) {
      const T from_center = static_cast<T>(j + first) - center;
      const auto x =
          static_cast<T>((static_cast<double>(from_center) + 0.5) * static_cast<double>(inverse));
      terms.weights.push_back(filter_value(filter, x, T(-0.5)));
      total += terms.weights.back();
    }
    if (total != 0) {
      for (T& weight : terms.weights) weight /= total;
    }
    rows.push_back(std::move(terms));
  }
  return rows;
}

// Weights of 8-bit sums without antialias: what lies outside is added to the edge's tap.
// `largest`: what any of them comes to on the way, negative ones being added last at the far edge.
std::vector<Terms<double>> edge_terms(const Sides& sides, Filter filter, double& largest) {
  const double step = step_of<double>(sides);
  const std::int64_t half = filter == Filter::triangle ? 1 : 2;
  std::vector<Terms<double>> rows;
  for (std::int64_t i = 0; i < sides.out; ++i) {
    double at = coordinate(sides, step, i, false);
    if (half == 1 && !sides.align_corners) at = std::max(at, 0.0);
    const std::int64_t base = std::min(floored(static_cast<float>(at)), sides.in - 1);
    const double t = std::clamp(at - static_cast<double>(base), 0.0, 1.0);
    const std::int64_t lowest = base - half + 1;
    const std::int64_t first = std::max<std::int64_t>(lowest, 0);
    const std::int64_t count =
        std::clamp<std::int64_t>(std::min(base + half + 1, sides.in) - first, 0, 2 * half);
    std::vector<double> weights(static_cast<std::size_t>(2 * half));
    std::int64_t slot = 0;
    for (std::int64_t j = 0; j < 2 * half; ++j) {
      if (lowest + j <= 0)
        slot = 0;
      else if (lowest + j >= sides.in - 1)
        slot = count - 1;
      const double distance = static_cast<double>(1 - half + j) - t;
      double& weight = weights[static_cast<std::size_t>(slot)];
      weight += filter_value(filter, distance, -0.75);
      largest = std::max(largest, weight);
      ++slot;
    }
    weights.resize(static_cast<std::size_t>(count));
    rows.push_back({first, std::move(weights)});
  }
  return rows;
}

}  // namespace

AxisTable nearest_axis(const Sides& sides, bool exact, Family family, DType dtype) {
  AxisTable table;
  with_type(family == Family::channels_last ? DType::float32 : dtype, [&]<class T>(T) {
    const T step = step_of<T>(sides);
    table = dialect::copy_axis(sides.in, sides.out, [&](std::int64_t i) {
      if (family == Family::channels_last && !exact) {
        if (sides.out == sides.in) return i;
        if (sides.out == 2 * sides.in) return i >> 1;
      }
      if (!exact) return floored(static_cast<float>(static_cast<T>(i) * step));
      if (family == Family::channels_last) {
        return floored(
            static_cast<float>((static_cast<double>(i) + 0.5) * static_cast<double>(step)));
      }
      const T at = std::max(coordinate(sides, step, i, false), T(0));
      return floored(static_cast<float>(static_cast<double>(at) + 0.5));
    });
  });
  return table;
}

AxisTable linear_axis(const Sides& sides, Family family, DType dtype) {
  AxisTable table;
  const bool fuse = family == Family::channels_last;
  with_type(dtype, [&]<class T>(T) {
    const T step = step_of<T>(sides);
    table = dialect::pair_axis<T>(sides.in, sides.out, [&](std::int64_t i) -> Pair<T> {
      if (sides.in == sides.out) return {i, i, T(1), T(0)};
      // Of float64 the generic kernel's coordinate is fused, of float32 it is not.
      const bool fuses = fuse || std::is_same_v<T, double>;
      const T at = std::max(coordinate(sides, step, i, fuses), T(0));
      const std::int64_t low = std::min(floored(static_cast<float>(at)), sides.in - 1);
      T high_weight = std::clamp(at - static_cast<T>(low), T(0), T(1));
      T low_weight = T(1) - high_weight;
      if constexpr (std::is_same_v<T, float>) {
        if (family == Family::generic) {
          high_weight = rounded_to(dtype, high_weight);
          low_weight = rounded_to(dtype, 1.0F - high_weight);
        }
      }
      return {low, low + (low < sides.in - 1 ? 1 : 0), low_weight, high_weight};
    });
  });
  return table;
}

AxisTable cubic_axis(const Sides& sides, DType dtype) {
  AxisTable table;
  with_type(dtype, [&]<class T>(T) {
    const T step = step_of<T>(sides);
    // The last product and sum of either branch are not fused.
    const auto near = [](T x) { return fused(T(1.25), x, T(-2.25)) * x * x + T(1); };
    const auto far = [](T x) { return fused(fused(T(-0.75), x, T(3.75)), x, T(-6)) * x + T(3); };
    std::vector<Terms<T>> rows;
    for (std::int64_t i = 0; i < sides.out; ++i) {
      const T at = coordinate(sides, step, i, true);
      const std::int64_t base = std::min(floored(static_cast<float>(at)), sides.in - 1);
      const T t = std::clamp(at - static_cast<T>(base), T(0), T(1)), u = T(1) - t;
      Terms<T> terms{base - 1, {far(t + T(1)), near(t), near(u), far(u + T(1))}};
      if constexpr (std::is_same_v<T, float>) {
        for (float& weight : terms.weights) weight = rounded_to(dtype, weight);
      }
      rows.push_back(std::move(terms));
    }
    table = dialect::taps_axis(sides.in, rows);
  });
  return table;
}

AxisTable pooling_axis(const Sides& sides) {
  AxisTable table;
  table.kind = AxisTable::Kind::taps;
  table.src_len = sides.in;
  table.dst_len = sides.out;
  for (std::int64_t i = 0; i < sides.out; ++i) {
    const std::int64_t first = i * sides.in / sides.out;
    const std::int64_t end = ((i + 1) * sides.in + sides.out - 1) / sides.out;
    table.first.push_back(static_cast<std::int32_t>(first));
    table.count.push_back(static_cast<std::int32_t>(end - first));
  }
  return table;
}

void weigh_evenly(AxisTable& pooling) {
  for (const std::int32_t count : pooling.count) pooling.taps = std::max(pooling.taps, count);
  pooling.weights.assign(
      static_cast<std::size_t>(pooling.dst_len) * static_cast<std::size_t>(pooling.taps), 0.0F);
  for (std::int64_t i = 0; i < pooling.dst_len; ++i) {
    for (std::int32_t k = 0; k < pooling.count[i]; ++k)
      pooling.weights[i * pooling.taps + k] = 1.0F / static_cast<float>(pooling.count[i]);
  }
}

AxisTable antialias_axis(const Sides& sides, Filter filter, DType dtype) {
  AxisTable table;
  with_type(dtype, [&]<class T>(T) {
    table = dialect::taps_axis(sides.in, antialias_terms<T>(sides, filter));
  });
  return table;
}

FixedAxis fixed_axis(const Sides& sides, Filter filter, bool antialias) {
  double largest = 0;
  const auto rows =
      antialias ? antialias_terms<double>(sides, filter) : edge_terms(sides, filter, largest);
  if (antialias) {
    for (const auto& row : rows) {
      for (const double weight : row.weights) largest = std::max(largest, weight);
    }
  }
  FixedAxis result;
  while (result.bits < 22 &&
         static_cast<std::int64_t>(0.5 + largest * std::ldexp(1.0, result.bits + 1)) < 1 << 15) {
    ++result.bits;
  }
  std::vector<Terms<std::int32_t>> fixed;
  fixed.reserve(rows.size());
  for (const auto& row : rows) {
    Terms<std::int32_t> terms{row.first, {}};
    for (const double weight : row.weights) {
      const double scaled = std::ldexp(weight, result.bits);
      terms.weights.push_back(static_cast<std::int32_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5));
    }
    fixed.push_back(std::move(terms));
  }
  result.table = dialect::taps_axis(sides.in, fixed);
  return result;
}

}  // namespace halfpixel::torch_dialect
