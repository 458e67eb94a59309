// The tables of a run of ordered sums, where their terms lie, and the strips that it is cut into.
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "resample/strip.hpp"

namespace halfpixel::resample {

struct OrderedScratch {
  static constexpr std::int64_t kRing = 48 << 10, kEight = 36 << 10;
  static constexpr std::int64_t kMostTerms = 1024;  // of a sum along rows that is made at once
  alignas(64) char ring[kRing];
  alignas(64) char rows[kEight];      // eight rows before the columns are filtered
  alignas(64) char packed[kEight];    // the same, interleaved
  alignas(64) char filtered[kEight];  // and filtered, interleaved still
  alignas(64) char results[kEight];   // eight rows of results
  const void* terms[kMostTerms];
};
static_assert(sizeof(OrderedScratch) <= kMostScratchBytes);

// The tables of a run: null where an axis does not change.
struct OrderedAxes {
  explicit OrderedAxes(const PlanSpec& spec) {
    const auto table = [&](int i) -> const AxisTable* {
      if (i < 0 || spec.axis[i].kind == AxisTable::Kind::copy) return nullptr;
      return &spec.axis[i];
    };
    columns = table(spec.spatial_rank - 1);
    rows = table(spec.spatial_rank - 2);
    planes = table(spec.spatial_rank - 3);
    columns_first = spec.order == Order::columns_first;
  }
  // The ring holds rows of results of the columns, or else rows as they are loaded.
  bool keeps_filtered() const { return columns != nullptr && columns_first; }

  const AxisTable* columns;
  const AxisTable* rows;
  const AxisTable* planes;
  bool columns_first;
};

inline std::int64_t terms_of(const AxisTable& table, std::int64_t i) {
  return table.kind == AxisTable::Kind::pair ? 2 : table.count[i];
}

// Where a term lies in the source.
[[gnu::always_inline]] inline std::int64_t position_of(const AxisTable& table, std::int64_t i,
                                                       std::int64_t k) {
  const bool second = table.kind == AxisTable::Kind::pair && k == 1;
  const std::int64_t position = second ? table.second[i] : std::int64_t{table.first[i]} + k;
  return std::clamp<std::int64_t>(position, 0, table.src_len - 1);
}

inline Range positions_of(const AxisTable& table, std::int64_t i) {
  const std::int64_t terms = terms_of(table, i);
  if (terms == 0) return {position_of(table, i, 0), position_of(table, i, 0)};
  return {position_of(table, i, 0), position_of(table, i, terms - 1) + 1};
}

inline std::int64_t most_positions(const AxisTable& table) {
  std::int64_t most = 1;
  for (std::int64_t i = 0; i < table.dst_len; ++i) {
    const Range range = positions_of(table, i);
    most = std::max(most, range.end - range.begin);
  }
  return most;
}

template <class T>
const T* weights_of(const AxisTable& table, std::int64_t i) {
  if constexpr (std::is_same_v<T, float>) return table.weights.data() + i * table.taps;
  if constexpr (std::is_same_v<T, double>) return table.doubles.data() + i * table.taps;
  if constexpr (std::is_same_v<T, std::int32_t>) return table.integers.data() + i * table.taps;
  if constexpr (std::is_same_v<T, std::int64_t>) return table.longs.data() + i * table.taps;
}

// Calls f(strip, fits) for all columns and channels of the run; a strip that does not fit into the
// scratch is a single number wide.
template <class T, class F>
void for_each_ordered_strip(const Run& run, F&& f) {
  using Scratch = OrderedScratch;
  const OrderedAxes axes(*run.spec);
  const AxisTable& columns = run.columns();
  constexpr auto kBytes = static_cast<std::int64_t>(sizeof(T));
  constexpr int kTogether = kernels::NumbersJob::kRows;
  std::int64_t src_most = Scratch::kEight / kTogether / kBytes, dst_most = src_most;
  if (axes.planes != nullptr) dst_most /= 4, src_most /= 4;
  bool fits = true;
  if (axes.rows != nullptr) {
    const std::int64_t rows = most_positions(*axes.rows);
    // At the edges terms are more than positions.
    fits = rows <= Scratch::kMostTerms && axes.rows->taps <= Scratch::kMostTerms;
    std::int64_t& most = axes.keeps_filtered() ? dst_most : src_most;
    most = std::min(most, Scratch::kRing / kBytes / (rows + kTogether));
  }
  const std::int64_t widest = axes.columns != nullptr ? most_positions(*axes.columns) : 1;
  fits = fits && src_most >= widest && dst_most >= 1;
  // Alpha and what it weighs stay together.
  const bool alpha = run.spec->sums.has_alpha();
  fits = fits && (!alpha || (src_most >= widest * run.channels && dst_most >= run.channels));
  const std::int64_t most_channels = alpha  ? run.channels
                                     : fits ? std::min(src_most / widest, dst_most)
                                            : 1;
  const std::int64_t parts = (run.channels + most_channels - 1) / most_channels;
  const std::int64_t step = (run.channels + parts - 1) / parts;
  const auto source = [&](std::int64_t x) {
    return axes.columns != nullptr ? positions_of(columns, x) : Range{x, x + 1};
  };
  for (std::int64_t c = 0; c < run.channels; c += step) {
    const std::int64_t channels = std::min(step, run.channels - c);
    for (std::int64_t x = run.column.begin; x < run.column.end;) {
      Strip strip{{x, x + 1}, source(x), c, channels};
      for (++x; fits && x < run.column.end; ++x) {
        const Range next = source(x);
        const Range src{std::min(next.begin, strip.src.begin), std::max(next.end, strip.src.end)};
        if ((src.end - src.begin) * channels > src_most ||
            (x + 1 - strip.dst.begin) * channels > dst_most) {
          break;
        }
        strip.src = src;
        strip.dst.end = x + 1;
      }
      f(strip, fits);
    }
  }
}

}  // namespace halfpixel::resample
