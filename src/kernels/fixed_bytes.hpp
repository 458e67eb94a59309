// Jobs of weighted sums of bytes in fixed point (Pillow's, PyTorch's): weights of up to 24 bits,
// sums of 32, results of 8. Weights that do not fit into the numbers that a processor multiplies
// come in parts, whose sums are put together at the end: the same number.
#pragma once

#include <cstdint>

namespace halfpixel::kernels {

// How many neighbouring weights lie in a word of 32 bits, and as what.
enum class FixedPacking : std::uint8_t {
  pairs,  // of 16 bits; two parts are the upper bits, then the kLowBits lower ones
  quads,  // of 8 bits; up to three parts are signed digits to base 256, the lowest first
};
inline constexpr int kLowBits = 12;

constexpr std::int64_t weights_of_word(FixedPacking packing) {
  return packing == FixedPacking::pairs ? 2 : 4;
}

// dst[r][x, c] = clamp((start + sum over k of src[r][x's first pixel + k, c] * weight k) >> bits).
struct FixedColumnsJob {
  static constexpr int kRows = 8;
  // Source pixels that one step takes: what sixteen bytes hold, of 3 channels as of 4.
  static constexpr std::int64_t pixels(std::int64_t channels) {
    return channels == 1 ? 16 : channels == 2 ? 8 : 4;
  }
  // Words that one part of a step's weights takes.
  static constexpr std::int64_t words(std::int64_t channels, FixedPacking packing) {
    return (channels < 3 ? 16 : 4) / weights_of_word(packing);
  }
  const std::uint8_t* src[kRows];  // sixteen bytes of every step can be read
  std::uint8_t* dst[kRows];        // kFixedMargin bytes beyond the end may be written
  std::int64_t channels, outputs;
  const std::int32_t* offset;  // [outputs] bytes to the first pixel
  const std::int32_t* steps;   // [outputs]
  // [outputs * row]: of each step its parts, one after the other; of each part, for 1 and 2
  // channels sixteen weights in the order in which the pixels lie in sixteen bytes, for 3 and 4
  // four.
  const std::int32_t* weights;
  std::int64_t row;
  int parts;
  std::int32_t start;
  int bits;
};
inline constexpr std::int64_t kFixedMargin = 4;

// The same sums, of digits in quads, where vectors of 64 bytes hold groups of neighbouring outputs,
// each of which takes `quads` words of four weights. Of one channel they are 16 / quads outputs,
// whose words are neighbouring lanes; four words go on in the next vector. Of 3 and 4 channels they
// are 4 / quads outputs, whose words, one or two, are neighbouring blocks of four lanes.
struct WideColumnsJob {
  static constexpr int kRows = 8, kBytes = 64;
  static constexpr std::int64_t kPixels = 16;  // of four words
  static constexpr std::int64_t kMostOutputs = 16;
  // Of a vector; those of more channels serve all of them.
  static constexpr std::int64_t words(std::int64_t channels) { return channels == 1 ? 16 : 4; }
  const std::uint8_t* src[kRows];  // the 64 bytes before `readable` can be read, and all in between
  std::int64_t readable;
  std::uint8_t* dst[kRows];  // kFixedMargin bytes beyond the end may be written
  std::int64_t channels, outputs;
  std::int64_t skipped;         // outputs of the first group before the first one
  int quads;                    // 1, 2, 4
  std::int64_t vectors;         // of a group; of 3 and 4 channels 1
  const std::int32_t* offset;   // [skipped + outputs] bytes to the first pixel; kMostOutputs more
                                // can be read
  const std::int32_t* weights;  // of each group, vector and part `words` words
  int parts;
  std::int32_t start;
  int bits;
};

// dst[i] = clamp((start + sum over k of rows[k][i] * weight k) >> bits), i in [0, count).
struct FixedRowsJob {
  const std::uint8_t* const* rows;  // exact; whole words of them
  std::int64_t terms;
  const std::int32_t* weights;  // words; of each its parts
  int parts;
  std::int32_t start;
  int bits;
  std::int64_t count;
  std::uint8_t* dst;  // exact
  // Rows that the next job will read first: fetched into the caches meanwhile. There are so many
  // rows that the processor does not see by itself where reading goes on.
  const std::uint8_t* const* ahead;
  std::int64_t ahead_rows;
};

struct FixedKernels {
  void (*columns)(const FixedColumnsJob&);
  void (*rows)(const FixedRowsJob&);
  FixedPacking packing;
  void (*wide_columns)(const WideColumnsJob&);  // null: there are none
};

}  // namespace halfpixel::kernels
