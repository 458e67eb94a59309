// Element types: the thirteen that tensors can hold, and the two 16-bit floats as C++ types.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string_view>
#include <type_traits>

#include <halfpixel/export.hpp>

namespace halfpixel {

enum class DType {
  float16,
  bfloat16,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  boolean,  // printed "bool"
};
inline constexpr int kDTypeCount = 13;

// IEEE 754 binary16 as storage. Conversions round half to even.
struct HALFPIXEL_EXPORT float16 {
  std::uint16_t bits = 0;
  float16() = default;
  explicit float16(float value);
  explicit operator float() const;
  friend bool operator==(float16, float16) = default;  // equal bits
};

// The upper half of a float32 as storage. Conversions round half to even.
struct HALFPIXEL_EXPORT bfloat16 {
  std::uint16_t bits = 0;
  bfloat16() = default;
  explicit bfloat16(float value);
  explicit operator float() const { return std::bit_cast<float>(std::uint32_t{bits} << 16); }
  friend bool operator==(bfloat16, bfloat16) = default;  // equal bits
};

HALFPIXEL_EXPORT std::size_t size_of(DType dtype) noexcept;
HALFPIXEL_EXPORT std::string_view name_of(DType dtype) noexcept;  // NumPy's: "float32", "bool" …
HALFPIXEL_EXPORT DType to_dtype(std::string_view name);           // throws Error for unknown names
HALFPIXEL_EXPORT std::ostream& operator<<(std::ostream& out, DType dtype);

constexpr bool is_floating(DType d) noexcept {
  return d <= DType::float64;
}
constexpr bool is_integer(DType d) noexcept {
  return d >= DType::int8 && d <= DType::uint64;
}

namespace detail {
template <class T>
constexpr DType dtype_of_impl() {
  if constexpr (std::is_same_v<T, float16>)
    return DType::float16;
  else if constexpr (std::is_same_v<T, bfloat16>)
    return DType::bfloat16;
  else if constexpr (std::is_same_v<T, float>)
    return DType::float32;
  else if constexpr (std::is_same_v<T, double>)
    return DType::float64;
  else if constexpr (std::is_same_v<T, bool>)
    return DType::boolean;
  else {
    static_assert(std::is_integral_v<T> && sizeof(T) <= 8, "no DType has this C++ type");
    constexpr int log2 = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
    constexpr DType first = std::is_signed_v<T> ? DType::int8 : DType::uint8;
    return static_cast<DType>(static_cast<int>(first) + log2);
  }
}
}  // namespace detail

// The DType of a C++ type: float -> float32, long and long long -> int64 …
template <class T>
inline constexpr DType dtype_of = detail::dtype_of_impl<std::remove_cv_t<T>>();

}  // namespace halfpixel
