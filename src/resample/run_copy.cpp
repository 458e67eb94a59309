// Forms copy and cast: elements move, perhaps changing their dtype, and nothing is computed.
#include <algorithm>
#include <cstring>

#include "core/float_state.hpp"
#include "kernels/prefetch.hpp"
#include "resample/run.hpp"

namespace halfpixel::resample {
namespace {

constexpr std::int64_t kMostRows = 8;

// Rows of the output dtype from one row of the source, dense, window columns [begin, end).
void copy_columns(const Run& run, const char* row_src, Range columns, char* const* rows,
                  std::int64_t row_count) {
  kernels::CopyJob job{};
  const std::int64_t repeat = run.columns().repeat;
  if (repeat > 0 && columns.begin % repeat == 0 && columns.end % repeat == 0) {
    job.repeat = repeat;
    job.src = row_src + (columns.begin / repeat - run.src_column) * run.src.pixel_step;
  } else {
    job.first = run.columns().first.data() + columns.begin;
    job.src = row_src - run.src_column * run.src.pixel_step;
  }
  job.src_step = run.src.pixel_step;
  job.count = columns.end - columns.begin;
  job.bytes = run.dst.pixel_bytes;
  job.dst = rows;
  job.rows = row_count;
  job.stream = run.stream;
  if (run.windows != nullptr && run.src.dense()) {
    const std::int64_t last = run.columns().first[columns.end - 1];
    job.windows = run.windows;
    job.src = row_src;
    job.origin = run.src_column;
    job.src_bytes = (last + 1 - run.src_column) * job.bytes;
    job.column = columns.begin;
  }
  run.kernels->copy(job);
}

// Shrinking jumps from row to row: memory is told beforehand of one that is read in all its lines.
void ask_for(const Run& run, const char* row_src) {
  const auto& first = run.columns().first;
  const char* const from =
      row_src + (first[run.column.begin] - run.src_column) * run.src.pixel_step;
  const std::int64_t bytes =
      (std::int64_t{first[run.column.end - 1]} - first[run.column.begin]) * run.src.pixel_step;
  constexpr std::int64_t kLine = 64;
  if (bytes > (run.column.end - run.column.begin) * kLine) return;
  for (std::int64_t i = 0; i < bytes; i += kLine) kernels::prefetch(from + i);
}

// The slow way, for casts and for destinations with gaps: one source pixel at a time.
void copy_pixelwise(const Run& run, const char* row_src, char* row_dst) {
  const bool cast = run.spec->input_dtype != run.spec->output_dtype;
  const auto& first = run.columns().first;
  alignas(16) float values[256];
  for (std::int64_t x = run.column.begin; x < run.column.end; ++x) {
    const char* const from = row_src + (first[x] - run.src_column) * run.src.pixel_step;
    char* const to = row_dst + (x - run.column.begin) * run.dst.pixel_step;
    if (!cast) {
      std::memcpy(to, from, static_cast<std::size_t>(run.dst.pixel_bytes));
      continue;
    }
    const std::int64_t in = static_cast<std::int64_t>(size_of(run.spec->input_dtype));
    const std::int64_t out = static_cast<std::int64_t>(size_of(run.spec->output_dtype));
    for (std::int64_t c = 0; c < run.channels; c += 256) {
      const std::int64_t n = std::min<std::int64_t>(256, run.channels - c);
      load_pixels(run, from + c * in, 1, n, values);
      store_pixels(run, values, 1, n, to + c * out);
    }
  }
}

}  // namespace

void run_copy(const Run& run, const char* src, char* dst, std::int64_t begin,
              std::int64_t end) noexcept {
  const bool cast = run.spec->input_dtype != run.spec->output_dtype;
  const bool direct = run.dst.dense() && !cast;
  const ScopedFlush flush;  // casts are arithmetic; copies do not notice
  const bool single_row = run.spec->spatial_rank == 1;
  const auto source_row = [&](std::int64_t y) {
    return single_row ? std::int64_t{0} : std::int64_t{run.rows().first[y]};
  };
  for (std::int64_t y = begin; y < end;) {
    const std::int64_t from = source_row(y);
    char* rows[kMostRows];
    std::int64_t count = 0;
    while (y < end && count < kMostRows && source_row(y) == from) {
      rows[count++] = dst + (y++ - run.row.begin) * run.dst.row_step;
    }
    const char* const row_src = src + (from - run.src_row) * run.src.row_step;
    if (y < end && source_row(y) > from + 1)
      ask_for(run, src + (source_row(y) - run.src_row) * run.src.row_step);
    if (direct) {
      copy_columns(run, row_src, run.column, rows, count);
    } else {
      for (std::int64_t r = 0; r < count; ++r) copy_pixelwise(run, row_src, rows[r]);
    }
  }
}

namespace {

// Calls f(from, to, pixels) for whole rows where both sides are dense, else for single pixels.
template <class F>
void for_each_run(const Run& run, const char* src, char* dst, Range rows, F&& f) {
  const std::int64_t width = run.column.end - run.column.begin;
  for (std::int64_t y = rows.begin; y < rows.end; ++y) {
    const char* const from = run.src_at(src, y, run.column.begin);
    char* const to = run.dst_at(dst, y, run.column.begin);
    if (run.src.dense() && run.dst.dense()) {
      f(from, to, width);
      continue;
    }
    for (std::int64_t x = 0; x < width; ++x) {
      f(from + x * run.src.pixel_step, to + x * run.dst.pixel_step, 1);
    }
  }
}

}  // namespace

void run_cast(const Run& run, const char* src, char* dst, std::int64_t begin,
              std::int64_t end) noexcept {
  const ScopedFlush flush;
  const auto in = static_cast<std::int64_t>(size_of(run.spec->input_dtype));
  const auto out = static_cast<std::int64_t>(size_of(run.spec->output_dtype));
  alignas(64) float values[kScratchFloats];
  for_each_run(run, src, dst, {begin, end}, [&](const char* from, char* to, std::int64_t pixels) {
    const std::int64_t floats = pixels * run.channels;
    for (std::int64_t i = 0; i < floats; i += kScratchFloats) {
      const std::int64_t n = std::min(kScratchFloats, floats - i);
      load_pixels(run, from + i * in, 1, n, values);
      store_pixels(run, values, 1, n, to + i * out);
    }
  });
}

void run_move(const Run& run, const char* src, char* dst, std::int64_t begin,
              std::int64_t end) noexcept {
  for_each_run(run, src, dst, {begin, end}, [&](const char* from, char* to, std::int64_t pixels) {
    std::memcpy(to, from, static_cast<std::size_t>(pixels * run.src.pixel_bytes));
  });
}

}  // namespace halfpixel::resample
