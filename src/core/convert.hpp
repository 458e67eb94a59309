// Elements in another dtype, from memory of any layout.
#pragma once

#include <cmath>
#include <limits>
#include <type_traits>

#include <halfpixel/export.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel {

// C++ conversion with defined results: towards zero and saturating into integers, NaN to 0.
template <class To, class From>
To convert(From value) {
  if constexpr (std::is_same_v<From, float16> || std::is_same_v<From, bfloat16>) {
    return convert<To>(static_cast<float>(value));
  } else if constexpr (std::is_same_v<To, float16> || std::is_same_v<To, bfloat16>) {
    return To(static_cast<float>(value));
  } else if constexpr (std::is_same_v<To, bool>) {
    return value != From{};
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    using Limits = std::numeric_limits<To>;
    if (std::isnan(value)) return 0;
    // 2^digits is exact in every floating type; the maximum itself may not be.
    if (value >= std::ldexp(From{1}, Limits::digits)) return Limits::max();
    if (value <= static_cast<From>(Limits::min())) return Limits::min();
    return static_cast<To>(value);
  } else {
    return static_cast<To>(value);
  }
}

// Writes the elements of `src`, whatever its strides, in row-major order to `dst`, dense memory for
// as many elements of `to`. Converts as Tensor::astype does; where `via` is another dtype, to that
// first: so much of a float64 is left when it has been a float16. Takes no memory.
HALFPIXEL_EXPORT void convert_elements(const ConstTensorView& src, DType via, DType to, void* dst);
inline void convert_elements(const ConstTensorView& src, DType to, void* dst) {
  convert_elements(src, to, to, dst);
}

}  // namespace halfpixel
