// Weights of bytes in fixed point, as the kernels of run_byte_fixed want them: cut into digits,
// several to a word.
#include <algorithm>
#include <cstdint>

#include "resample/byte_engines.hpp"

namespace halfpixel::resample {
namespace {

using kernels::FixedPacking;

// What is left of a weight after so many of its digits to base 256, from -128 to 127.
std::int32_t without_digits(std::int32_t weight, int digits) {
  for (; digits > 0; --digits) weight = (weight - static_cast<std::int8_t>(weight)) / 256;
  return weight;
}

std::int32_t part_of(std::int32_t weight, FixedPacking packing, int parts, int part) {
  if (packing == FixedPacking::pairs) {
    if (parts == 1) return weight;
    return part == 0 ? weight >> kernels::kLowBits : weight & ((1 << kernels::kLowBits) - 1);
  }
  return static_cast<std::int8_t>(without_digits(weight, part));
}

int parts_of(const AxisTable& table, FixedPacking packing) {
  int parts = 1;
  for (const std::int32_t weight : table.integers) {
    if (packing == FixedPacking::pairs) {
      if (weight != static_cast<std::int16_t>(weight)) parts = 2;
    } else {
      while (without_digits(weight, parts) != 0)
        ++parts;  // three at most: is_byte_fixed bounds them
    }
  }
  return parts;
}

// Words of neighbours, of which the first of an output begins at the last position before its own
// that `align` divides, with weights of 0 before and behind. They are whole runs of `align`
// weights.
AxisTable::Packed pack(const AxisTable& table, FixedPacking packing, std::int64_t align) {
  const std::int64_t together = kernels::weights_of_word(packing);
  const std::int64_t run = std::max(align, together);
  const int bits = static_cast<int>(32 / together), parts = parts_of(table, packing);
  std::int64_t taps = 0;
  for (std::int64_t i = 0; i < table.dst_len; ++i)
    taps = std::max<std::int64_t>(taps, table.first[i] % align + table.count[i]);
  const std::int64_t steps = (taps + run - 1) / run * run / together;
  AxisTable::Packed packed;
  packed.parts = parts;
  packed.steps = static_cast<std::int32_t>(steps);
  packed.words.assign(static_cast<std::size_t>(table.dst_len * steps * parts), 0);
  std::int32_t* to = packed.words.data();
  for (std::int64_t i = 0; i < table.dst_len; ++i) {
    const std::int64_t before = table.first[i] % align;
    for (std::int64_t s = 0; s < steps; ++s) {
      for (int part = 0; part < parts; ++part) {
        std::uint32_t word = 0;
        for (std::int64_t n = together - 1; n >= 0; --n) {
          const std::int64_t k = s * together + n - before;
          const std::int32_t weight =
              k >= 0 && k < table.count[i]
                  ? part_of(table.integers[i * table.taps + k], packing, parts, part)
                  : 0;
          word = (word << bits) | (static_cast<std::uint32_t>(weight) & ((1U << bits) - 1));
        }
        *to++ = static_cast<std::int32_t>(word);
      }
    }
  }
  return packed;
}

bool is_narrow(const AxisTable& table) {
  return table.kind != AxisTable::Kind::taps || parts_of(table, FixedPacking::pairs) == 1;
}

}  // namespace

void pack_byte_fixed(PlanSpec& spec, const kernels::FixedKernels& kernels,
                     const kernels::FixedKernels& narrow) {
  AxisTable &rows = spec.axis[0], &columns = spec.axis[1];
  const bool all_narrow = is_narrow(rows) && is_narrow(columns);
  const FixedPacking packing = (all_narrow ? narrow : kernels).packing;
  const bool columns_too = columns.kind == AxisTable::Kind::taps;
  if (rows.kind == AxisTable::Kind::taps) {
    // Rows whose columns have been filtered are kept in quads, others are read where they lie.
    const bool in_quads = columns_too && spec.order == Order::columns_first;
    rows.packed = pack(rows, packing, in_quads ? kernels::kQuad : 1);
  }
  if (columns_too) columns.packed = pack(columns, packing, kernels::weights_of_word(packing));
  rows.packed.narrow = columns.packed.narrow = all_narrow;
}

}  // namespace halfpixel::resample
