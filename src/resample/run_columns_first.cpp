// Separable forms that filter along columns first: lerp tables and area. The rows that a band
// shares are filtered once and kept; every output row then mixes kept rows.
#include <algorithm>

#include "core/float_state.hpp"
#include "kernels/prefetch.hpp"
#include "resample/strip.hpp"

namespace halfpixel::resample {
namespace {

constexpr std::int64_t kRow = kScratchFloats + kernels::kPadding;
// Floats of a strip between rows that are lerps: both kept rows stay in the L1 cache.
constexpr std::int64_t kLerpFloats = 2048;

struct Scratch {
  alignas(64) float kept[2][kRow];
  alignas(64) float loaded[kRow];
  alignas(64) float out[kRow];
};
static_assert(sizeof(Scratch) <= kMostScratchBytes);

class Band {
 public:
  Band(const Run& run, const char* src, char* dst, const Strip& strip, Scratch& scratch)
      : run_(run), src_(src), dst_(dst), strip_(strip), scratch_(scratch) {
    floats_ = (strip.dst.end - strip.dst.begin) * strip.channels;
    const PlanSpec& spec = *run.spec;
    reads_floats_ = spec.input_dtype == DType::float32 && spec.cast_dtype == DType::float32 &&
                    run.src.dense() && strip.channels == run.channels;
    in_bytes_ = static_cast<std::int64_t>(size_of(spec.input_dtype));
    out_bytes_ = static_cast<std::int64_t>(size_of(spec.output_dtype));
  }

  void lerp(std::int64_t begin, std::int64_t end) {
    const AxisTable& rows = run_.rows();
    // Straight to where they belong when a kernel writes the output's dtype, else by way of floats.
    const DType out = run_.spec->output_dtype;
    const auto straight = run_.kernels->lerp_rows[static_cast<int>(out)];
    const bool direct = straight != nullptr && run_.dst.dense() &&
                        strip_.channels == run_.channels &&
                        (out == DType::float32 || run_.spec->store == Store::saturate);
    const auto to_floats = run_.kernels->lerp_rows[static_cast<int>(DType::float32)];
    for (std::int64_t y = begin; y < end;) {
      const auto at = static_cast<std::size_t>(y);
      kernels::LerpRowsJob job{};
      job.a = filtered(rows.first[at], rows.second[at]);
      job.b = filtered(rows.second[at], rows.first[at]);
      job.t = rows.weights.data() + y;
      job.floats = floats_;
      if (!direct) {
        job.rows = 1;
        job.dst[0] = scratch_.out;
        to_floats(job);
        store(y++);
        continue;
      }
      job.stream = run_.stream;
      do {
        job.dst[job.rows++] = target(y++);
      } while (y < end && job.rows < kernels::LerpRowsJob::kMostRows &&
               rows.first[static_cast<std::size_t>(y)] == rows.first[at] &&
               rows.second[static_cast<std::size_t>(y)] == rows.second[at]);
      straight(job);
    }
  }

  void sum(std::int64_t begin, std::int64_t end) {
    const AxisTable& rows = run_.rows();
    for (std::int64_t y = begin; y < end; ++y) {
      const std::int64_t first = rows.first[static_cast<std::size_t>(y)];
      const std::int32_t count = rows.count[static_cast<std::size_t>(y)];
      for (std::int32_t k = 0; k < count; ++k) {
        kernels::AddRowJob job{};
        job.row = filtered(std::clamp<std::int64_t>(first + k, 0, rows.src_len - 1), -1);
        job.weight = rows.row(y)[static_cast<std::size_t>(k)];
        job.floats = floats_;
        job.start = k > 0                      ? kernels::SumStart::running
                    : run_.spec->zero_start[0] ? kernels::SumStart::zero
                                               : kernels::SumStart::first;
        job.dst = scratch_.out;
        run_.kernels->add_row(job);
      }
      if (run_.spec->has_post_scale) {
        run_.kernels->scale(scratch_.out, run_.spec->post_scale, floats_);
      }
      store(y);
    }
  }

 private:
  // The source row, filtered along columns; kept until two others have been asked for. `other` is
  // the row that must stay.
  const float* filtered(std::int64_t row, std::int64_t other) {
    if (key_[0] == row) return scratch_.kept[0];
    if (key_[1] == row) return scratch_.kept[1];
    const int slot = key_[0] == other || (other < 0 && last_ == 0) ? 1 : 0;
    key_[slot] = row;
    last_ = slot;
    if (run_.rows().kind == AxisTable::Kind::lerp) ask_for(row + 1);
    filter(row, scratch_.kept[slot]);
    return scratch_.kept[slot];
  }

  // The next row of a strip lies far from this one: memory is told beforehand.
  void ask_for(std::int64_t row) const {
    if (row >= run_.rows().src_len || !run_.src.dense()) return;
    const Range inside = inside_of(strip_.src, run_.columns().src_len);
    const char* const from = run_.src_at(src_, row, inside.begin) + strip_.channel * in_bytes_;
    const std::int64_t bytes = (inside.end - inside.begin) * run_.src.pixel_step;
    for (std::int64_t i = 0; i < bytes; i += 64) kernels::prefetch(from + i);
  }

  void filter(std::int64_t row, float* out) {
    const AxisTable& columns = run_.columns();
    if (columns.kind == AxisTable::Kind::lerp) {
      kernels::LerpColumnsJob job{};
      job.origin = strip_.src.begin;
      job.src_floats = (strip_.src.end - strip_.src.begin) * strip_.channels;
      if (reads_floats_) {
        job.src = reinterpret_cast<const float*>(run_.src_at(src_, row, strip_.src.begin));
      } else {
        load(row, strip_.src, scratch_.loaded);
        job.src = scratch_.loaded;
      }
      job.first = columns.first.data() + strip_.dst.begin;
      job.second = columns.second.data() + strip_.dst.begin;
      job.t = columns.weights.data() + strip_.dst.begin;
      job.count = strip_.dst.end - strip_.dst.begin;
      job.channels = strip_.channels;
      job.dst = out;
      if (columns.period > 0) {  // the whole groups of this strip
        const std::int64_t period = columns.period;
        const std::int64_t begin =
            std::max(columns.regular_begin, (strip_.dst.begin + period - 1) / period * period);
        const std::int64_t end = std::min(columns.regular_end, strip_.dst.end / period * period);
        if (begin < end) {
          job.period = period;
          job.regular_begin = begin - strip_.dst.begin;
          job.regular_end = end - strip_.dst.begin;
        }
      }
      job.windows = run_.windows;
      job.column = strip_.dst.begin;
      if (run_.windows != nullptr) {
        run_.kernels->lerp_windows(job);
      } else {
        run_.kernels->lerp_columns(job);
      }
      return;
    }
    if (strip_.oversized()) return filter_piecewise(row, out);
    kernels::TapsColumnsJob job{};
    // Whole vectors of channels never reach past a pixel, so the caller's memory can be read as it
    // is.
    const bool inside = strip_.src.begin >= 0 && strip_.src.end <= columns.src_len;
    if (reads_floats_ && inside && strip_.channels % kernels::kMostLanes == 0) {
      job.src = reinterpret_cast<const float*>(run_.src_at(src_, row, strip_.src.begin));
    } else {
      load(row, strip_.src, scratch_.loaded);
      job.src = scratch_.loaded;
    }
    job.origin = strip_.src.begin;
    job.first = columns.first.data() + strip_.dst.begin;
    job.count = columns.count.data() + strip_.dst.begin;
    job.weights = columns.weights.data() + strip_.dst.begin * columns.taps;
    job.taps = columns.taps;
    job.dst_count = strip_.dst.end - strip_.dst.begin;
    job.channels = strip_.channels;
    job.zero_start = run_.spec->zero_start[1];
    job.dst = out;
    run_.kernels->taps_columns(job);
  }

  void filter_piecewise(std::int64_t row, float* out) {
    const AxisTable& columns = run_.columns();
    const std::int64_t count = columns.count[static_cast<std::size_t>(strip_.dst.begin)];
    const std::int64_t step = kScratchFloats / strip_.channels;
    std::fill_n(out, strip_.channels, 0.0f);
    for (std::int64_t k = 0; k < count; k += step) {
      const Range piece{strip_.src.begin + k, strip_.src.begin + std::min(count, k + step)};
      load(row, piece, scratch_.loaded);
      add_columns(scratch_.loaded, columns.row(strip_.dst.begin).data() + k,
                  piece.end - piece.begin, strip_.channels, k == 0 && !run_.spec->zero_start[1],
                  out);
    }
  }

  void load(std::int64_t row, Range columns, float* out) {
    const Range inside = inside_of(columns, run_.columns().src_len);
    load_pixels(run_, run_.src_at(src_, row, inside.begin) + strip_.channel * in_bytes_,
                inside.end - inside.begin, strip_.channels,
                out + inside_offset(columns, inside) * strip_.channels);
    repeat_edges(columns, inside, strip_.channels, out);
  }

  char* target(std::int64_t y) const {
    return run_.dst_at(dst_, y, strip_.dst.begin) + strip_.channel * out_bytes_;
  }
  void store(std::int64_t y) {
    store_pixels(run_, scratch_.out, strip_.dst.end - strip_.dst.begin, strip_.channels, target(y));
  }

  const Run& run_;
  const char* src_;
  char* dst_;
  const Strip& strip_;
  Scratch& scratch_;
  std::int64_t floats_;
  std::int64_t in_bytes_;
  std::int64_t out_bytes_;
  bool reads_floats_;
  std::int64_t key_[2] = {-1, -1};
  int last_ = 1;
};

}  // namespace

void run_columns_first(const Run& run, const char* src, char* dst, std::int64_t begin,
                       std::int64_t end) noexcept {
  const ScopedFlush flush;
  Scratch scratch;
  const bool lerps = run.rows().kind == AxisTable::Kind::lerp;
  for_each_strip(run, lerps ? kLerpFloats : kScratchFloats, [&](const Strip& strip) {
    Band band(run, src, dst, strip, scratch);
    if (lerps) {
      band.lerp(begin, end);
    } else {
      band.sum(begin, end);
    }
  });
}

std::int64_t scratch_of_columns_first() noexcept {
  return static_cast<std::int64_t>(sizeof(Scratch));
}

}  // namespace halfpixel::resample
