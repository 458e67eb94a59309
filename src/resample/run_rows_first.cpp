// Separable forms that filter along rows first: bicubic, the ScaleAndTranslate family, and its
// gradients. Up to eight output rows are summed from their source rows at once, because neighbours
// share most of them; then each is filtered along columns. Rows of few channels are interleaved in
// between, so that one pixel of the group fills vectors.
#include <algorithm>
#include <array>
#include <cstdint>

#include "core/float_state.hpp"
#include "resample/strip_band.hpp"

namespace halfpixel::resample {
namespace {

constexpr int kGroup = kernels::InterleaveJob::kRows;
constexpr int kTogether = kernels::TapsRowsGroupJob::kMost;  // rows that one kernel call sums
constexpr std::int64_t kMostRows = kernels::TapsRowsGroupJob::kMostRows;
constexpr std::int64_t kGroupFloats =
    2 * kScratchFloats;  // of all rows of a group, in the L2 cache
constexpr std::int64_t kPreferred = kGroupFloats / kGroup;  // of one row
constexpr std::int64_t kFewChannels = 8;                    // up to here interleaving pays
constexpr std::int64_t kColumns = 64;                       // of a strip, unless that is too much
constexpr int kMostStrips = 32;
static_assert(kernels::TapsWindowsJob::kMostRows == kGroup);

struct Scratch {
  alignas(64) float summed[kGroupFloats + kGroup * kernels::kPadding];  // outputs, source columns
  // A source row while rows are summed, and the sums interleaved when they are complete.
  alignas(64) float packed[kGroupFloats + kernels::kPadding];
  alignas(64) float out[kGroupFloats + kernels::kPadding];
  float* loaded() { return packed; }
};
static_assert(sizeof(Scratch) <= kMostScratchBytes);

class Band : private StripBand {
 public:
  Band(const Run& run, const char* src, char* dst, const Strip& strip, Scratch& scratch)
      : StripBand(run, src, dst, strip), scratch_(scratch) {
    direct_ = run.spec->cast_dtype == run.spec->input_dtype && dense_source();
    src_floats_ = src_columns() * strip.channels;
    dst_floats_ = dst_columns() * strip.channels;
    packs_ =
        strip.channels <= kFewChannels && src_floats_ <= kPreferred && dst_floats_ <= kPreferred;
  }

  void rows(std::int64_t begin, std::int64_t end) {
    if (strip_.oversized()) {
      for (std::int64_t y = begin; y < end; ++y) row_piecewise(y);
      return;
    }
    for (std::int64_t y = begin; y < end;) {
      std::int64_t count = std::min({end - y, std::int64_t{kGroup}, kGroupFloats / src_floats_});
      if (count > kTogether && count < end - y) count -= count % kTogether;
      for (std::int64_t r = 0; r < count;) {
        const std::int64_t together = std::min(count - r, std::int64_t{kTogether});
        const std::int64_t n = shared(y + r, together) ? together : 1;
        sum_rows(y + r, n, strip_.src, summed(r));
        r += n;
      }
      if (run_.windows != nullptr && dst_floats_ <= kPreferred) {
        windowed_columns(y, count);
      } else if (packs_ && count > 1) {
        packed_columns(y, count);
      } else {
        for (std::int64_t r = 0; r < count; ++r) columns(y + r, summed(r));
      }
      y += count;
    }
  }

 private:
  float* summed(std::int64_t r) const { return scratch_.summed + r * row_floats(); }
  std::int64_t row_floats() const { return src_floats_ + kernels::kPadding; }

  // Whether rows [y, y + count) read nearly the same source rows.
  bool shared(std::int64_t y, std::int64_t count) const {
    const AxisTable& table = run_.rows();
    std::int64_t low = table.src_len, high = 0, sum = 0;
    for (std::int64_t i = y; i < y + count; ++i) {
      const std::int64_t first = table.first[i];
      const std::int64_t taps = table.count[i];
      low = std::min(low, first);
      high = std::max(high, first + taps);
      sum += taps;
    }
    return high - low <= sum;
  }

  // Output rows [y, y + count), at most kTogether, summed over their source rows, for these source
  // columns (edges repeated); row r into sums + r * row_floats().
  void sum_rows(std::int64_t y, std::int64_t count, Range columns, float* sums) {
    const Range inside = inside_of(columns, run_.columns().src_len);
    const std::int64_t before = inside_offset(columns, inside) * strip_.channels;
    const AxisTable& table = run_.rows();
    kernels::TapsRowsGroupJob job{};
    job.start = rows_start();
    job.floats = (inside.end - inside.begin) * strip_.channels;
    std::int64_t low = table.first[y], high = low;
    for (std::int64_t r = 0; r < count; ++r) {
      const std::int64_t first = table.first[y + r];
      low = std::min(low, first);
      high = std::max(high, first + table.count[y + r]);
    }
    const void* line[kMostRows];
    job.rows = line;
    const DType dtype = direct_ ? run_.spec->input_dtype : DType::float32;
    const auto kernel = run_.kernels->taps_rows_group[static_cast<int>(dtype)];
    const std::int64_t step = direct_ ? kMostRows : 1;
    for (std::int64_t from = low; from < high; from += step) {
      job.row_count = std::min(step, high - from);
      for (std::int64_t i = 0; i < job.row_count; ++i) line[i] = source_row(from + i, inside);
      for (std::int64_t r = 0; r < count; ++r) {
        const std::int64_t first = table.first[y + r];
        const std::int64_t last = first + table.count[y + r];
        auto& out = job.out[r];
        out.begin = std::clamp<std::int64_t>(first - from, 0, job.row_count);
        out.end = std::clamp<std::int64_t>(last - from, out.begin, job.row_count);
        out.weights = table.row(y + r).data() + (from + out.begin - first);
        out.dst = sums + r * row_floats() + before;
        out.running = from != low;
      }
      kernel(job);
    }
    for (std::int64_t r = 0; r < count; ++r) {
      repeat_edges(columns, inside, strip_.channels, sums + r * row_floats());
    }
  }

  // One source row (positions outside repeat the edge) from column inside.begin on.
  const void* source_row(std::int64_t row, Range inside) {
    const auto position = std::clamp<std::int64_t>(row, 0, run_.rows().src_len - 1);
    const char* const at = source(position, inside.begin);
    if (direct_) return at;
    load_pixels(run_, at, inside.end - inside.begin, strip_.channels, scratch_.loaded());
    return scratch_.loaded();
  }

  kernels::TapsColumnsJob columns_job(const float* src, std::int64_t channels, float* dst) const {
    return {columns_part(), src, channels, columns_start(), dst, /*stream=*/false};
  }

  void columns(std::int64_t y, const float* row) {
    if (writes_floats(run_, strip_) && strip_.channels % run_.kernels->lanes == 0) {
      auto* const to = reinterpret_cast<float*>(target(y));
      auto job = columns_job(row, strip_.channels, to);
      job.stream = run_.stream && aligned(to);
      run_.kernels->taps_columns(job);
      return;
    }
    run_.kernels->taps_columns(columns_job(row, strip_.channels, scratch_.out));
    store(y, scratch_.out);
  }

  bool aligned(const void* p) const {
    const auto bytes = static_cast<std::uintptr_t>(run_.kernels->lanes) * sizeof(float);
    return reinterpret_cast<std::uintptr_t>(p) % bytes == 0;
  }

  void windowed_columns(std::int64_t y, std::int64_t count) {
    kernels::TapsWindowsJob job{};
    job.part = columns_part();
    job.windows = run_.windows;
    job.rows = count;
    job.column = strip_.dst.begin;
    job.channels = strip_.channels;
    job.start = columns_start();
    // Whole vectors can go past the caches only where rows are aligned to them.
    bool whole = strip_.dst.begin * strip_.channels % run_.kernels->lanes == 0;
    for (std::int64_t r = 0; r < count; ++r) {
      job.src[r] = summed(r);
      whole &= aligned(target(y + r));
    }
    const bool direct = writes_floats(run_, strip_) && (!run_.stream || whole);
    job.stream = direct && run_.stream;
    for (std::int64_t r = 0; r < count; ++r) {
      job.dst[r] = direct ? reinterpret_cast<float*>(target(y + r)) : scratch_.out + r * kPreferred;
    }
    run_.kernels->taps_windows(job);
    for (std::int64_t r = 0; !direct && r < count; ++r) store(y + r, job.dst[r]);
  }

  void packed_columns(std::int64_t y, std::int64_t count) {
    kernels::InterleaveJob in{};
    for (std::int64_t r = 0; r < kGroup; ++r) in.rows[r] = summed(std::min(r, count - 1));
    in.packed = scratch_.packed;
    in.floats = src_floats_;
    run_.kernels->interleave(in);
    run_.kernels->taps_columns(
        columns_job(scratch_.packed, kGroup * strip_.channels, scratch_.out));
    const bool direct = writes_floats(run_, strip_) && !run_.stream;
    kernels::InterleaveJob out{};
    out.packed = scratch_.out;
    out.floats = dst_floats_;
    for (std::int64_t r = 0; r < count; ++r) {  // the summed rows are free again
      out.rows[r] =
          direct ? reinterpret_cast<float*>(target(y + r)) : scratch_.summed + r * kPreferred;
    }
    run_.kernels->deinterleave(out);
    for (std::int64_t r = 0; !direct && r < count; ++r) store(y + r, out.rows[r]);
  }

  // A single output column that reads more than fits: its source columns are summed piece by piece.
  void row_piecewise(std::int64_t y) {
    sum_piecewise(scratch_.out, [&](Range piece) {
      sum_rows(y, 1, piece, scratch_.summed);
      return scratch_.summed;
    });
    store(y, scratch_.out);
  }

  Scratch& scratch_;
  std::int64_t src_floats_, dst_floats_;  // of one row
  bool direct_;                           // kernels read the caller's rows as they are
  bool packs_;
};

}  // namespace

void run_rows_first(const Run& run, const char* src, char* dst, std::int64_t begin,
                    std::int64_t end) noexcept {
  const ScopedFlush flush;
  Scratch scratch;
  // A group of rows goes over all strips before the next one: source rows are read whole, as memory
  // likes it.
  std::array<Strip, kMostStrips> strips;
  std::size_t count = 0;
  const auto flush_strips = [&] {
    for (std::int64_t y = begin; y < end; y += kGroup) {
      for (std::size_t i = 0; i < count; ++i) {
        Band(run, src, dst, strips[i], scratch).rows(y, std::min(y + kGroup, end));
      }
    }
    count = 0;
  };
  // Strips of wide pixels are longer: what two of them read twice is summed twice.
  const std::int64_t preferred =
      std::clamp<std::int64_t>(kColumns * run.channels, kPreferred, kGroupFloats / kTogether);
  for_each_strip(run, preferred, [&](const Strip& strip) {
    strips[count++] = strip;
    if (count == strips.size()) flush_strips();
  });
  flush_strips();
}

std::int64_t scratch_of_rows_first() noexcept {
  return static_cast<std::int64_t>(sizeof(Scratch));
}

}  // namespace halfpixel::resample
