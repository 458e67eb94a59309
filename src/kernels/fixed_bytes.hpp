// Jobs of weighted sums of bytes in fixed point (Pillow's, PyTorch's): weights of up to 24 bits,
// sums of 32, results of 8. Weights that do not fit into the numbers that a processor multiplies
// come in parts, whose sums are put together at the end: the same number.
#pragma once

#include <algorithm>
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

// One of the two weights of a word of pairs.
constexpr std::int32_t weight_of_pair(std::int32_t pair, std::int64_t which) {
  return static_cast<std::int16_t>(static_cast<std::uint32_t>(pair) >> (16 * which));
}
// The result of the sums of two parts of weights in pairs, of which only one may be there.
constexpr std::uint8_t fixed_byte(std::int32_t high, std::int32_t low, bool split,
                                  std::int32_t start, int bits) {
  auto sum = static_cast<std::uint32_t>(high);
  if (split) sum = (sum << kLowBits) + static_cast<std::uint32_t>(low);
  sum += static_cast<std::uint32_t>(start);
  return static_cast<std::uint8_t>(std::clamp(static_cast<std::int32_t>(sum) >> bits, 0, 255));
}

// Four rows of bytes side by side: of each number a byte of each row, in the order of row_of_quad.
// Sums along rows take whole words of them as they lie.
inline constexpr std::int64_t kQuad = 4;
inline constexpr std::int64_t kQuadMargin = 256;  // bytes behind a row of quads that are used, too
constexpr std::int64_t row_of_quad(FixedPacking packing, std::int64_t place) {
  // Pairs are bytes 0 and 2, and 1 and 3, of a word: what a mask and a shift take out.
  return packing == FixedPacking::pairs && (place == 1 || place == 2) ? 3 - place : place;
}

// dst[r / 4][x, c][r % 4] = clamp((start + sum over k of src[r][x's pixel k, c] * weight k) >>
// bits). Pixels are laid out before they are multiplied: a vector has a word of pixels of a channel
// of each row. Words begin at positions of the whole row that their length divides.
struct FixedColumnsJob {
  static constexpr int kRows = 16;
  static constexpr std::int64_t kPlanes = 32 << 10;
  const std::uint8_t* src[kRows];  // [0, readable)
  std::int64_t readable;
  std::int64_t first;  // position of the pixel where src begins
  int rows;            // whose results are wanted; src has an entry for each of whole quads
  std::uint8_t* dst[kRows / kQuad];
  const std::uint8_t* ahead[kRows];  // what the next job will read: fetched into the caches
  int ahead_rows;
  std::int64_t channels, outputs;
  const std::int32_t* begin;    // [outputs] positions of their first pixels
  const std::int32_t* weights;  // [outputs * steps * parts] words; of each its parts
  std::int64_t steps;           // words of an output
  int parts;
  std::int32_t start;
  int bits;
  std::uint8_t* planes;  // kPlanes bytes where pixels are laid out, aligned to 64
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

// The same of quads of rows.
struct FixedQuadsJob {
  const std::uint8_t* const* quads;  // of each count * 4 bytes, and kQuadMargin can be read
  std::int64_t terms;                // quads
  // In pairs: the first word of the first quad, the second of the last one, are of weight 0. Not
  // both of one quad.
  bool begins_late, ends_early;
  const std::int32_t* weights;  // words; of each its parts
  int parts;
  std::int32_t start;
  int bits;
  std::int64_t count;
  std::uint8_t* dst;  // exact
};

struct FixedKernels {
  void (*columns)(const FixedColumnsJob&);
  void (*rows)(const FixedRowsJob&);
  void (*quads)(const FixedQuadsJob&);
  // Rows of a quad, each where it belongs, in the order of their places; null: nowhere.
  void (*part)(const std::uint8_t* quads, std::int64_t count, std::uint8_t* const* rows);
  FixedPacking packing;
};

}  // namespace halfpixel::kernels
