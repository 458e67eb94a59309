// AxisTable: everything a frontend knows about one axis, worked out for every output position.
// Kernels read it and know nothing else of coordinates, filters or borders.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <halfpixel/resample.hpp>

#include "core/signed_index.hpp"
#include "kernels/gather_group.hpp"

namespace halfpixel::resample {

// Four kinds of axis:
//   copy  dst[i] = src[first[i]]
//   lerp  dst[i] = a + (b - a) * weight[i], a = src[first[i]], b = src[second[i]]
//   taps  dst[i] = sum over k in [0, count[i]) of src[clamp(first[i] + k)] * weights[i * taps + k],
//         k ascending, starting from PlanSpec::start
//   pair  dst[i] = src[first[i]] * weights[2 i] + src[second[i]] * weights[2 i + 1]
// In ordered sums (PlanSpec::sums) the order is what is said there, and weights may be of another
// kind of number.
struct AxisTable {
  enum class Kind : std::uint8_t { copy, lerp, taps, pair };

  Kind kind = Kind::copy;
  std::int64_t src_len = 0;
  std::int64_t dst_len = 0;
  // [dst_len]; in taps tables it may lie outside [0, src_len): clamped
  SignedVector<std::int32_t> first;
  SignedVector<std::int32_t> second;  // [dst_len]; lerp and pair
  SignedVector<std::int32_t> count;   // [dst_len]; taps only
  SignedVector<float> weights;        // lerp: [dst_len]; taps: [dst_len * taps]
  // Instead of weights, in ordered sums of other numbers than float32.
  SignedVector<double> doubles;
  SignedVector<std::int32_t> integers;
  SignedVector<std::int64_t> longs;
  // integers once more, as kernels of bytes in fixed point take them: rows of `steps` words, each
  // of which has so many parts.
  struct Packed {
    SignedVector<std::int32_t> words;
    std::int32_t steps = 0;
    int parts = 1;
    bool narrow = false;  // for kernels of weights of 16 bits
    const std::int32_t* row(std::int64_t i) const { return words.data() + i * steps * parts; }
  };
  Packed packed;
  std::int32_t taps = 0;    // row length of weights in taps and pair tables
  std::int32_t repeat = 0;  // copy: every source position this often, in order; 0: no such period

  // lerp: outputs [regular_begin, regular_end) come in groups of `period`, each the one before
  // moved by one source position, with the same weights to the bit. period 0: no such run.
  std::int32_t period = 0;
  std::int64_t regular_begin = 0;  // a multiple of period
  std::int64_t regular_end = 0;

  std::span<const float> row(std::int64_t i) const {
    return {weights.data() + i * taps, static_cast<std::size_t>(taps)};
  }
};

// One output position of a gradient: the upstream positions that touch it, in the order in which
// TensorFlow adds them. Entries that share a position stand together (a clamped border tap).
struct GatherTable {
  std::int64_t src_len = 0;          // upstream (dy) positions
  std::int64_t dst_len = 0;          // positions of dx
  SignedVector<std::int32_t> begin;  // [dst_len + 1] into group
  using Group = kernels::GatherGroup;
  SignedVector<Group> group;
  SignedVector<float> weights;
};

// Throws Error(out_of_memory) for tables of more bytes than a quarter of the machine's memory: the
// system would grant them now and end the program later.
void require_table_room(std::string_view speaker, double bytes);

// The copy table that repeats each of src_len positions `times` times.
AxisTable repeat_axis(std::int64_t src_len, std::int64_t times);
// Finds out whether a copy table is a repetition and notes it in `repeat`.
void find_repetition(AxisTable& table);

// Finds the longest regular run of a lerp table and notes it.
void find_period(AxisTable& table);

// The table whose matrix is the transpose; upstream positions ascend, gaps hold zero weights.
// (TensorFlow's ScaleAndTranslateGrad builds the same one.)
AxisTable transpose(const AxisTable& table);

// The scatter of a lerp or taps table turned into a gather that keeps its order of additions.
GatherTable gather_of(const AxisTable& table);

// Positions that a range of outputs needs, clamped into [0, src_len).
Range required(const AxisTable& table, Range dst) noexcept;

}  // namespace halfpixel::resample
