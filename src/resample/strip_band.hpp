// What the separable engines have in common: one strip of columns of a run of rows, from the
// caller's memory by way of scratch to where it belongs.
#pragma once

#include <algorithm>
#include <cstdint>

#include "resample/strip.hpp"

namespace halfpixel::resample {

class StripBand {
 protected:
  StripBand(const Run& run, const char* src, char* dst, const Strip& strip)
      : run_(run),
        strip_(strip),
        src_(src),
        dst_(dst),
        in_bytes_(static_cast<std::int64_t>(size_of(run.spec->input_dtype))),
        out_bytes_(static_cast<std::int64_t>(size_of(run.spec->output_dtype))) {}

  std::int64_t src_columns() const { return strip_.src.end - strip_.src.begin; }
  std::int64_t dst_columns() const { return strip_.dst.end - strip_.dst.begin; }

  // Where the strip's channels of a pixel begin.
  const char* source(std::int64_t row, std::int64_t column) const {
    return run_.src_at(src_, row, column) + strip_.channel * in_bytes_;
  }
  char* target(std::int64_t row) const {
    return run_.dst_at(dst_, row, strip_.dst.begin) + strip_.channel * out_bytes_;
  }
  // Whether the kernels can take rows as they lie in memory, were it not for their dtype.
  bool dense_source() const { return run_.src.dense() && strip_.channels == run_.channels; }

  void store(std::int64_t row, const float* pixels) const {
    store_pixels(run_, pixels, dst_columns(), strip_.channels, target(row));
  }

  float rows_start() const { return run_.spec->start[0]; }
  float columns_start() const { return run_.spec->start[1]; }

  // The strip's part of the columns' table.
  kernels::LerpPart lerp_part() const {
    const AxisTable& table = run_.columns();
    const std::int64_t begin = strip_.dst.begin;
    return {strip_.src.begin, dst_columns(), table.first.data() + begin,
            table.second.data() + begin, table.weights.data() + begin};
  }
  kernels::ColumnsPart columns_part() const {
    const AxisTable& table = run_.columns();
    const std::int64_t begin = strip_.dst.begin;
    return {strip_.src.begin,
            dst_columns(),
            table.first.data() + begin,
            table.count.data() + begin,
            table.weights.data() + begin * table.taps,
            table.taps};
  }

  // The single output column of an oversized strip: load(piece) gives the floats of a piece of its
  // source columns.
  template <class Load>
  void sum_piecewise(float* out, Load&& load) const {
    const AxisTable& table = run_.columns();
    const float* const weights = table.row(strip_.dst.begin).data();
    const std::int64_t count = table.count[strip_.dst.begin];
    const std::int64_t step = kScratchFloats / strip_.channels;
    std::fill_n(out, strip_.channels, columns_start());
    for (std::int64_t k = 0; k < count; k += step) {
      const Range piece{strip_.src.begin + k, strip_.src.begin + std::min(count, k + step)};
      add_columns(load(piece), weights + k, piece.end - piece.begin, strip_.channels, out);
    }
  }

  const Run& run_;
  const Strip& strip_;

 private:
  const char* src_;
  char* dst_;
  std::int64_t in_bytes_, out_bytes_;
};

}  // namespace halfpixel::resample
