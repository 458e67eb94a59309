// Vectors of neighbouring outputs along columns, for pixels of few channels: what a vector reads
// lies in a short window of the source row, so that one load and one permutation serve all of its
// lanes. Worked out once for a plan.
#pragma once

#include <cstdint>
#include <limits>

#include "core/signed_index.hpp"

namespace halfpixel::kernels {

// Outputs are counted as floats of a whole row: lane l of vector v is channel i % channels of
// column i / channels, i = v * lanes + l. It reads src[base[v] + index[v * lanes + l]] of the
// source row, counted alike; tap k of a sum reads k * channels floats further, but that
// each term of an ordered sum has a window of its own. Copies count units
// of four bytes in vectors of floats, or else single bytes in vectors of 16.
struct WindowTable {
  // base of a vector whose sources do not fit into two vectors
  static constexpr std::int32_t kNone = std::numeric_limits<std::int32_t>::min();

  struct Source {
    SignedVector<std::uint8_t> bytes;  // index, for units of one byte
    SignedVector<std::int32_t> base;   // [vectors]
    SignedVector<std::int32_t> index;  // [vectors, lanes], below 2 * lanes
  };
  std::int64_t lanes = 0;
  std::int64_t channels = 0;
  std::int64_t unit = 4;  // bytes of what is counted
  std::int32_t taps = 0;  // 0: lerp, pair
  bool wide = false;      // some index is lanes or more
  // Pairs of single numbers that lie far apart: the lower half of a vector of `a` are first sources
  // of lanes / 2 outputs, the upper half their second ones; all are wide.
  bool halves = false;
  bool single = false;                     // pairs of single numbers that windows do not reach
  SignedVector<Source> term;               // of ordered sums, instead of a
  Source a, b;                             // b: the second source of a lerp or a pair
  SignedVector<float> weights;             // lerp: [vectors, lanes]; sums: [vectors, taps, lanes]
  SignedVector<std::int32_t> count;        // taps: [vectors, lanes]
  SignedVector<std::int32_t> least, most;  // taps: [vectors], of count
};

}  // namespace halfpixel::kernels
