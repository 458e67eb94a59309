// How the twin reads and writes elements: by value, with the conversions spelled out in integers,
// so that they are right whatever the floating-point state.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <halfpixel/dtype.hpp>
#include <halfpixel/error.hpp>
#include <halfpixel/tensor.hpp>

#include "core/checked.hpp"

namespace halfpixel::reference {

inline float widen(float16 v) {
  const std::uint32_t sign = std::uint32_t{v.bits & 0x8000u} << 16;
  const std::uint32_t magnitude = v.bits & 0x7fffu;
  if (magnitude >= 0x7c00u)
    return std::bit_cast<float>(sign | 0x7f800000u | (magnitude & 0x3ffu) << 13);
  if (magnitude >= 0x0400u) return std::bit_cast<float>(sign | ((magnitude << 13) + (112u << 23)));
  const float tiny = static_cast<float>(magnitude) * 0x1p-24f;  // a normal float32
  return sign != 0 ? -tiny : tiny;
}
inline float widen(bfloat16 v) {
  return std::bit_cast<float>(std::uint32_t{v.bits} << 16);
}
template <class T>
float widen(T v) {
  return static_cast<float>(v);
}

// Drops `drop` low bits, rounding half to even.
inline std::uint32_t round_bits(std::uint32_t v, unsigned drop) {
  const std::uint32_t half = 1u << (drop - 1);
  const std::uint32_t odd = v >> drop & 1u;
  return (v + (half - 1) + odd) >> drop;
}

template <class T>
T narrow(float v) {
  return static_cast<T>(v);
}
template <>
inline bfloat16 narrow(float v) {
  bfloat16 result;
  const auto bits = std::bit_cast<std::uint32_t>(v);
  const bool nan = (bits & 0x7fffffffu) > 0x7f800000u;
  result.bits = static_cast<std::uint16_t>(nan ? bits >> 16 | 0x40u : round_bits(bits, 16));
  return result;
}
template <>
inline float16 narrow(float v) {
  float16 result;
  const auto bits = std::bit_cast<std::uint32_t>(v);
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  std::uint32_t half = 0;
  if (magnitude > 0x7f800000u) {
    half = 0x7e00u;
  } else if (magnitude >= 0x477ff000u) {  // 65520 and more
    half = 0x7c00u;
  } else if (magnitude >= 0x38800000u) {  // normal
    half = round_bits(magnitude - (112u << 23), 13);
  } else if (magnitude >= 0x33000000u) {  // subnormal: the mantissa shifted to units of 2^-24
    const unsigned exponent = magnitude >> 23;
    half = round_bits((magnitude & 0x7fffffu) | 0x800000u, 126 - exponent);
  }
  result.bits = static_cast<std::uint16_t>(half | (bits >> 16 & 0x8000u));
  return result;
}

[[noreturn]] inline void refuse(const std::string& what) {
  fail(ErrorCode::invalid_argument, "[reference] ", what);
}

// Calls f with a value of the C++ type of dtype: the ten that TensorFlow's kernels take.
template <class F>
decltype(auto) visit(DType dtype, F&& f) {
  switch (dtype) {
    case DType::float16:
      return f(float16{});
    case DType::bfloat16:
      return f(bfloat16{});
    case DType::float32:
      return f(float{});
    case DType::float64:
      return f(double{});
    case DType::int8:
      return f(std::int8_t{});
    case DType::int16:
      return f(std::int16_t{});
    case DType::int32:
      return f(std::int32_t{});
    case DType::int64:
      return f(std::int64_t{});
    case DType::uint8:
      return f(std::uint8_t{});
    case DType::uint16:
      return f(std::uint16_t{});
    default:
      break;
  }
  refuse("TensorFlow has no kernel for this dtype; got " + std::string(name_of(dtype)));
}

// Row-major [N, H, W, C].
template <class T>
struct Grid {
  std::int64_t n, h, w, c;
  std::vector<T> values;

  Grid(std::int64_t n_, std::int64_t h_, std::int64_t w_, std::int64_t c_)
      : n(n_), h(h_), w(w_), c(c_), values(static_cast<std::size_t>(n_ * h_ * w_ * c_)) {}
  T& at(std::int64_t b, std::int64_t y, std::int64_t x, std::int64_t k) {
    return values[static_cast<std::size_t>(((b * h + y) * w + x) * c + k)];
  }
  const T& at(std::int64_t b, std::int64_t y, std::int64_t x, std::int64_t k) const {
    return const_cast<Grid*>(this)->at(b, y, x, k);
  }
};

// Calls f(b, y, x, k) for every element, in row-major order.
template <class T, class F>
void for_each(const Grid<T>& grid, F&& f) {
  for (std::int64_t b = 0; b < grid.n; ++b)
    for (std::int64_t y = 0; y < grid.h; ++y)
      for (std::int64_t x = 0; x < grid.w; ++x)
        for (std::int64_t k = 0; k < grid.c; ++k) f(b, y, x, k);
}

template <class T>
Grid<T> read(const ConstTensorView& view) {
  if (view.shape().rank() != 4) refuse("images must have rank 4; got shape " + view.shape().str());
  const Shape& s = view.shape();
  Grid<T> grid(s[0], s[1], s[2], s[3]);
  const T* data = view.data<T>();
  for_each(grid, [&](auto b, auto y, auto x, auto k) {
    grid.at(b, y, x, k) =
        data[b * view.stride(0) + y * view.stride(1) + x * view.stride(2) + k * view.stride(3)];
  });
  return grid;
}

// Elements of any dtype as TensorFlow's kernels see them: converted to float32 one by one.
inline Grid<float> read_float(const ConstTensorView& view) {
  return visit(view.dtype(), [&](auto zero) {
    const auto raw = read<decltype(zero)>(view);
    Grid<float> grid(raw.n, raw.h, raw.w, raw.c);
    for (std::size_t i = 0; i < raw.values.size(); ++i) grid.values[i] = widen(raw.values[i]);
    return grid;
  });
}

template <class T>
Tensor to_tensor(const Grid<T>& grid) {
  Tensor tensor(Shape{grid.n, grid.h, grid.w, grid.c}, dtype_of<T>);
  T* data = tensor.data<T>();
  for (std::size_t i = 0; i < grid.values.size(); ++i) data[i] = grid.values[i];
  return tensor;
}

}  // namespace halfpixel::reference
