// 16-bit floats by integer arithmetic alone: the results do not depend on the processor's
// flush-to-zero state, which is on while kernels run.
#pragma once

#include <bit>
#include <cstdint>

namespace halfpixel {

inline float float16_value(std::uint16_t h) {
  const std::uint32_t sign = (h & 0x8000u) << 16;
  std::uint32_t exponent = (h >> 10) & 31u;
  std::uint32_t mantissa = h & 1023u;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7F800000u | (mantissa << 13));
  if (exponent == 0) {
    if (mantissa == 0) return std::bit_cast<float>(sign);
    exponent = 1;  // subnormal: shift until the leading one stands where it is implied
    while ((mantissa & 1024u) == 0) {
      mantissa <<= 1;
      --exponent;
    }
    mantissa &= 1023u;
  }
  return std::bit_cast<float>(sign | ((exponent + 112u) << 23) | (mantissa << 13));
}

inline std::uint16_t float16_bits(float value) {
  const std::uint32_t u = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (u >> 16) & 0x8000u;
  const std::uint32_t magnitude = u & 0x7FFFFFFFu;
  if (magnitude > 0x7F800000u) return static_cast<std::uint16_t>(sign | 0x7E00u);  // NaN
  if (magnitude >= 0x47800000u)
    return static_cast<std::uint16_t>(sign | 0x7C00u);                   // 65536 and more
  if (magnitude < 0x33000000u) return static_cast<std::uint16_t>(sign);  // below 2^-25
  std::uint32_t result;
  std::uint32_t rest;
  std::uint32_t half;
  if (magnitude < 0x38800000u) {  // subnormal result
    const std::uint32_t shift = 126u - (magnitude >> 23);
    const std::uint32_t mantissa = (magnitude & 0x7FFFFFu) | 0x800000u;
    result = mantissa >> shift;
    rest = mantissa & ((1u << shift) - 1);
    half = 1u << (shift - 1);
  } else {
    result = (magnitude - 0x38000000u) >> 13;
    rest = magnitude & 0x1FFFu;
    half = 0x1000u;
  }
  if (rest > half || (rest == half && (result & 1u)))
    ++result;  // half to even; may carry up to inf
  return static_cast<std::uint16_t>(sign | result);
}

inline std::uint16_t bfloat16_bits(float value) {
  const std::uint32_t u = std::bit_cast<std::uint32_t>(value);
  if ((u & 0x7FFFFFFFu) > 0x7F800000u) return static_cast<std::uint16_t>((u >> 16) | 0x40u);  // NaN
  return static_cast<std::uint16_t>((u + 0x7FFFu + ((u >> 16) & 1u)) >> 16);
}

}  // namespace halfpixel
