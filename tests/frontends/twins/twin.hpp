// What slow twins are written with. A twin computes one value at a time, from the program's
// definition alone: no tables, plans or kernels of the library, so that a fault of those shows.
#pragma once

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <vector>

#include <halfpixel/dtype.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace twin {

using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Tensor;
using Index = std::int64_t;
using Indices = std::vector<Index>;

// f(a value of the C++ type): of every dtype whose numbers a double holds.
template <class F>
auto with_element(DType dtype, F&& f) {
  switch (dtype) {
    case DType::float16:
      return f(halfpixel::float16{});
    case DType::bfloat16:
      return f(halfpixel::bfloat16{});
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
    case DType::uint8:
      return f(std::uint8_t{});
    case DType::uint16:
      return f(std::uint16_t{});
    case DType::uint32:
      return f(std::uint32_t{});
    case DType::boolean:
      return f(bool{});
    default:
      throw std::logic_error("a double does not hold every number of this dtype");
  }
}

inline double value(const Tensor& t, Index i) {
  return with_element(t.dtype(), [&]<class T>(T) {
    const T element = t.data<T>()[i];
    if constexpr (sizeof(T) == 2 && !std::is_integral_v<T>)
      return static_cast<double>(static_cast<float>(element));
    else
      return static_cast<double>(element);
  });
}

// `v` must be a number of the dtype, or one to round to floats.
inline void put(Tensor& t, Index i, double v) {
  with_element(t.dtype(), [&]<class T>(T) {
    if constexpr (sizeof(T) == 2 && !std::is_integral_v<T>)
      t.data<T>()[i] = T(static_cast<float>(v));
    else
      t.data<T>()[i] = static_cast<T>(v);
  });
}

inline void copy(const Tensor& from, Index i, Tensor& to, Index j) {
  const std::size_t bytes = halfpixel::size_of(to.dtype());
  const auto* const src =
      static_cast<const char*>(from.data()) + static_cast<std::size_t>(i) * bytes;
  std::memcpy(static_cast<char*>(to.data()) + static_cast<std::size_t>(j) * bytes, src, bytes);
}

inline Index offset(const Shape& shape, const Indices& at) {
  Index result = 0;
  for (int axis = 0; axis < shape.rank(); ++axis)
    result = result * shape[axis] + at[static_cast<std::size_t>(axis)];
  return result;
}

// f(at, i): every position of a shape and its number, in row-major order.
template <class F>
void for_each(const Shape& shape, F&& f) {
  Index size = 1;
  for (const Index extent : shape) size *= extent;
  Indices at(static_cast<std::size_t>(shape.rank()));
  for (Index i = 0; i < size; ++i) {
    Index rest = i;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      at[static_cast<std::size_t>(axis)] = rest % shape[axis];
      rest /= shape[axis];
    }
    f(at, i);
  }
}

}  // namespace twin
