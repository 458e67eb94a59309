// Separable forms that filter along columns first: lerp tables and area. The rows that a band
// shares are filtered once and kept; every output row then mixes kept rows.
#include <algorithm>

#include "core/float_state.hpp"
#include "kernels/prefetch.hpp"
#include "resample/strip_band.hpp"

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

class Band : private StripBand {
 public:
  Band(const Run& run, const char* src, char* dst, const Strip& strip, Scratch& scratch)
      : StripBand(run, src, dst, strip),
        scratch_(scratch),
        floats_(dst_columns() * strip.channels),
        reads_floats_(run.spec->input_dtype == DType::float32 &&
                      run.spec->cast_dtype == DType::float32 && dense_source()) {}

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
      const std::int64_t first = rows.first[y], second = rows.second[y];
      kernels::LerpRowsJob job{};
      job.a = filtered(first, second);
      job.b = filtered(second, first);
      job.t = rows.weights.data() + y;
      job.floats = floats_;
      if (!direct) {
        job.rows = 1;
        job.dst[0] = scratch_.out;
        to_floats(job);
        store(y++, scratch_.out);
        continue;
      }
      job.stream = run_.stream;
      do {
        job.dst[job.rows++] = target(y++);
      } while (y < end && job.rows < kernels::LerpRowsJob::kMostRows && rows.first[y] == first &&
               rows.second[y] == second);
      straight(job);
    }
  }

  void sum(std::int64_t begin, std::int64_t end) {
    const AxisTable& rows = run_.rows();
    for (std::int64_t y = begin; y < end; ++y) {
      const std::int64_t first = rows.first[y];
      const std::int32_t count = rows.count[y];
      for (std::int32_t k = 0; k < count; ++k) {
        kernels::AddRowJob job{};
        job.row = filtered(std::clamp<std::int64_t>(first + k, 0, rows.src_len - 1), -1);
        job.weight = rows.weights[y * rows.taps + k];
        job.floats = floats_;
        job.start = rows_start();
        job.running = k > 0;
        job.dst = scratch_.out;
        run_.kernels->add_row(job);
      }
      const float scale = run_.spec->post_scale;
      if (scale != 1.0f) run_.kernels->scale(scratch_.out, scale, floats_);
      store(y, scratch_.out);
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
    const char* const from = source(row, inside.begin);
    const std::int64_t bytes = (inside.end - inside.begin) * run_.src.pixel_step;
    for (std::int64_t i = 0; i < bytes; i += 64) kernels::prefetch(from + i);
  }

  void filter(std::int64_t row, float* out) {
    if (run_.columns().kind == AxisTable::Kind::lerp) return lerp_columns(row, out);
    if (strip_.oversized()) {
      sum_piecewise(out, [&](Range piece) {
        load(row, piece, scratch_.loaded);
        return scratch_.loaded;
      });
      return;
    }
    // Whole vectors of channels never reach past a pixel, so the caller's memory can be read as it
    // is.
    const bool inside = strip_.src.begin >= 0 && strip_.src.end <= run_.columns().src_len;
    const bool as_it_is = reads_floats_ && inside && strip_.channels % kernels::kMostLanes == 0;
    run_.kernels->taps_columns({columns_part(), as_it_is ? floats_at(row) : loaded(row),
                                strip_.channels, columns_start(), out, /*stream=*/false});
  }

  void lerp_columns(std::int64_t row, float* out) {
    const kernels::LerpPart part = lerp_part();
    const float* const src = reads_floats_ ? floats_at(row) : loaded(row);
    const std::int64_t src_floats = src_columns() * strip_.channels;
    if (run_.windows != nullptr) {
      run_.kernels->lerp_windows(
          {part, run_.windows, src, src_floats, strip_.channels, out, strip_.dst.begin});
      return;
    }
    kernels::LerpColumnsJob job{part, src, src_floats, strip_.channels, out, 0, 0, 0};
    const AxisTable& columns = run_.columns();
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
    run_.kernels->lerp_columns(job);
  }

  // The strip's source columns of a row, in the caller's memory or loaded.
  const float* floats_at(std::int64_t row) const {
    return reinterpret_cast<const float*>(source(row, strip_.src.begin));
  }
  const float* loaded(std::int64_t row) {
    load(row, strip_.src, scratch_.loaded);
    return scratch_.loaded;
  }

  void load(std::int64_t row, Range columns, float* out) {
    const Range inside = inside_of(columns, run_.columns().src_len);
    load_pixels(run_, source(row, inside.begin), inside.end - inside.begin, strip_.channels,
                out + inside_offset(columns, inside) * strip_.channels);
    repeat_edges(columns, inside, strip_.channels, out);
  }

  Scratch& scratch_;
  std::int64_t floats_;
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
