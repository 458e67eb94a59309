// Form cells of bytes: rows are added in 16 bits, then columns. Cells that the edge has cut are
// left to plain sums.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "core/float_state.hpp"
#include "resample/byte_engines.hpp"
#include "resample/strip.hpp"

namespace halfpixel::resample {
namespace {

constexpr std::int64_t kMostSums = 8 << 10;  // of a strip: source columns * channels
constexpr std::int64_t kMostRows = kernels::SumByteRowsJob::kMostRows;

struct ByteCellsScratch {
  alignas(64) std::uint16_t sum[kMostSums];
  alignas(64) std::uint16_t slid[kMostSums];
  alignas(64) std::uint8_t result[kMostSums];
  const std::uint8_t* row[kMostRows];
};
static_assert(sizeof(ByteCellsScratch) <= kMostScratchBytes);

// One row of outputs [columns.begin, columns.end).
class ByteCellsRow {
 public:
  ByteCellsRow(const Run& run, const char* src, char* dst, Range columns, ByteCellsScratch& scratch)
      : run_(run), src_(src), dst_(dst), columns_(columns), scratch_(scratch) {
    const AxisTable& table = run.columns();
    whole_ = columns.end;
    while (whole_ > columns.begin && table.count[whole_ - 1] < cells().whole_columns) --whole_;
  }

  void make(std::int64_t y) {
    const bool whole = run_.rows().count[y] == cells().whole_rows;
    char* const to = run_.dst_at(dst_, y, columns_.begin);
    const bool direct = run_.dst.dense();
    auto* const out = direct ? reinterpret_cast<std::uint8_t*>(to) : scratch_.result;
    const std::int64_t end = whole ? whole_ : columns_.begin;
    if (end > columns_.begin) add(y, end, out);
    for (std::int64_t x = end; x < columns_.end; ++x) {
      for (std::int64_t c = 0; c < run_.channels; ++c) {
        out[(x - columns_.begin) * run_.channels + c] = mean(y, x, c);
      }
    }
    for (std::int64_t x = columns_.begin; !direct && x < columns_.end; ++x) {
      const std::int64_t i = x - columns_.begin;
      std::memcpy(to + i * run_.dst.pixel_step, out + i * run_.channels,
                  static_cast<std::size_t>(run_.channels));
    }
  }

 private:
  const CellSums& cells() const { return run_.spec->cells; }
  const std::uint8_t* source(std::int64_t row, std::int64_t column) const {
    return reinterpret_cast<const std::uint8_t*>(run_.src_at(src_, row, column));
  }

  void add(std::int64_t y, std::int64_t end, std::uint8_t* out) const {
    const std::int64_t first = run_.columns().first[columns_.begin], row = run_.rows().first[y];
    const std::int64_t outputs = end - columns_.begin, each = cells().whole_columns;
    const kernels::ByteKernels& kernels = run_.kernels->bytes;
    if (cells().finish.kind == kernels::CellFinish::Kind::quarter) {
      return kernels.halve(
          {source(row, first), source(row + 1, first), outputs, run_.channels, out});
    }
    const std::int64_t rows = cells().whole_rows;
    for (std::int64_t r = 0; r < rows; ++r) scratch_.row[r] = source(row + r, first);
    kernels.sum_rows({scratch_.row, rows, outputs * each * run_.channels, scratch_.sum});
    kernels.mean_columns({scratch_.sum, outputs, run_.channels, each, cells().finish.scale,
                          rows * each <= kMostRows, scratch_.slid, out});
  }

  // Of a cell that was cut.
  std::uint8_t mean(std::int64_t y, std::int64_t x, std::int64_t c) const {
    const std::int64_t rows = run_.rows().count[y], columns = run_.columns().count[x];
    std::int32_t sum = 0;
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t k = 0; k < columns; ++k) {
        sum += source(run_.rows().first[y] + r, run_.columns().first[x] + k)[c];
      }
    }
    const float value = static_cast<float>(sum) / static_cast<float>(rows * columns);
    return static_cast<std::uint8_t>(std::nearbyint(value));
  }

  const Run& run_;
  const char* src_;
  char* dst_;
  Range columns_;
  ByteCellsScratch& scratch_;
  std::int64_t whole_;  // columns before this one are
};

}  // namespace

bool is_byte_cells(const PlanSpec& spec) {
  const CellSums& cells = spec.cells;
  if (spec.form != Form::cells || spec.spatial_rank != 2 ||
      spec.sums.number != kernels::Number::int32 || spec.input_dtype != DType::uint8 ||
      spec.output_dtype != DType::uint8 || cells.whole_rows < 1 || cells.whole_columns < 1) {
    return false;
  }
  const std::int64_t channels = channels_of(spec, spec.input_shape);
  const bool quarter = cells.finish.kind == kernels::CellFinish::Kind::quarter;
  return cells.whole_rows <= kMostRows && channels <= kMostByteChannels &&
         cells.whole_columns * channels <= kMostSums &&
         (quarter ? channels != 2 : cells.finish.kind == kernels::CellFinish::Kind::scaled);
}

void run_byte_cells(const Run& run, const char* src, char* dst, std::int64_t begin,
                    std::int64_t end) noexcept {
  // Pixels with gaps between their channels or each other are for the engine of any numbers.
  if (!run.src.dense()) return run_cells(run, src, dst, begin, end);
  const ScopedFlush plain(false);
  ByteCellsScratch scratch;
  // Halves need no memory for sums, but rows of results where those have gaps.
  const bool halves = run.spec->cells.finish.kind == kernels::CellFinish::Kind::quarter;
  const std::int64_t width = halves && run.dst.dense()
                                 ? run.column.end - run.column.begin
                                 : kMostSums / (run.spec->cells.whole_columns * run.channels);
  for (std::int64_t x = run.column.begin; x < run.column.end; x += width) {
    ByteCellsRow row(run, src, dst, {x, std::min(x + width, run.column.end)}, scratch);
    for (std::int64_t y = begin; y < end; ++y) row.make(y);
  }
}

std::int64_t scratch_of_byte_cells() noexcept {
  return static_cast<std::int64_t>(sizeof(ByteCellsScratch));
}

}  // namespace halfpixel::resample
