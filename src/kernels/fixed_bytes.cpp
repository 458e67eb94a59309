// Weighted sums of bytes in fixed point: pairs of neighbours, widened to 16 bits, are multiplied by
// pairs of weights and added to sums of 32. A block of 128 bits is a row.
#include "kernels/fixed_bytes.hpp"

#include <algorithm>
#include <cstring>

#include "kernels/kernels.hpp"
#include "kernels/prefetch.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/fixed_bytes.cpp"
#include "kernels/simd.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE std::int32_t PartOf(std::int32_t pair, int which) {
  return static_cast<std::int16_t>(static_cast<std::uint32_t>(pair) >> (16 * which));
}

HWY_INLINE std::uint8_t FixedByte(std::int32_t high, std::int32_t low, bool split,
                                  std::int32_t start, int bits) {
  auto sum = static_cast<std::uint32_t>(high);
  if (split) sum = (sum << kLowBits) + static_cast<std::uint32_t>(low);
  sum += static_cast<std::uint32_t>(start);
  return static_cast<std::uint8_t>(std::clamp(static_cast<std::int32_t>(sum) >> bits, 0, 255));
}

// Single results, of rows as of targets without blocks.
HWY_INLINE void FixedRowsOneByOne(const FixedRowsJob& job, std::int64_t begin) {
  const bool split = job.parts == 2;
  for (std::int64_t i = begin; i < job.count; ++i) {
    std::int32_t high = 0, low = 0;
    for (std::int64_t k = 0; k < job.terms; ++k) {
      const std::int32_t* const pair = job.weights + k / 2 * job.parts;
      high += job.rows[k][i] * PartOf(pair[0], k % 2);
      if (split) low += job.rows[k][i] * PartOf(pair[1], k % 2);
    }
    job.dst[i] = FixedByte(high, low, split, job.start, job.bits);
  }
}

#if HWY_TARGET == HWY_SCALAR

void FixedRows(const FixedRowsJob& job) {
  FixedRowsOneByOne(job, 0);
}

void FixedColumns(const FixedColumnsJob& job) {
  const std::int64_t c = job.channels, pixels = FixedColumnsJob::pixels(c);
  const std::int64_t words = FixedColumnsJob::words(c, FixedPacking::pairs);
  const bool split = job.parts == 2;
  for (std::int64_t x = 0; x < job.outputs; ++x) {
    for (int r = 0; r < FixedColumnsJob::kRows; ++r) {
      for (std::int64_t i = 0; i < c; ++i) {
        std::int32_t high = 0, low = 0;
        for (std::int64_t s = 0; s < job.steps[x]; ++s) {
          const std::int32_t* const weights = job.weights + x * job.row + s * words * job.parts;
          for (std::int64_t k = 0; k < pixels; ++k) {
            const std::int32_t value = job.src[r][job.offset[x] + (s * pixels + k) * c + i];
            // Of 1 and 2 channels weights lie as the lookups put the pixels.
            const std::int64_t at = c == 1   ? k / 2
                                    : c == 2 ? k / 4 * 4 + (k % 4) / 2 * 2 + i
                                             : k / 2;
            high += value * PartOf(weights[at], static_cast<int>(k % 2));
            if (split) low += value * PartOf(weights[words + at], static_cast<int>(k % 2));
          }
        }
        job.dst[r][x * c + i] = FixedByte(high, low, split, job.start, job.bits);
      }
    }
  }
}

#else

// Sums of pairs of products; targets that keep halves of them apart put them together at the end.
template <class D32>
struct PairSums {
  hn::Vec<D32> a, b;
  HWY_INLINE explicit PairSums(D32 d) : a(hn::Zero(d)), b(hn::Zero(d)) {}
  template <class V16>
  HWY_INLINE void Add(D32 d, V16 pixels, V16 weights) {
    a = hn::ReorderWidenMulAccumulate(d, pixels, weights, a, b);
  }
  HWY_INLINE hn::Vec<D32> Sum() const { return hn::RearrangeToOddPlusEven(a, b); }
};

template <bool kSplit, class D32>
HWY_INLINE hn::Vec<D32> FixedSum(D32 d, const PairSums<D32>& high, const PairSums<D32>& low,
                                 hn::Vec<D32> start, int bits) {
  auto sum = high.Sum();
  if constexpr (kSplit) sum = hn::Add(hn::ShiftLeft<kLowBits>(sum), low.Sum());
  sum = hn::ShiftRightSame(hn::Add(sum, start), bits);
  return hn::Min(hn::Max(sum, hn::Zero(d)), hn::Set(d, 255));
}

template <bool kSplit>
void FixedRowsOf(const FixedRowsJob& job) {
  using D8 = hn::ScalableTag<std::uint8_t>;
  using D32 = hn::Repartition<std::int32_t, D8>;
  const D8 d8;
  const D32 d32;
  const hn::Repartition<std::int16_t, D8> d16;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d8));
  const auto zero = hn::Zero(d8);
  // Byte 0 of each of the four numbers of a block, to places 4 k and on.
  alignas(16) static constexpr std::uint8_t kPack[4][16] = {
      {0, 4, 8, 12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80},
      {0x80, 0x80, 0x80, 0x80, 0, 4, 8, 12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80},
      {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 4, 8, 12, 0x80, 0x80, 0x80, 0x80},
      {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 4, 8, 12}};
  const auto start = hn::Set(d32, job.start);
  const auto vector = [&](std::int64_t i) HWY_ATTR {
    PairSums<D32> high[4] = {PairSums<D32>(d32), PairSums<D32>(d32), PairSums<D32>(d32),
                             PairSums<D32>(d32)};
    PairSums<D32> low[4] = {PairSums<D32>(d32), PairSums<D32>(d32), PairSums<D32>(d32),
                            PairSums<D32>(d32)};
    for (std::int64_t r = 0; r < job.ahead_rows; ++r) prefetch(job.ahead[r] + i);
    const std::int32_t* weights = job.weights;
    for (std::int64_t k = 0; k < job.terms; k += 2) {
      const auto a = hn::LoadU(d8, job.rows[k] + i), b = hn::LoadU(d8, job.rows[k + 1] + i);
      const auto lower = hn::InterleaveLower(d8, a, b), upper = hn::InterleaveUpper(d8, a, b);
      const decltype(hn::BitCast(d16, zero)) pixels[4] = {
          hn::BitCast(d16, hn::InterleaveLower(d8, lower, zero)),
          hn::BitCast(d16, hn::InterleaveUpper(d8, lower, zero)),
          hn::BitCast(d16, hn::InterleaveLower(d8, upper, zero)),
          hn::BitCast(d16, hn::InterleaveUpper(d8, upper, zero))};
      const auto w = hn::BitCast(d16, hn::Set(d32, *weights++));
      for (int v = 0; v < 4; ++v) high[v].Add(d32, pixels[v], w);
      if constexpr (kSplit) {
        const auto rest = hn::BitCast(d16, hn::Set(d32, *weights++));
        for (int v = 0; v < 4; ++v) low[v].Add(d32, pixels[v], rest);
      }
    }
    auto bytes = zero;
    for (int v = 0; v < 4; ++v) {
      const auto sum = FixedSum<kSplit>(d32, high[v], low[v], start, job.bits);
      bytes = hn::Or(bytes,
                     hn::TableLookupBytesOr0(hn::BitCast(d8, sum), hn::LoadDup128(d8, kPack[v])));
    }
    hn::StoreU(bytes, d8, job.dst + i);
  };
  std::int64_t i = 0;
  for (; i + lanes <= job.count; i += lanes) vector(i);
  if (i == job.count) return;
  if (job.count >= lanes)
    vector(job.count - lanes);
  else
    FixedRowsOneByOne(job, 0);
}

void FixedRows(const FixedRowsJob& job) {
  if (job.parts == 2)
    FixedRowsOf<true>(job);
  else
    FixedRowsOf<false>(job);
}

// The rows of a vector, one a block.
template <class D8>
HWY_INLINE hn::Vec<D8> LoadBlocks(D8 d, const std::uint8_t* const* rows, std::int64_t at) {
  if constexpr (hn::MaxLanes(d) <= 16) {
    return hn::LoadU(d, rows[0] + at);
  } else {
    const hn::Half<D8> half;
    constexpr std::size_t kBlocks = hn::MaxLanes(half) / 16;
    return hn::Combine(d, LoadBlocks(half, rows + kBlocks, at), LoadBlocks(half, rows, at));
  }
}

// kChannels: 3 stands for 4 too.
template <int kChannels, bool kSplit>
void FixedColumnsOf(const FixedColumnsJob& job) {
  using D8 = hn::CappedTag<std::uint8_t, 64>;
  using D32 = hn::Repartition<std::int32_t, D8>;
  const D8 d8;
  const D32 d32;
  const hn::Repartition<std::int16_t, D8> d16;
  constexpr int kRows = FixedColumnsJob::kRows;
  constexpr int kBlocks = static_cast<int>(hn::MaxLanes(d8) / 16);
  constexpr int kVectors = kRows / kBlocks;
  const std::int64_t c = job.channels;
  const std::int64_t pixels = FixedColumnsJob::pixels(c),
                     words = FixedColumnsJob::words(c, FixedPacking::pairs);
  // Where the bytes of pairs lie in sixteen, for the first and the second half of a step.
  alignas(16) std::uint8_t places[2][16];
  for (int part = 0; part < 2; ++part) {
    for (int lane = 0; lane < 4; ++lane) {
      for (int k = 0; k < 2; ++k) {
        const int pixel = kChannels == 1   ? 8 * part + 2 * lane + k
                          : kChannels == 2 ? 4 * part + lane / 2 * 2 + k
                                           : 2 * part + k;
        const int channel = kChannels == 1 ? 0 : kChannels == 2 ? lane % 2 : lane;
        const auto at = static_cast<std::uint8_t>(pixel * c + channel);
        places[part][4 * lane + 2 * k] = channel < c ? at : std::uint8_t{0x80};
        places[part][4 * lane + 2 * k + 1] = 0x80;
      }
    }
  }
  const auto first = hn::LoadDup128(d8, places[0]), second = hn::LoadDup128(d8, places[1]);
  const auto start = hn::Set(d32, job.start);
  const auto weight_of = [&](const std::int32_t* at) HWY_ATTR {
    if constexpr (kChannels < 3)
      return hn::BitCast(d16, hn::LoadDup128(d32, at));
    else
      return hn::BitCast(d16, hn::Set(d32, *at));
  };
  constexpr std::int64_t kPart = kChannels < 3 ? 4 : 1;  // words of half a step
  for (std::int64_t x = 0; x < job.outputs; ++x) {
    const std::int32_t* const row = job.weights + x * job.row;
    const std::int64_t step_bytes = pixels * c, steps = job.steps[x];
    for (int v = 0; v < kVectors; ++v) {
      const std::uint8_t* const* const rows = job.src + v * kBlocks;
      PairSums<D32> high(d32), low(d32);
      const std::int32_t* weights = row;
      std::int64_t at = job.offset[x];
      for (std::int64_t s = 0; s < steps; ++s, at += step_bytes) {
        const auto bytes = LoadBlocks(d8, rows, at);
        const auto a = hn::BitCast(d16, hn::TableLookupBytesOr0(bytes, first));
        const auto b = hn::BitCast(d16, hn::TableLookupBytesOr0(bytes, second));
        high.Add(d32, a, weight_of(weights));
        high.Add(d32, b, weight_of(weights + kPart));
        weights += words;
        if constexpr (kSplit) {
          low.Add(d32, a, weight_of(weights));
          low.Add(d32, b, weight_of(weights + kPart));
          weights += words;
        }
      }
      alignas(64) std::int32_t sums[hn::MaxLanes(d32)];
      if constexpr (kChannels < 3) {
        // Lanes of a block are parts of the same sums.
        alignas(64) std::int32_t lower[hn::MaxLanes(d32)];
        hn::Store(high.Sum(), d32, sums);
        hn::Store(low.Sum(), d32, lower);
        for (int r = 0; r < kBlocks; ++r) {
          for (int i = 0; i < kChannels; ++i) {
            std::int32_t up = 0, down = 0;
            for (int lane = i; lane < 4; lane += kChannels) {
              up += sums[4 * r + lane];
              down += lower[4 * r + lane];
            }
            job.dst[v * kBlocks + r][x * c + i] = FixedByte(up, down, kSplit, job.start, job.bits);
          }
        }
      } else {
        const auto sum = FixedSum<kSplit>(d32, high, low, start, job.bits);
        // The four bytes of a block side by side.
        alignas(16) static constexpr std::uint8_t kLow[16] = {
            0, 4, 8, 12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80};
        const auto packed = hn::TableLookupBytesOr0(hn::BitCast(d8, sum), hn::LoadDup128(d8, kLow));
        hn::Store(hn::BitCast(d32, packed), d32, sums);
        for (int r = 0; r < kBlocks; ++r) {
          std::memcpy(job.dst[v * kBlocks + r] + x * c, sums + 4 * r, 4);
        }
      }
    }
  }
}

template <int kChannels>
void FixedColumnsSplit(const FixedColumnsJob& job) {
  if (job.parts == 2)
    FixedColumnsOf<kChannels, true>(job);
  else
    FixedColumnsOf<kChannels, false>(job);
}

void FixedColumns(const FixedColumnsJob& job) {
  if (job.channels == 1)
    FixedColumnsSplit<1>(job);
  else if (job.channels == 2)
    FixedColumnsSplit<2>(job);
  else
    FixedColumnsSplit<3>(job);
}

#endif

void fill_fixed_bytes(KernelTable& table) {
  table.fixed = {FixedColumns, FixedRows, FixedPacking::pairs, nullptr};
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_fixed_bytes)
}  // namespace halfpixel::kernels
#endif
