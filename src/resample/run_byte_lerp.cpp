// Ordered sums that are linear, of bytes and with weights of 11 bits (OpenCV's INTER_LINEAR) or of
// 8 (INTER_LINEAR_EXACT): the same bits as run_ordered's, in 16-bit numbers. The two rows that a
// band shares are filtered once and kept.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "resample/byte_engines.hpp"
#include "resample/ordered_strip.hpp"

namespace halfpixel::resample {
namespace {

using kernels::ByteGroup;

constexpr std::int64_t kMostOutputs = 4096;     // of a strip: columns * channels
constexpr std::int64_t kMostSource = 16 << 10;  // bytes

struct ByteLerpScratch {
  alignas(64) std::uint8_t loaded[kMostSource + ByteGroup::kBytes];
  alignas(64) std::uint8_t result[kMostOutputs];
  alignas(64) std::int16_t kept[2][kMostOutputs + kernels::kByteMargin];
  ByteGroup group[kMostOutputs];  // of one output each at worst
  std::int32_t offset[kMostOutputs];
};
static_assert(sizeof(ByteLerpScratch) <= kMostScratchBytes);

class ByteLerpStrip {
 public:
  ByteLerpStrip(const Run& run, const char* src, char* dst, const Strip& strip,
                ByteLerpScratch& scratch)
      : run_(run),
        strip_(strip),
        src_(src),
        dst_(dst),
        scratch_(scratch),
        outputs_((strip.dst.end - strip.dst.begin) * strip.channels),
        exact_(run.spec->sums.pass[0].order == kernels::SumOrder::ascending) {
    direct_ = run.src.dense() && source_bytes() >= ByteGroup::kBytes;
    while (!lay_out()) --each_;
  }

  void rows(std::int64_t begin, std::int64_t end) {
    const AxisTable& table = run_.rows();
    const kernels::ByteKernels& kernels = run_.kernels->bytes;
    const auto mix = exact_ ? kernels.lerp_exact_rows : kernels.lerp_rows;
    for (std::int64_t y = begin; y < end; ++y) {
      const std::int64_t upper = position_of(table, y, 0), lower = position_of(table, y, 1);
      const std::int16_t* const a = filtered(upper, lower);
      const std::int16_t* const b = filtered(lower, upper);
      const std::int32_t* const weights = table.integers.data() + y * table.taps;
      kernels::LerpByteRowsJob job{a, b, {}, outputs_, nullptr};
      for (int k = 0; k < 2; ++k) job.weight[k] = static_cast<std::int16_t>(weights[k]);
      char* const to = run_.dst_at(dst_, y, strip_.dst.begin);
      if (run_.dst.dense()) {
        job.dst = reinterpret_cast<std::uint8_t*>(to);
        mix(job);
        continue;
      }
      job.dst = scratch_.result;
      mix(job);
      for (std::int64_t x = 0; x * strip_.channels < outputs_; ++x) {
        std::memcpy(to + x * run_.dst.pixel_step, job.dst + x * strip_.channels,
                    static_cast<std::size_t>(strip_.channels));
      }
    }
  }

 private:
  std::int64_t source_bytes() const {
    return (strip_.src.end - strip_.src.begin) * strip_.channels;
  }

  // Groups of `each_` outputs; false when those of one do not lie in sixteen bytes.
  bool lay_out() {
    const AxisTable& table = run_.columns();
    const auto c = static_cast<std::int32_t>(strip_.channels);
    // Copies have room behind them, the caller's memory has not.
    const auto last = static_cast<std::int32_t>(source_bytes() - (direct_ ? ByteGroup::kBytes : 1));
    groups_ = 0;
    for (std::int64_t begin = 0; begin < outputs_; begin += each_, ++groups_) {
      ByteGroup& group = scratch_.group[groups_];
      std::int32_t at[ByteGroup::kOutputs][2];
      for (int i = 0; i < ByteGroup::kOutputs; ++i) {
        const std::int64_t output = std::min(begin + std::min(i, each_ - 1), outputs_ - 1);
        const std::int64_t x = strip_.dst.begin + output / c, terms = terms_of(table, x);
        const std::int32_t* const weights = table.integers.data() + x * table.taps;
        for (int side = 0; side < 2; ++side) {
          const std::int64_t pixel = position_of(table, x, std::min<std::int64_t>(side, terms - 1));
          at[i][side] = static_cast<std::int32_t>((pixel - strip_.src.begin) * c + output % c);
          group.weight[2 * i + side] = static_cast<std::int16_t>(side < terms ? weights[side] : 0);
        }
      }
      std::int32_t offset = last;
      for (const auto& pair : at) offset = std::min({offset, pair[0], pair[1]});
      scratch_.offset[groups_] = offset;
      for (int i = 0; i < 2 * ByteGroup::kOutputs; ++i) {
        const std::int32_t distance = at[i / 2][i % 2] - offset;
        if (distance >= ByteGroup::kBytes) return false;
        group.place[2 * i] = static_cast<std::uint8_t>(distance);
        group.place[2 * i + 1] = 0x80;
      }
    }
    return true;
  }

  const std::int16_t* filtered(std::int64_t row, std::int64_t other) {
    for (int slot = 0; slot < 2; ++slot) {
      if (held_[slot] == row) return scratch_.kept[slot];
    }
    const int slot = held_[0] == other ? 1 : 0;
    held_[slot] = row;
    const char* const from = run_.src_at(src_, row, strip_.src.begin);
    const auto* const bytes = direct_ ? reinterpret_cast<const std::uint8_t*>(from) : loaded(from);
    const kernels::ByteKernels& kernels = run_.kernels->bytes;
    (exact_ ? kernels.lerp_exact_columns : kernels.lerp_columns)(
        {bytes, scratch_.group, scratch_.offset, groups_, each_, scratch_.kept[slot]});
    return scratch_.kept[slot];
  }

  const std::uint8_t* loaded(const char* from) {
    std::uint8_t* to = scratch_.loaded;
    const std::int64_t columns = strip_.src.end - strip_.src.begin, c = strip_.channels;
    for (std::int64_t x = 0; x < columns; ++x, to += c) {
      std::memcpy(to, from + x * run_.src.pixel_step, static_cast<std::size_t>(c));
    }
    return scratch_.loaded;
  }

  const Run& run_;
  const Strip& strip_;
  const char* src_;
  char* dst_;
  ByteLerpScratch& scratch_;
  std::int64_t outputs_;
  bool exact_;
  bool direct_ = false;  // the caller's memory is read as it is
  int each_ = ByteGroup::kOutputs;
  std::int64_t groups_ = 0;
  std::int64_t held_[2] = {-1, -1};
};

}  // namespace

Engine byte_engine(const PlanSpec& spec) {
  if (is_byte_lerp(spec) || is_byte_exact(spec)) return run_byte_lerp;
  if (is_byte_cells(spec)) return run_byte_cells;
  if (is_byte_shares(spec)) return run_byte_shares;
  if (is_byte_fixed(spec)) return run_byte_fixed;
  return nullptr;
}

namespace {

bool is_byte_image(const PlanSpec& spec) {
  return spec.form == Form::ordered && spec.spatial_rank == 2 &&
         spec.sums.number == kernels::Number::int32 && spec.order == Order::columns_first &&
         spec.input_dtype == DType::uint8 && spec.output_dtype == DType::uint8 &&
         !spec.sums.has_alpha() && channels_of(spec, spec.input_shape) <= kMostByteChannels;
}

// Pairs of weights that are 256 together.
bool has_eight_bits(const AxisTable& table) {
  if (table.kind != AxisTable::Kind::pair) return false;
  for (std::int64_t i = 0; i < table.dst_len; ++i) {
    const std::int32_t first = table.integers[2 * i], second = table.integers[2 * i + 1];
    if (first < 0 || second < 0 || first > 256 || first + second != 256) return false;
  }
  return true;
}

}  // namespace

bool is_byte_exact(const PlanSpec& spec) {
  const OrderedSums::Pass &rows = spec.sums.pass[0], &columns = spec.sums.pass[1];
  const kernels::Finish& finish = rows.finish;
  return is_byte_image(spec) && rows.order == kernels::SumOrder::ascending &&
         columns.order == kernels::SumOrder::ascending && rows.start == 0x1p15 &&
         columns.start == 0 && columns.finish.kind == kernels::Finish::Kind::none &&
         finish.kind == kernels::Finish::Kind::shift && finish.bits == 16 && finish.low == 0 &&
         finish.high == 255 && spec.sums.descending_multiple == 0 && has_eight_bits(spec.axis[0]) &&
         has_eight_bits(spec.axis[1]);
}

bool is_byte_lerp(const PlanSpec& spec) {
  if (!is_byte_image(spec) || spec.sums.pass[0].order != kernels::SumOrder::high_products)
    return false;
  const AxisTable &rows = spec.axis[0], &columns = spec.axis[1];
  return rows.kind == AxisTable::Kind::taps && columns.kind == AxisTable::Kind::taps &&
         rows.taps == 2 && columns.taps <= 2;
}

void run_byte_lerp(const Run& run, const char* src, char* dst, std::int64_t begin,
                   std::int64_t end) noexcept {
  ByteLerpScratch scratch;
  const AxisTable& columns = run.columns();
  const std::int64_t c = run.channels;
  for (std::int64_t x = run.column.begin; x < run.column.end;) {
    Strip strip{{x, x + 1}, positions_of(columns, x), 0, c};
    for (++x; x < run.column.end && (x + 1 - strip.dst.begin) * c <= kMostOutputs; ++x) {
      const Range next = positions_of(columns, x);
      if ((next.end - strip.src.begin) * c > kMostSource) break;
      strip.src.end = std::max(strip.src.end, next.end);
      strip.dst.end = x + 1;
    }
    ByteLerpStrip(run, src, dst, strip, scratch).rows(begin, end);
  }
}

std::int64_t scratch_of_byte_lerp() noexcept {
  return static_cast<std::int64_t>(sizeof(ByteLerpScratch));
}

}  // namespace halfpixel::resample
