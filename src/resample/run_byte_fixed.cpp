// Ordered sums of bytes in fixed point (Pillow's and PyTorch's 8-bit resizes): the same bits as
// run_ordered's. Eight rows are filtered along columns at once, and stay in a ring of bytes while
// sums along rows need them.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>

#include "resample/alpha8.hpp"
#include "resample/byte_engines.hpp"
#include "resample/ordered_strip.hpp"

namespace halfpixel::resample {
namespace {

using kernels::FixedColumnsJob;
using kernels::WideColumnsJob;

constexpr std::int64_t kFixedRing = 96 << 10, kFixedRow = 6 << 10;
constexpr int kTogether = FixedColumnsJob::kRows;
constexpr std::int32_t kMostWeight = 127 << 16;
constexpr std::int64_t kMostWord = 4;  // weights of a word
constexpr std::int64_t kMostAhead = 16;
constexpr std::int64_t kStep = 16;  // bytes of a step, and room behind what is copied

struct ByteFixedScratch {
  alignas(64) std::uint8_t ring[kFixedRing];
  alignas(64) std::uint8_t rows[kTogether][kFixedRow + 4 * kStep];  // before columns are filtered
  alignas(64) std::uint8_t results[kTogether][kFixedRow + kStep];
  const std::uint8_t* terms[OrderedScratch::kMostTerms / 2];
  const std::uint8_t* ahead[kMostAhead];
};
static_assert(sizeof(ByteFixedScratch) <= kMostScratchBytes);

// The columns' weights for the pixels of a run.
const AxisTable::Packed& packed_of(const Run& run) {
  const AxisTable& table = run.columns();
  return run.channels == channels_of(*run.spec, run.spec->input_shape) ? table.packed
                                                                       : table.packed_single;
}

class ByteFixedStrip {
 public:
  // `end`: of the columns that can be read.
  ByteFixedStrip(const Run& run, const char* src, char* dst, const Strip& strip, bool direct,
                 std::int64_t end, ByteFixedScratch& scratch)
      : run_(run),
        strip_(strip),
        src_(src),
        dst_(dst),
        scratch_(scratch),
        axes_(*run.spec),
        direct_(direct),
        end_(end),
        src_bytes_((strip.src.end - strip.src.begin) * run.channels),
        dst_bytes_((strip.dst.end - strip.dst.begin) * run.channels),
        kept_(axes_.keeps_filtered() ? dst_bytes_ + kernels::kFixedMargin : src_bytes_),
        ring_rows_(kFixedRing / kept_) {}

  void rows(std::int64_t begin, std::int64_t end) {
    for (std::int64_t y = begin; y < end; y += kTogether) {
      const int together = static_cast<int>(std::min<std::int64_t>(kTogether, end - y));
      const std::uint8_t* made[kTogether];
      const bool columns_last = axes_.columns != nullptr && !axes_.keeps_filtered();
      for (int r = 0; r < together; ++r) {
        if (axes_.rows == nullptr) {
          made[r] = load(y + r, scratch_.rows[r]);
        } else {
          // Straight to its place where nothing is left to be done.
          std::uint8_t* const to = columns_last    ? scratch_.rows[r]
                                   : writes_last() ? place_of(y + r)
                                                   : scratch_.results[r];
          sum_rows(y + r, end, columns_last ? src_bytes_ : dst_bytes_, to);
          made[r] = to;
          if (!columns_last && !writes_last()) store(y + r, to);
        }
      }
      if (axes_.rows != nullptr && !columns_last) continue;
      std::uint8_t* results[kTogether];
      for (int r = 0; r < kTogether; ++r) results[r] = scratch_.results[r];
      filter_columns(made, together, results);
      for (int r = 0; r < together; ++r) store(y + r, results[r]);
    }
  }

 private:
  const OrderedSums::Pass& pass(int axis) const { return run_.spec->sums.pass[axis]; }

  // A row of the strip's source, where it lies or in `memory`.
  const std::uint8_t* load(std::int64_t row, std::uint8_t* memory) const {
    const char* const from = run_.src_at(src_, row, strip_.src.begin);
    if (direct_) return reinterpret_cast<const std::uint8_t*>(from);
    const std::int64_t c = run_.channels;
    if (run_.src.dense()) {
      std::memcpy(memory, from, static_cast<std::size_t>(src_bytes_));
    } else {
      for (std::int64_t i = 0; i * c < src_bytes_; ++i)
        std::memcpy(memory + i * c, from + i * run_.src.pixel_step, static_cast<std::size_t>(c));
    }
    if (run_.spec->sums.premultiplies) {
      for (std::int64_t i = 0; i < src_bytes_; i += c) {
        for (std::int64_t k = 0; k + 1 < c; ++k)
          memory[i + k] = multiplied8(memory[i + k], memory[i + c - 1]);
      }
    }
    return memory;
  }

  bool writes_last() const { return run_.dst.dense() && !run_.spec->sums.unpremultiplies; }
  std::uint8_t* place_of(std::int64_t row) const {
    return reinterpret_cast<std::uint8_t*>(run_.dst_at(dst_, row, strip_.dst.begin));
  }

  void store(std::int64_t row, std::uint8_t* bytes) const {
    const std::int64_t c = run_.channels;
    if (run_.spec->sums.unpremultiplies) {
      for (std::int64_t i = 0; i < dst_bytes_; i += c) {
        for (std::int64_t k = 0; k + 1 < c; ++k)
          bytes[i + k] = divided8(bytes[i + k], bytes[i + c - 1]);
      }
    }
    std::uint8_t* const to = place_of(row);
    if (run_.dst.dense()) {
      std::memcpy(to, bytes, static_cast<std::size_t>(dst_bytes_));
      return;
    }
    for (std::int64_t i = 0; i * c < dst_bytes_; ++i)
      std::memcpy(to + i * run_.dst.pixel_step, bytes + i * c, static_cast<std::size_t>(c));
  }

  void filter_columns(const std::uint8_t* const* from, int count, std::uint8_t* const* to) const {
    const AxisTable& table = *axes_.columns;
    const OrderedSums::Pass& sums = pass(1);
    const std::int64_t begin = strip_.dst.begin, c = run_.channels;
    const AxisTable::Packed& packed = packed_of(run_);
    if (packed.outputs > 0) return filter_wide(packed, from, count, to);
    FixedColumnsJob job{{},
                        {},
                        c,
                        0,
                        nullptr,
                        nullptr,
                        nullptr,
                        packed.row,
                        packed.parts,
                        static_cast<std::int32_t>(sums.start),
                        sums.finish.bits};
    // Offsets of a few outputs at a time.
    constexpr std::int64_t kSome = 128;
    std::int32_t offset[kSome], steps[kSome];
    const auto pixels = static_cast<std::uint32_t>(FixedColumnsJob::pixels(c));
    const int shift = std::countr_zero(pixels);  // not to divide by it
    job.offset = offset;
    job.steps = steps;
    std::uint8_t spare[kSome * 4 + kernels::kFixedMargin];
    for (std::int64_t x = begin; x < strip_.dst.end; x += kSome) {
      job.outputs = std::min(kSome, strip_.dst.end - x);
      for (std::int64_t i = 0; i < job.outputs; ++i) {
        offset[i] = static_cast<std::int32_t>((table.first[x + i] - strip_.src.begin) * c);
        steps[i] = (table.count[x + i] + static_cast<std::int32_t>(pixels) - 1) >> shift;
      }
      job.weights = packed.words.data() + x * packed.row;
      for (int r = 0; r < kTogether; ++r) {
        job.src[r] = from[std::min(r, count - 1)];
        job.dst[r] = r < count ? to[r] + (x - begin) * c : spare;
      }
      run_.kernels->fixed.columns(job);
    }
  }

  void filter_wide(const AxisTable::Packed& packed, const std::uint8_t* const* from, int count,
                   std::uint8_t* const* to) const {
    const AxisTable& table = *axes_.columns;
    const OrderedSums::Pass& sums = pass(1);
    const std::int64_t begin = strip_.dst.begin, c = run_.channels;
    WideColumnsJob job{};
    job.channels = c;
    job.quads = packed.quads;
    job.vectors = packed.vectors;
    job.parts = packed.parts;
    job.start = static_cast<std::int32_t>(sums.start);
    job.bits = sums.finish.bits;
    // The caller's memory ends with the run's last column, copies have room behind them.
    const bool in_memory = direct_ && (axes_.rows == nullptr || axes_.keeps_filtered());
    job.readable = in_memory ? (end_ - strip_.src.begin) * c : src_bytes_ + WideColumnsJob::kBytes;
    // Offsets of a few outputs at a time, from the first of a group on.
    constexpr std::int64_t kSome = 128, kMost = WideColumnsJob::kMostOutputs;
    std::int32_t offset[kMost + kSome + kMost] = {};
    std::uint8_t spare[kSome * 4 + kernels::kFixedMargin];
    job.offset = offset;
    for (std::int64_t x = begin; x < strip_.dst.end; x += kSome) {
      const std::int64_t group = x / packed.outputs;
      job.outputs = std::min(kSome, strip_.dst.end - x);
      job.skipped = x - group * packed.outputs;
      job.weights = packed.words.data() + group * packed.row;
      for (std::int64_t i = 0; i < job.skipped + job.outputs; ++i) {
        offset[i] =
            static_cast<std::int32_t>((table.first[x - job.skipped + i] - strip_.src.begin) * c);
      }
      for (int r = 0; r < kTogether; ++r) {
        job.src[r] = from[std::min(r, count - 1)];
        job.dst[r] = r < count ? to[r] + (x - begin) * c : spare;
      }
      run_.kernels->fixed.wide_columns(job);
    }
  }

  std::uint8_t* ring_row(std::int64_t row) const {
    return scratch_.ring + row % ring_rows_ * kept_;
  }

  // Makes the ring hold rows [needed.begin, needed.end), and maybe more before `end`.
  void fill_ring(Range needed, std::int64_t end) {
    if (needed.begin < ring_begin_ || needed.begin > ring_end_)
      ring_begin_ = ring_end_ = needed.begin;
    while (ring_end_ < needed.end) {
      int count = 1;
      if (axes_.keeps_filtered()) {
        count = static_cast<int>(
            std::min<std::int64_t>(kTogether, std::max(end, needed.end) - ring_end_));
        const std::uint8_t* loaded[kTogether];
        std::uint8_t* filtered[kTogether];
        for (int r = 0; r < count; ++r) {
          loaded[r] = load(ring_end_ + r, scratch_.rows[r]);
          filtered[r] = scratch_.results[r];
        }
        // Not into the ring itself: a result's margin would spoil the row behind it.
        filter_columns(loaded, count, filtered);
        for (int r = 0; r < count; ++r) {
          std::memcpy(ring_row(ring_end_ + r), filtered[r], static_cast<std::size_t>(dst_bytes_));
        }
      } else {
        load(ring_end_, ring_row(ring_end_));
      }
      ring_end_ += count;
      ring_begin_ = std::max(ring_begin_, ring_end_ - ring_rows_);
    }
  }

  void sum_rows(std::int64_t y, std::int64_t end, std::int64_t count, std::uint8_t* dst) {
    const AxisTable& table = *axes_.rows;
    const bool in_memory = direct_ && !axes_.keeps_filtered();
    if (!in_memory) fill_ring(positions_of(table, y), positions_of(table, end - 1).end);
    const std::int64_t terms = table.count[y];
    for (std::int64_t k = 0; k < terms; ++k) {
      const std::int64_t row = position_of(table, y, k);
      scratch_.terms[k] = in_memory ? load(row, scratch_.rows[0]) : ring_row(row);
    }
    const std::int64_t word = kernels::weights_of_word(run_.kernels->fixed.packing);
    const std::int64_t filled = (terms + word - 1) / word * word;
    std::fill(scratch_.terms + terms, scratch_.terms + filled, scratch_.terms[0]);  // of weight 0
    std::int64_t ahead = 0;
    if (in_memory && y + 1 < end) {
      const std::int64_t from = positions_of(table, y).end;
      const std::int64_t to = std::min(positions_of(table, y + 1).end, from + kMostAhead);
      for (std::int64_t row = from; row < to; ++row)
        scratch_.ahead[ahead++] = load(row, scratch_.rows[0]);
    }
    const OrderedSums::Pass& sums = pass(0);
    run_.kernels->fixed.rows({scratch_.terms, filled,
                              table.packed.words.data() + y * table.packed.row, table.packed.parts,
                              static_cast<std::int32_t>(sums.start), sums.finish.bits, count, dst,
                              scratch_.ahead, ahead});
  }

  const Run& run_;
  const Strip& strip_;
  const char* src_;
  char* dst_;
  ByteFixedScratch& scratch_;
  OrderedAxes axes_;
  bool direct_;  // the caller's memory is read as it is
  std::int64_t end_;
  std::int64_t src_bytes_, dst_bytes_;
  std::int64_t kept_;  // bytes of a row of the ring
  std::int64_t ring_rows_;
  std::int64_t ring_begin_ = 0, ring_end_ = 0;
};

// How much a strip may take.
struct FixedRoom {
  std::int64_t src, dst;  // bytes
};

FixedRoom room_for(const OrderedAxes& axes, bool direct) {
  FixedRoom room{kFixedRow, kFixedRow};
  if (direct && !(axes.rows != nullptr && axes.columns != nullptr && !axes.columns_first))
    room.src = std::numeric_limits<std::int32_t>::max();
  if (axes.rows == nullptr) return room;
  const std::int64_t rows = kFixedRing / (axes.rows->taps + kTogether);
  if (axes.keeps_filtered())
    room.dst = std::min(room.dst, rows - kernels::kFixedMargin);
  else if (!direct)
    room.src = std::min(room.src, rows);
  return room;
}

}  // namespace

bool is_byte_fixed(const PlanSpec& spec) {
  if (spec.form != Form::ordered || spec.spatial_rank != 2 ||
      spec.sums.number != kernels::Number::int32 || spec.input_dtype != DType::uint8 ||
      spec.output_dtype != DType::uint8 || spec.sums.descending_multiple != 0 ||
      channels_of(spec, spec.input_shape) > kMostByteChannels || spec.has_outside()) {
    return false;
  }
  const std::int64_t channels = channels_of(spec, spec.input_shape);
  bool any = false;
  for (int i = 0; i < 2; ++i) {
    const AxisTable& table = spec.axis[i];
    if (table.kind == AxisTable::Kind::copy) continue;
    any = true;
    const auto& pass = spec.sums.pass[i];
    if (table.kind != AxisTable::Kind::taps || pass.order != kernels::SumOrder::ascending ||
        pass.finish.kind != kernels::Finish::Kind::shift || pass.finish.low != 0 ||
        pass.finish.high != 255 || table.taps + kMostWord > OrderedScratch::kMostTerms / 2) {
      return false;
    }
    if (std::any_of(table.integers.begin(), table.integers.end(), [](std::int32_t weight) {
          return weight > kMostWeight || weight < -kMostWeight;
        })) {
      return false;
    }
    // All taps lie inside, and what a single output takes fits.
    for (std::int64_t o = 0; o < table.dst_len; ++o) {
      if (table.count[o] < 1 || table.first[o] < 0 ||
          table.first[o] + table.count[o] > table.src_len) {
        return false;
      }
    }
    const std::int64_t most = i == 1 ? kFixedRow / 2 : kFixedRing / 16;
    if ((table.taps + kTogether) * channels > most) return false;
  }
  // So does its source, all rows of it, where rows come before columns.
  const AxisTable &rows = spec.axis[0], &columns = spec.axis[1];
  const std::int64_t column_taps = columns.kind == AxisTable::Kind::taps ? columns.taps : 1;
  const std::int64_t row_taps = rows.kind == AxisTable::Kind::taps ? rows.taps : 1;
  if (column_taps * channels * (row_taps + kTogether) > kFixedRing) return false;
  return any;
}

void run_byte_fixed(const Run& run, const char* src, char* dst, std::int64_t begin,
                    std::int64_t end) noexcept {
  const OrderedAxes axes(*run.spec);
  const std::int64_t c = run.channels;
  // Channels that lie apart are multiplied with alpha elsewhere.
  if (c != channels_of(*run.spec, run.spec->output_shape) &&
      (run.spec->sums.premultiplies || run.spec->sums.unpremultiplies)) {
    return run_ordered(run, src, dst, begin, end);
  }
  ByteFixedScratch scratch;
  const AxisTable& columns = run.columns();
  const auto source = [&](std::int64_t x) {
    return axes.columns != nullptr ? positions_of(columns, x) : Range{x, x + 1};
  };
  const std::int64_t pixels = FixedColumnsJob::pixels(c);
  const Range given = required(columns, run.column);
  const std::int64_t available = given.end;
  const bool wide = axes.columns != nullptr && packed_of(run).outputs > 0;
  // Whether all steps of an output can be read where they lie.
  const bool plain = run.src.dense() && !run.spec->sums.premultiplies;
  const auto readable = [&](std::int64_t x) {
    if (!plain || axes.columns == nullptr) return plain;
    if (wide) return (given.end - given.begin) * c >= WideColumnsJob::kBytes;
    const std::int64_t steps = (columns.count[x] + pixels - 1) / pixels;
    return (columns.first[x] + (steps - 1) * pixels) * c + kStep <= available * c;
  };
  for (std::int64_t x = run.column.begin; x < run.column.end;) {
    const bool direct = readable(x);
    const FixedRoom room = room_for(axes, direct);
    Strip strip{{x, x + 1}, source(x), 0, c};
    for (++x; x < run.column.end && readable(x) == direct; ++x) {
      const Range next = source(x);
      const Range all{std::min(next.begin, strip.src.begin), std::max(next.end, strip.src.end)};
      if ((all.end - all.begin) * c > room.src || (x + 1 - strip.dst.begin) * c > room.dst) break;
      strip.src = all;
      strip.dst.end = x + 1;
    }
    ByteFixedStrip(run, src, dst, strip, direct, available, scratch).rows(begin, end);
  }
}

std::int64_t scratch_of_byte_fixed() noexcept {
  return static_cast<std::int64_t>(sizeof(ByteFixedScratch));
}

}  // namespace halfpixel::resample
