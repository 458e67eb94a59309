// Jobs of weighted sums of bytes in fixed point (Pillow's, PyTorch's): weights of up to 24 bits,
// sums of 32, results of 8. Weights that do not fit into 16 bits are split into an upper part and
// kLowBits lower ones, whose sums are put together at the end: the same number.
#pragma once

#include <cstdint>

namespace halfpixel::kernels {

inline constexpr int kLowBits = 12;

// Weights of two neighbours, each of 16 bits, side by side in a number of 32.
inline std::int32_t weight_pair(std::int32_t first, std::int32_t second) {
  return static_cast<std::int32_t>((static_cast<std::uint32_t>(second) << 16) |
                                   (static_cast<std::uint32_t>(first) & 0xFFFFU));
}

// dst[r][x, c] = clamp((start + sum over k of src[r][x's first pixel + k, c] * weight k) >> bits).
struct FixedColumnsJob {
  static constexpr int kRows = 8;
  // Source pixels that one step takes: what sixteen bytes hold, of 3 channels as of 4.
  static constexpr std::int64_t pixels(std::int64_t channels) {
    return channels == 1 ? 16 : channels == 2 ? 8 : 4;
  }
  // Numbers of 32 bits that a step's weights take.
  static constexpr std::int64_t words(std::int64_t channels, bool split) {
    return (channels < 3 ? 8 : 2) * (split ? 2 : 1);
  }
  const std::uint8_t* src[kRows];  // sixteen bytes of every step can be read
  std::uint8_t* dst[kRows];        // kFixedMargin bytes beyond the end may be written
  std::int64_t channels, outputs;
  const std::int32_t* offset;  // [outputs] bytes to the first pixel
  const std::int32_t* steps;   // [outputs]
  // [outputs * row]: of each step, for 1 and 2 channels sixteen weights in the order in which the
  // pixels lie in sixteen bytes, for 3 and 4 two pairs; the upper parts, then the lower ones.
  const std::int32_t* weights;
  std::int64_t row;
  bool split;
  std::int32_t start;
  int bits;
};
inline constexpr std::int64_t kFixedMargin = 4;

// dst[i] = clamp((start + sum over k of rows[k][i] * weight k) >> bits), i in [0, count).
struct FixedRowsJob {
  const std::uint8_t* const* rows;  // exact; an even number of them
  std::int64_t terms;
  const std::int32_t* weights;  // pairs; with `split` upper and lower in turn
  bool split;
  std::int32_t start;
  int bits;
  std::int64_t count;
  std::uint8_t* dst;  // exact
};

struct FixedKernels {
  void (*columns)(const FixedColumnsJob&);
  void (*rows)(const FixedRowsJob&);
};

}  // namespace halfpixel::kernels
