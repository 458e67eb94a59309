// Ordered sums over runs of bytes in float32 (OpenCV's INTER_AREA at any ratio): four rows are
// filtered at once, pixel by pixel, and added to the result one after the other.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "core/float_state.hpp"
#include "resample/byte_engines.hpp"
#include "resample/ordered_strip.hpp"

namespace halfpixel::resample {
namespace {

using kernels::ShareBytesJob;

constexpr std::int64_t kMostFloats = 2048;        // of a strip: output columns * channels
constexpr std::int64_t kMostRunBytes = 16 << 10;  // of one output
constexpr std::int64_t kMargin = kernels::kByteMargin;

struct ByteSharesScratch {
  alignas(64) float filtered[ShareBytesJob::kRows][kMostFloats + kMargin];
  alignas(64) float sum[kMostFloats];
  alignas(64) std::uint8_t last[ShareBytesJob::kRows][kMostRunBytes + kMargin];
};
static_assert(sizeof(ByteSharesScratch) <= kMostScratchBytes);

class ByteSharesStrip {
 public:
  ByteSharesStrip(const Run& run, const char* src, char* dst, Range columns,
                  ByteSharesScratch& scratch)
      : run_(run),
        src_(src),
        dst_(dst),
        columns_(columns),
        scratch_(scratch),
        floats_((columns.end - columns.begin) * run.channels) {}

  void rows(std::int64_t begin, std::int64_t end) {
    const AxisTable& table = run_.rows();
    const std::int64_t last = table.first[end - 1] + table.count[end - 1];
    for (std::int64_t y = begin; y < end; ++y) {
      for (std::int64_t k = 0; k < table.count[y]; ++k) {
        kernels::AddRowJob job{};
        job.row = filtered(table.first[y] + k, last);
        job.weight = table.weights[y * table.taps + k];
        job.floats = floats_;
        job.start = -0.0f;
        job.running = k > 0;
        job.dst = scratch_.sum;
        run_.kernels->add_row(job);
      }
      store_pixels(run_, scratch_.sum, columns_.end - columns_.begin, run_.channels,
                   run_.dst_at(dst_, y, columns_.begin));
    }
  }

 private:
  // Rows are asked for in ascending order; those before `end` will be.
  const float* filtered(std::int64_t row, std::int64_t end) {
    if (row >= held_ && row < held_ + ShareBytesJob::kRows && held_ >= 0) {
      return scratch_.filtered[row - held_];
    }
    held_ = row;
    const AxisTable& table = run_.columns();
    const std::int64_t at = columns_.begin, final = columns_.end - 1;
    ShareBytesJob job{{},
                      {},
                      table.first[at],
                      run_.channels,
                      table.first.data() + at,
                      table.count.data() + at,
                      table.weights.data() + at * table.taps,
                      table.taps,
                      final - at};
    const auto bytes = static_cast<std::size_t>(table.count[final] * run_.channels);
    ShareBytesJob edge = job;  // the last output by itself: nothing may be read behind its pixels
    edge.origin = table.first[final];
    edge.first = table.first.data() + final;
    edge.count = table.count.data() + final;
    edge.weights = table.weights.data() + final * table.taps;
    edge.outputs = 1;
    for (int r = 0; r < ShareBytesJob::kRows; ++r) {
      const std::int64_t from = std::min(row + r, end - 1);
      job.src[r] = reinterpret_cast<const std::uint8_t*>(run_.src_at(src_, from, job.origin));
      job.dst[r] = scratch_.filtered[r];
      std::memcpy(scratch_.last[r], run_.src_at(src_, from, edge.origin), bytes);
      edge.src[r] = scratch_.last[r];
      edge.dst[r] = scratch_.filtered[r] + (final - at) * run_.channels;
    }
    run_.kernels->bytes.share(job);
    run_.kernels->bytes.share(edge);
    return scratch_.filtered[0];
  }

  const Run& run_;
  const char* src_;
  char* dst_;
  Range columns_;
  ByteSharesScratch& scratch_;
  std::int64_t floats_;
  std::int64_t held_ = -1;
};

// Runs that lie inside of the image and, but for the last one, end before its last pixel.
bool lies_inside(const AxisTable& table) {
  if (table.kind != AxisTable::Kind::taps) return false;
  for (std::int64_t i = 0; i < table.dst_len; ++i) {
    const std::int64_t begin = table.first[i], end = begin + table.count[i];
    if (begin < 0 || table.count[i] < 1 || end > table.src_len) return false;
    if (i > 0 && (begin < table.first[i - 1] || end <= table.first[i - 1] + table.count[i - 1])) {
      return false;
    }
  }
  return true;
}

bool is_plain(const OrderedSums::Pass& pass) {
  return pass.order == kernels::SumOrder::ascending &&
         pass.finish.kind == kernels::Finish::Kind::none;
}

bool is_zero(double value, bool negative) {
  return value == 0 && std::signbit(value) == negative;
}

}  // namespace

bool is_byte_shares(const PlanSpec& spec) {
  const OrderedSums& sums = spec.sums;
  if (spec.form != Form::ordered || spec.spatial_rank != 2 ||
      sums.number != kernels::Number::float32 || spec.order != Order::columns_first ||
      spec.input_dtype != DType::uint8 || spec.output_dtype != DType::uint8 ||
      spec.cast_dtype != DType::uint8 || sums.descending_multiple != 0 || !is_plain(sums.pass[0]) ||
      !is_plain(sums.pass[1]) || !is_zero(sums.pass[0].start, true) ||
      !is_zero(sums.pass[1].start, false)) {
    return false;
  }
  const std::int64_t channels = channels_of(spec, spec.input_shape);
  return (channels == 3 || channels == 4) && spec.axis[1].taps * channels <= kMostRunBytes &&
         lies_inside(spec.axis[0]) && lies_inside(spec.axis[1]);
}

void run_byte_shares(const Run& run, const char* src, char* dst, std::int64_t begin,
                     std::int64_t end) noexcept {
  if (!run.src.dense() || run.channels < 3) return run_ordered(run, src, dst, begin, end);
  const ScopedFlush plain(false);
  ByteSharesScratch scratch;
  const std::int64_t width = kMostFloats / run.channels;
  for (std::int64_t x = run.column.begin; x < run.column.end; x += width) {
    ByteSharesStrip(run, src, dst, {x, std::min(x + width, run.column.end)}, scratch)
        .rows(begin, end);
  }
}

std::int64_t scratch_of_byte_shares() noexcept {
  return static_cast<std::int64_t>(sizeof(ByteSharesScratch));
}

}  // namespace halfpixel::resample
