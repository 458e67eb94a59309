// Weights of bytes in fixed point, as the kernels of run_byte_fixed want them: cut into digits,
// several to a word, in the order in which pixels lie.
#include <cstdint>

#include "resample/byte_engines.hpp"

namespace halfpixel::resample {
namespace {

using kernels::FixedColumnsJob;
using kernels::FixedPacking;
using kernels::WideColumnsJob;

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

// Weights in steps of so many taps, each part of which takes `words`; word w of a step holds the
// neighbours that neighbours_of(w) counts.
template <class NeighboursOf>
AxisTable::Packed pack_steps(const AxisTable& table, FixedPacking packing,
                             std::int64_t taps_of_step, std::int64_t words,
                             NeighboursOf neighbours_of) {
  AxisTable::Packed packed;
  const int parts = parts_of(table, packing);
  const std::int64_t steps = (table.taps + taps_of_step - 1) / taps_of_step;
  const std::int64_t row = steps * words * parts, together = kernels::weights_of_word(packing);
  const int bits = static_cast<int>(32 / together);
  packed.parts = parts;
  packed.row = static_cast<std::int32_t>(row);
  packed.words.assign(static_cast<std::size_t>(table.dst_len * row), 0);
  for (std::int64_t i = 0; i < table.dst_len; ++i) {
    std::int32_t* to = packed.words.data() + i * row;
    for (std::int64_t s = 0; s < steps; ++s) {
      for (int part = 0; part < parts; ++part) {
        for (std::int64_t w = 0; w < words; ++w) {
          std::uint32_t word = 0;
          for (std::int64_t n = together - 1; n >= 0; --n) {
            const std::int64_t k = s * taps_of_step + together * neighbours_of(w) + n;
            const std::int32_t weight =
                k < table.count[i]
                    ? part_of(table.integers[i * table.taps + k], packing, parts, part)
                    : 0;
            word = (word << bits) | (static_cast<std::uint32_t>(weight) & ((1U << bits) - 1));
          }
          *to++ = static_cast<std::int32_t>(word);
        }
      }
    }
  }
  return packed;
}

// As FixedRowsJob wants them.
AxisTable::Packed pack_rows(const AxisTable& table, FixedPacking packing) {
  return pack_steps(table, packing, kernels::weights_of_word(packing), 1,
                    [](std::int64_t) { return std::int64_t{0}; });
}

// As FixedColumnsJob wants them: of two channels each word is there for both.
AxisTable::Packed pack_columns(const AxisTable& table, FixedPacking packing,
                               std::int64_t channels) {
  return pack_steps(table, packing, FixedColumnsJob::pixels(channels),
                    FixedColumnsJob::words(channels, packing),
                    [channels](std::int64_t w) { return channels == 2 ? w / 2 : w; });
}

// How outputs lie in vectors of 64 bytes, or nothing where they do not or other kernels are faster.
void choose_vectors(const AxisTable& table, std::int64_t channels, AxisTable::Packed& packed) {
  constexpr std::int64_t kPixels = kernels::WideColumnsJob::kPixels;
  const std::int64_t vectors = (table.taps + kPixels - 1) / kPixels;
  // measured: more weights of a pixel are faster in blocks of rows
  const int most = packed.parts > 2 ? 4 : 8;
  if (channels == 2 || (channels > 2 && table.taps > most)) return;
  const int most_quads = channels > 2 ? 2 : 4;
  for (int quads = 1; quads <= most_quads; quads *= 2) {
    const int outputs = static_cast<int>(WideColumnsJob::words(channels)) / quads;
    bool fits = table.taps <= 4 * quads || quads == 4;
    for (std::int64_t x = 0; fits && x < table.dst_len; ++x) {
      const std::int32_t apart = table.first[x] - table.first[x / outputs * outputs];
      fits = apart >= 0 && apart * channels + 4 * quads * channels <= WideColumnsJob::kBytes;
      // An output that is first of what is asked for may stand anywhere in its group.
      fits = fits && (x % outputs == 0 || table.first[x] >= table.first[x - 1]);
    }
    if (!fits) continue;
    packed.outputs = outputs;
    packed.quads = quads;
    packed.vectors = static_cast<int>(vectors);
    return;
  }
}

// As WideColumnsJob wants them; no words where there is none.
AxisTable::Packed pack_wide(const AxisTable& table, std::int64_t channels) {
  constexpr FixedPacking kPacking = FixedPacking::quads;
  AxisTable::Packed packed;
  packed.parts = parts_of(table, kPacking);
  choose_vectors(table, channels, packed);
  if (packed.outputs == 0) return packed;
  const std::int64_t lanes = WideColumnsJob::words(channels), outputs = packed.outputs;
  const std::int64_t groups = (table.dst_len + outputs - 1) / outputs;
  packed.row = static_cast<std::int32_t>(packed.vectors * packed.parts * lanes);
  packed.words.assign(static_cast<std::size_t>(groups * packed.row), 0);
  std::int32_t* to = packed.words.data();
  for (std::int64_t group = 0; group < groups; ++group) {
    for (std::int64_t v = 0; v < packed.vectors; ++v) {
      for (int part = 0; part < packed.parts; ++part) {
        for (std::int64_t lane = 0; lane < lanes; ++lane) {
          const std::int64_t x = group * outputs + lane / packed.quads;
          const std::int64_t first = v * WideColumnsJob::kPixels + lane % packed.quads * 4;
          std::uint32_t word = 0;
          for (std::int64_t k = first + 3; k >= first && x < table.dst_len; --k) {
            const std::int32_t weight =
                k < table.count[x]
                    ? part_of(table.integers[x * table.taps + k], kPacking, packed.parts, part)
                    : 0;
            word = (word << 8) | (static_cast<std::uint32_t>(weight) & 0xFFU);
          }
          *to++ = static_cast<std::int32_t>(word);
        }
      }
    }
  }
  return packed;
}

AxisTable::Packed pack_columns(const AxisTable& table, const kernels::FixedKernels& kernels,
                               std::int64_t channels) {
  AxisTable::Packed wide;
  if (kernels.wide_columns != nullptr) wide = pack_wide(table, channels);
  return wide.outputs > 0 ? wide : pack_columns(table, kernels.packing, channels);
}

}  // namespace

void pack_byte_fixed(PlanSpec& spec, const kernels::FixedKernels& kernels) {
  AxisTable &rows = spec.axis[0], &columns = spec.axis[1];
  if (rows.kind == AxisTable::Kind::taps) rows.packed = pack_rows(rows, kernels.packing);
  if (columns.kind != AxisTable::Kind::taps) return;
  const std::int64_t channels = channels_of(spec, spec.input_shape);
  columns.packed = pack_columns(columns, kernels, channels);
  if (channels > 1) columns.packed_single = pack_columns(columns, kernels, 1);
}

}  // namespace halfpixel::resample
