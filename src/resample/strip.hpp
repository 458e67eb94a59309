// Strips: runs of output columns whose source columns and results fit into scratch rows together.
#pragma once

#include <algorithm>
#include <cstdint>

#include "resample/run.hpp"

namespace halfpixel::resample {

// A pixel of more channels is worked on in parts: two to four source pixels must fit into a scratch
// row.
inline constexpr std::int64_t kMostChannels = kScratchFloats / 4;

struct Strip {
  Range dst;                 // output columns, never empty
  Range src;                 // source columns they read, clamping not applied
  std::int64_t channel = 0;  // first channel
  std::int64_t channels = 1;
  // A single output column that reads more than fits: its source is taken piece by piece.
  bool oversized() const { return (src.end - src.begin) * channels > kScratchFloats; }
};

// The longest strip that begins at output column x and keeps to `preferred` floats; a single column
// may take more.
inline Strip strip_at(const AxisTable& table, std::int64_t x, std::int64_t end,
                      std::int64_t channel, std::int64_t channels, std::int64_t preferred) {
  Strip strip{{x, x}, {}, channel, channels};
  for (; x < end && (x == strip.dst.begin || (x + 1 - strip.dst.begin) * channels <= preferred);
       ++x) {
    Range src{table.first[x], std::int64_t{table.first[x]} + 1};
    if (!table.second.empty()) src.end = std::int64_t{table.second[x]} + 1;
    if (table.kind == AxisTable::Kind::taps) src.end = src.begin + std::max(table.count[x], 1);
    if (x > strip.dst.begin) {
      src = {std::min(src.begin, strip.src.begin), std::max(src.end, strip.src.end)};
      if ((src.end - src.begin) * channels > preferred) break;
    }
    strip.src = src;
    strip.dst.end = x + 1;
  }
  return strip;
}

// Calls f(strip) for all columns of the run and all parts of its channels.
template <class F>
void for_each_strip(const Run& run, std::int64_t preferred, F&& f) {
  const std::int64_t parts = (run.channels + kMostChannels - 1) / kMostChannels;
  const std::int64_t step = (run.channels + parts - 1) / parts;
  for (std::int64_t c = 0; c < run.channels; c += step) {
    const std::int64_t channels = std::min(step, run.channels - c);
    for (std::int64_t x = run.column.begin; x < run.column.end;) {
      Strip strip = strip_at(run.columns(), x, run.column.end, c, channels, preferred);
      // Strips that end with a whole vector or window leave the next one nothing to do singly.
      const std::int64_t even = strip.dst.end / kernels::kMostLanes * kernels::kMostLanes;
      if (strip.dst.end < run.column.end && even > x) {
        strip = strip_at(run.columns(), x, even, c, channels, preferred);
      }
      f(strip);
      x = strip.dst.end;
    }
  }
}

// The part of source columns [src.begin, src.end) that lies in an image of `length` columns; at
// least one.
inline Range inside_of(Range src, std::int64_t length) {
  return {std::clamp<std::int64_t>(src.begin, 0, length - 1),
          std::clamp<std::int64_t>(src.end, 1, length)};
}

// Where the first inside column stands in a row of columns [src.begin, src.end). (A piece may lie
// wholly outside: then its first column already is a copy of the edge.)
inline std::int64_t inside_offset(Range src, Range inside) {
  return std::clamp<std::int64_t>(inside.begin - src.begin, 0, src.end - src.begin - 1);
}

// row holds columns [src.begin, src.end); those inside are there, the others become copies of the
// edge.
inline void repeat_edges(Range src, Range inside, std::int64_t channels, float* row) {
  const std::int64_t offset = inside_offset(src, inside);
  float* const first = row + offset * channels;
  for (float* p = first; p > row;) {
    p -= channels;
    std::copy(first, first + channels, p);
  }
  float* next = first + (inside.end - inside.begin) * channels;
  const float* const end = row + (src.end - src.begin) * channels;
  for (; next < end; next += channels) std::copy(next - channels, next, next);
}

// One more group of source columns added to a single output pixel, taps ascending.
inline void add_columns(const float* columns, const float* weights, std::int64_t count,
                        std::int64_t channels, float* sum) {
  for (std::int64_t k = 0; k < count; ++k) {
    for (std::int64_t c = 0; c < channels; ++c) {
      sum[c] = sum[c] + columns[k * channels + c] * weights[k];
    }
  }
}

// True when rows of the output can be written where they belong without a conversion.
inline bool writes_floats(const Run& run, const Strip& strip) {
  return run.spec->output_dtype == DType::float32 && run.dst.dense() &&
         strip.channels == run.channels;
}

}  // namespace halfpixel::resample
