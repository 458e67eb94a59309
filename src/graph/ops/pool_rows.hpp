// What pools are made of: rows of channels that are added, or of which the larger is kept.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string_view>

#include "graph/op.hpp"

namespace halfpixel::graph {

// TensorFlow's maximum lets NaN through when it is met first; a comparison that keeps it is kinder.
inline void keep_larger(const float* __restrict src, float* __restrict dst, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i)
    dst[i] = src[i] > dst[i] || src[i] != src[i] ? src[i] : dst[i];
}
// Bits of bfloat16, the upper half of a float32's.
inline void keep_larger(const std::uint16_t* __restrict src, std::uint16_t* __restrict dst,
                        std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    const auto from = std::bit_cast<float>(std::uint32_t{src[i]} << 16);
    const auto to = std::bit_cast<float>(std::uint32_t{dst[i]} << 16);
    dst[i] = from > to || from != from ? src[i] : dst[i];
  }
}
inline void add(const float* __restrict src, float* __restrict dst, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) dst[i] += src[i];
}

// Throws Error unless there is one input of float32.
void require_float32(std::string_view who, std::span<const Spec> inputs);

}  // namespace halfpixel::graph
