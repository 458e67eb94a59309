// Ordered sums of bytes in fixed point (Pillow's and PyTorch's 8-bit resizes): the same bits as
// run_ordered's. Sixteen rows are filtered along columns at once, into quads of rows, which stay in
// a ring while sums along rows need them.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

#include "resample/alpha8.hpp"
#include "resample/byte_engines.hpp"
#include "resample/ordered_strip.hpp"

namespace halfpixel::resample {
namespace {

using kernels::FixedColumnsJob;
using kernels::kQuad;
using kernels::kQuadMargin;

constexpr int kTogether = FixedColumnsJob::kRows;
constexpr std::int64_t kQuadsTogether = kTogether / kQuad;
// The ring holds quads of results of the columns; or rows before them, and where they come last
// behind these the quads of rows that are filtered together.
constexpr std::int64_t kFixedRing = 96 << 10, kLastQuads = 32 << 10;
constexpr std::int64_t kFixedRow = 4 << 10;
constexpr std::int32_t kMostWeight = 127 << 16;
constexpr std::int64_t kMostWord = 4;  // weights of a word
constexpr std::int64_t kMostAhead = 16;
constexpr std::int64_t kStep = 16;  // room behind rows

struct ByteFixedScratch {
  alignas(64) std::uint8_t ring[kFixedRing];
  alignas(64) std::uint8_t rows[kTogether][kFixedRow + kStep];  // that are not read where they lie
  alignas(64) std::uint8_t planes[FixedColumnsJob::kPlanes];
  const std::uint8_t* terms[OrderedScratch::kMostTerms / 2];
  const std::uint8_t* ahead[kMostAhead];
};
static_assert(sizeof(ByteFixedScratch) <= kMostScratchBytes);

// The ring holds quads of what columns are filtered to.
bool keeps_quads(const OrderedAxes& axes) {
  return axes.rows != nullptr && axes.keeps_filtered();
}

class ByteFixedStrip {
 public:
  ByteFixedStrip(const Run& run, const char* src, char* dst, const Strip& strip, bool direct,
                 ByteFixedScratch& scratch)
      : run_(run),
        strip_(strip),
        src_(src),
        dst_(dst),
        scratch_(scratch),
        axes_(*run.spec),
        kernels_(run.columns().packed.narrow ? run.kernels->narrow_fixed : run.kernels->fixed),
        direct_(direct),
        src_bytes_((strip.src.end - strip.src.begin) * run.channels),
        dst_bytes_((strip.dst.end - strip.dst.begin) * run.channels),
        quads_(keeps_quads(axes_)),
        columns_last_(axes_.columns != nullptr && !quads_),
        kept_(quads_ ? dst_bytes_ * kQuad + kQuadMargin : src_bytes_),
        slots_((columns_last_ ? kFixedRing - kLastQuads : kFixedRing) / kept_) {}

  void rows(std::int64_t begin, std::int64_t end) {
    for (std::int64_t y = begin; y < end; y += kTogether) {
      const std::int64_t stop = std::min<std::int64_t>(y + kTogether, end);
      if (!columns_last_) {
        for (std::int64_t row = y; row < stop; ++row) {
          // Straight to its place where nothing is left to be done.
          std::uint8_t* const to = writes_last() ? place_of(row) : scratch_.rows[0];
          sum_rows(row, end, dst_bytes_, to);
          if (!writes_last()) store(row, to);
        }
        continue;
      }
      const std::uint8_t* made[kTogether];
      for (std::int64_t row = y; row < stop; ++row) {
        std::uint8_t* const memory = scratch_.rows[row - y];
        if (axes_.rows == nullptr) {
          made[row - y] = load(row, memory);
        } else {
          sum_rows(row, end, src_bytes_, memory);
          made[row - y] = memory;
        }
      }
      filter_last(made, y, stop);
    }
  }

 private:
  const OrderedSums::Pass& pass(int axis) const { return run_.spec->sums.pass[axis]; }

  // A row of the strip's source, where it lies.
  const std::uint8_t* source(std::int64_t row) const {
    return reinterpret_cast<const std::uint8_t*>(run_.src_at(src_, row, strip_.src.begin));
  }

  // There or in `memory`.
  const std::uint8_t* load(std::int64_t row, std::uint8_t* memory) const {
    const std::uint8_t* const from = source(row);
    if (direct_) return from;
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

  // Rows, of which the last one stands for those that are missing, along columns.
  void filter_columns(const std::uint8_t* const* from, std::int64_t count,
                      const std::uint8_t* const* ahead, std::int64_t ahead_rows,
                      std::uint8_t* const* quads) const {
    const AxisTable& table = *axes_.columns;
    const std::int64_t begin = strip_.dst.begin;
    FixedColumnsJob job{};
    for (std::int64_t r = 0; r < kTogether; ++r) job.src[r] = from[std::min(r, count - 1)];
    job.readable = src_bytes_;
    job.first = strip_.src.begin;
    job.rows = static_cast<int>(count);
    std::copy_n(quads, kQuadsTogether, job.dst);
    std::copy_n(ahead, ahead_rows, job.ahead);
    job.ahead_rows = static_cast<int>(ahead_rows);
    job.channels = run_.channels;
    job.outputs = strip_.dst.end - begin;
    job.begin = table.first.data() + begin;
    job.weights = table.packed.row(begin);
    job.steps = table.packed.steps;
    job.parts = table.packed.parts;
    job.start = static_cast<std::int32_t>(pass(1).start);
    job.bits = pass(1).finish.bits;
    job.planes = scratch_.planes;
    kernels_.columns(job);
  }

  // Output rows [begin, end), up to kTogether, of which only the columns are left.
  void filter_last(const std::uint8_t* const* from, std::int64_t begin, std::int64_t end) const {
    std::uint8_t* quads[kQuadsTogether];
    for (std::int64_t q = 0; q < kQuadsTogether; ++q)
      quads[q] = scratch_.ring + kFixedRing - kLastQuads + q * (kLastQuads / kQuadsTogether);
    filter_columns(from, end - begin, nullptr, 0, quads);
    for (std::int64_t y = begin; y < end; y += kQuad) {
      std::uint8_t* rows[kQuad] = {};
      for (std::int64_t place = 0; place < kQuad; ++place) {
        const std::int64_t row = y + kernels::row_of_quad(kernels_.packing, place);
        if (row < end) rows[place] = writes_last() ? place_of(row) : scratch_.rows[row - begin];
      }
      kernels_.part(quads[(y - begin) / kQuad], dst_bytes_, rows);
    }
    for (std::int64_t y = begin; y < end && !writes_last(); ++y) store(y, scratch_.rows[y - begin]);
  }

  // Where the ring keeps a row, or a quad of filtered ones.
  std::uint8_t* slot(std::int64_t i) const { return scratch_.ring + i % slots_ * kept_; }

  // Makes the ring hold rows [needed.begin, needed.end), and maybe more before `end`.
  void fill_ring(Range needed, std::int64_t end) {
    if (needed.begin < ring_begin_ || needed.begin > ring_end_)
      ring_begin_ = ring_end_ = needed.begin;
    while (ring_end_ < needed.end) {
      if (quads_) {
        fill_quads(std::max(end, needed.end));
      } else {
        load(ring_end_, slot(ring_end_));
        ring_begin_ = std::max(ring_begin_, ++ring_end_ - slots_);
      }
    }
  }

  // The quads from that of row ring_end_ on; of rows before `end`.
  void fill_quads(std::int64_t end) {
    const std::int64_t quad = ring_end_ / kQuad, first = quad * kQuad;
    const std::int64_t stop = std::min<std::int64_t>(first + kTogether, end);
    const std::uint8_t *from[kTogether], *ahead[kTogether];
    std::uint8_t* quads[kQuadsTogether];
    // Rows before those of the ring are not there to be read; nobody asks for what is made of them.
    const std::int64_t present = std::max(first, ring_begin_);
    for (std::int64_t row = present; row < stop; ++row)
      from[row - first] = load(row, scratch_.rows[row - first]);
    std::fill(from, from + (present - first), from[present - first]);
    std::int64_t ahead_rows = 0;
    for (; direct_ && ahead_rows < kTogether && stop + ahead_rows < end; ++ahead_rows)
      ahead[ahead_rows] = source(stop + ahead_rows);
    for (std::int64_t q = 0; q < kQuadsTogether; ++q) quads[q] = slot(quad + q);
    filter_columns(from, stop - first, ahead, ahead_rows, quads);
    ring_end_ = stop;
    ring_begin_ = std::max(ring_begin_, (quad + kQuadsTogether - slots_) * kQuad);
  }

  void sum_rows(std::int64_t y, std::int64_t end, std::int64_t count, std::uint8_t* dst) {
    const AxisTable& table = *axes_.rows;
    const OrderedSums::Pass& sums = pass(0);
    const Range needed = positions_of(table, y);
    const auto start = static_cast<std::int32_t>(sums.start);
    if (quads_) {
      fill_ring(needed, positions_of(table, end - 1).end);
      std::int64_t terms = 0;
      for (std::int64_t q = needed.begin / kQuad; q * kQuad < needed.end; ++q)
        scratch_.terms[terms++] = slot(q);
      const bool in_pairs = kernels_.packing == kernels::FixedPacking::pairs;
      const bool begins_late = in_pairs && needed.begin % kQuad >= kQuad / 2;
      const bool ends_early = in_pairs && (needed.end - 1) % kQuad < kQuad / 2;
      return kernels_.quads({scratch_.terms, terms, begins_late, ends_early, table.packed.row(y),
                             table.packed.parts, start, sums.finish.bits, count, dst});
    }
    if (!direct_) fill_ring(needed, positions_of(table, end - 1).end);
    const std::int64_t terms = table.count[y];
    for (std::int64_t k = 0; k < terms; ++k) {
      const std::int64_t row = position_of(table, y, k);
      scratch_.terms[k] = direct_ ? source(row) : slot(row);
    }
    const std::int64_t word = kernels::weights_of_word(kernels_.packing);
    const std::int64_t filled = (terms + word - 1) / word * word;
    std::fill(scratch_.terms + terms, scratch_.terms + filled, scratch_.terms[0]);  // of weight 0
    std::int64_t ahead = 0;
    if (direct_ && y + 1 < end) {
      const std::int64_t from = needed.end;
      const std::int64_t to = std::min(positions_of(table, y + 1).end, from + kMostAhead);
      for (std::int64_t row = from; row < to; ++row) scratch_.ahead[ahead++] = source(row);
    }
    kernels_.rows({scratch_.terms, filled, table.packed.row(y), table.packed.parts, start,
                   sums.finish.bits, count, dst, scratch_.ahead, ahead});
  }

  const Run& run_;
  const Strip& strip_;
  const char* src_;
  char* dst_;
  ByteFixedScratch& scratch_;
  OrderedAxes axes_;
  const kernels::FixedKernels& kernels_;
  bool direct_;  // the caller's memory is read as it is
  std::int64_t src_bytes_, dst_bytes_;
  bool quads_, columns_last_;
  std::int64_t kept_;                           // bytes of a slot of the ring
  std::int64_t slots_;                          // of rows, or of quads
  std::int64_t ring_begin_ = 0, ring_end_ = 0;  // rows
};

// How much a strip may take.
struct FixedRoom {
  std::int64_t src, dst;  // bytes
};

FixedRoom room_for(const OrderedAxes& axes, bool direct) {
  FixedRoom room{kFixedRow, kFixedRow};
  if (direct && !(axes.rows != nullptr && axes.columns != nullptr && !axes.columns_first))
    room.src = std::numeric_limits<std::int32_t>::max();
  if (keeps_quads(axes)) {
    const std::int64_t quads = (axes.rows->taps + 2 * kQuad) / kQuad + kQuadsTogether;
    room.dst = std::min(room.dst, (kFixedRing / quads - kQuadMargin) / kQuad);
    return room;
  }
  std::int64_t ring = kFixedRing;
  if (axes.columns != nullptr) {
    ring -= kLastQuads;
    room.dst = (kLastQuads / kQuadsTogether - kQuadMargin) / kQuad;
  }
  if (axes.rows != nullptr && !direct)
    room.src = std::min(room.src, ring / (axes.rows->taps + kTogether));
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
    if (i == 1 && (table.taps + kQuad) * channels > kFixedRow) return false;
  }
  // So does its source, all rows of it, where rows come before columns.
  const AxisTable &rows = spec.axis[0], &columns = spec.axis[1];
  if (spec.order == Order::rows_first && rows.kind == AxisTable::Kind::taps &&
      columns.kind == AxisTable::Kind::taps &&
      columns.taps * channels * (rows.taps + kTogether) > kFixedRing - kLastQuads) {
    return false;
  }
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
  const bool direct = run.src.dense() && !run.spec->sums.premultiplies;
  const FixedRoom room = room_for(axes, direct);
  for (std::int64_t x = run.column.begin; x < run.column.end;) {
    Strip strip{{x, x + 1}, source(x), 0, c};
    for (++x; x < run.column.end; ++x) {
      const Range next = source(x);
      const Range all{std::min(next.begin, strip.src.begin), std::max(next.end, strip.src.end)};
      if ((all.end - all.begin) * c > room.src || (x + 1 - strip.dst.begin) * c > room.dst) break;
      strip.src = all;
      strip.dst.end = x + 1;
    }
    ByteFixedStrip(run, src, dst, strip, direct, scratch).rows(begin, end);
  }
}

std::int64_t scratch_of_byte_fixed() noexcept {
  return static_cast<std::int64_t>(sizeof(ByteFixedScratch));
}

}  // namespace halfpixel::resample
