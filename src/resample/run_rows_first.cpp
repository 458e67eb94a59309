// Separable forms that filter along rows first: bicubic, the ScaleAndTranslate family, and its
// gradients. Each output row sums its source rows into one scratch row, which is then filtered
// along columns.
#include <algorithm>

#include "core/float_state.hpp"
#include "resample/strip.hpp"

namespace halfpixel::resample {
namespace {

constexpr std::int64_t kRow = kScratchFloats + kernels::kPadding;
constexpr std::int64_t kMostRows = 64;  // source rows handed to a kernel at once

struct Scratch {
  alignas(64) float summed[kRow];  // one output row, all source columns of the strip
  alignas(64) float loaded[kRow];
  alignas(64) float out[kRow];
};

class Band {
 public:
  Band(const Run& run, const char* src, const Strip& strip, Scratch& scratch)
      : run_(run), src_(src), strip_(strip), scratch_(scratch) {
    const PlanSpec& spec = *run.spec;
    direct_ =
        spec.cast_dtype == spec.input_dtype && run.src.dense() && strip.channels == run.channels;
    in_bytes_ = static_cast<std::int64_t>(size_of(spec.input_dtype));
  }

  // The strip's part of output row y, to scratch.out.
  void row(std::int64_t y) {
    const AxisTable& columns = run_.columns();
    if (strip_.oversized()) return row_piecewise(y);
    sum_rows(y, strip_.src);
    kernels::TapsColumnsJob job{};
    job.src = scratch_.summed;
    job.origin = strip_.src.begin;
    job.first = columns.first.data() + strip_.dst.begin;
    job.count = columns.count.data() + strip_.dst.begin;
    job.weights = columns.weights.data() + strip_.dst.begin * columns.taps;
    job.taps = columns.taps;
    job.dst_count = strip_.dst.end - strip_.dst.begin;
    job.channels = strip_.channels;
    job.zero_start = run_.spec->zero_start[1];
    job.dst = scratch_.out;
    run_.kernels->taps_columns(job);
  }

 private:
  void row_piecewise(std::int64_t y) {
    const AxisTable& columns = run_.columns();
    const std::int64_t count = columns.count[static_cast<std::size_t>(strip_.dst.begin)];
    const std::int64_t step = kScratchFloats / strip_.channels;
    std::fill_n(scratch_.out, strip_.channels, 0.0f);
    for (std::int64_t k = 0; k < count; k += step) {
      const Range piece{strip_.src.begin + k, strip_.src.begin + std::min(count, k + step)};
      sum_rows(y, piece);
      add_columns(scratch_.summed, columns.row(strip_.dst.begin).data() + k,
                  piece.end - piece.begin, strip_.channels, k == 0 && !run_.spec->zero_start[1],
                  scratch_.out);
    }
  }

  void sum_rows(std::int64_t y, Range columns) {
    with_repeated_edges(columns, run_.columns().src_len, strip_.channels, scratch_.summed,
                        [&](Range inside, float* to) { sum_inside(y, inside, to); });
  }

  void sum_inside(std::int64_t y, Range columns, float* to) {
    const AxisTable& rows = run_.rows();
    const std::int64_t first = rows.first[static_cast<std::size_t>(y)];
    const std::int64_t count = rows.count[static_cast<std::size_t>(y)];
    const void* line[kMostRows];
    const std::int64_t group = direct_ ? kMostRows : 1;
    kernels::TapsRowsJob job{};
    job.rows = line;
    job.floats = (columns.end - columns.begin) * strip_.channels;
    job.start = run_.spec->zero_start[0] ? kernels::SumStart::zero : kernels::SumStart::first;
    job.dst = to;
    const DType dtype = direct_ ? run_.spec->input_dtype : DType::float32;
    const auto taps_rows = run_.kernels->taps_rows[static_cast<int>(dtype)];
    for (std::int64_t k = 0; k < count; k += group) {
      job.count = std::min(group, count - k);
      job.weights = rows.row(y).data() + k;
      for (std::int64_t i = 0; i < job.count; ++i) {
        const auto row = std::clamp<std::int64_t>(first + k + i, 0, rows.src_len - 1);
        const char* const at = run_.src_at(src_, row, columns.begin) + strip_.channel * in_bytes_;
        line[i] = at;
        if (!direct_) {
          load_pixels(run_, at, columns.end - columns.begin, strip_.channels, scratch_.loaded);
          line[i] = scratch_.loaded;
        }
      }
      taps_rows(job);
      job.start = kernels::SumStart::running;
    }
  }

  const Run& run_;
  const char* src_;
  const Strip& strip_;
  Scratch& scratch_;
  std::int64_t in_bytes_;
  bool direct_;
};

}  // namespace

void run_rows_first(const Run& run, const char* src, char* dst, std::int64_t begin,
                    std::int64_t end) noexcept {
  const ScopedFlush flush;
  Scratch scratch;
  const auto out_bytes = static_cast<std::int64_t>(size_of(run.spec->output_dtype));
  for_each_strip(run, [&](const Strip& strip) {
    Band band(run, src, strip, scratch);
    for (std::int64_t y = begin; y < end; ++y) {
      band.row(y);
      store_pixels(run, scratch.out, strip.dst.end - strip.dst.begin, strip.channels,
                   run.dst_at(dst, y, strip.dst.begin) + strip.channel * out_bytes);
    }
  });
}

}  // namespace halfpixel::resample
