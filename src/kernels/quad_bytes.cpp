// Weighted sums of bytes in fixed point where a processor multiplies four bytes by four signed
// ones and adds the products to a sum of 32 bits (AVX-512 VNNI): weights in digits of 8 bits, a sum
// for each digit, and no byte widened. The jobs of fixed_bytes.cpp, packed in quads.
#include <cstring>

#include "kernels/fixed_bytes.hpp"
#include "kernels/kernels.hpp"
#include "kernels/prefetch.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/quad_bytes.cpp"
#include "kernels/simd.hpp"

// Targets whose vectors have 512 bits, but the oldest of them run on processors without VNNI: the
// functions that use it are compiled for it, and taken where the processor says that it has it.
#if HALFPIXEL_AVX512
#undef HALFPIXEL_VNNI
#define HALFPIXEL_VNNI __attribute__((target(HWY_TARGET_STR ",avx512vnni")))
HWY_PUSH_ATTRIBUTES(HWY_TARGET_STR ",avx512vnni")
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using QuadBytes = hn::CappedTag<std::uint8_t, 64>;
using QuadSums = hn::Repartition<std::int32_t, QuadBytes>;
using QuadBytesV = hn::Vec<QuadBytes>;
using QuadSumsV = hn::Vec<QuadSums>;

HWY_INLINE QuadSumsV AddQuads(QuadSumsV sum, QuadBytesV bytes, QuadSumsV weights) {
  return QuadSumsV{_mm512_dpbusd_epi32(sum.raw, bytes.raw, weights.raw)};
}

// Of the sums of each digit, the results before they are clamped.
template <int kParts>
HWY_INLINE QuadSumsV QuadResults(const QuadSumsV (&digit)[kParts], int bits) {
  auto sum = digit[0];
  if constexpr (kParts > 1) sum = hn::Add(sum, hn::ShiftLeft<8>(digit[1]));
  if constexpr (kParts > 2) sum = hn::Add(sum, hn::ShiftLeft<16>(digit[2]));
  return hn::ShiftRightSame(sum, bits);
}

// Clamped to bytes, block by block side by side.
HWY_INLINE QuadBytesV BytesOf(const QuadSumsV (&results)[4]) {
  return QuadBytesV{_mm512_packus_epi16(_mm512_packs_epi32(results[0].raw, results[1].raw),
                                        _mm512_packs_epi32(results[2].raw, results[3].raw))};
}

// Where sums begin: of the lowest digit with what is added to all of them.
template <int kParts>
HWY_INLINE void BeginSums(QuadSumsV (&digit)[kParts], std::int32_t start) {
  for (auto& sum : digit) sum = hn::Zero(QuadSums());
  digit[0] = hn::Set(QuadSums(), start);
}

template <int kParts>
HWY_INLINE void QuadRowsVector(const FixedRowsJob& job, std::int64_t i, std::uint8_t* dst) {
  const QuadBytes d8;
  const QuadSums d32;
  const hn::Repartition<std::uint16_t, QuadBytes> d16;
  QuadSumsV sums[4][kParts];
  for (auto& of_vector : sums) BeginSums(of_vector, job.start);
  for (std::int64_t r = 0; r < job.ahead_rows; ++r) prefetch(job.ahead[r] + i);
  const std::int32_t* weights = job.weights;
  for (std::int64_t k = 0; k < job.terms; k += 4, weights += kParts) {
    const auto a = hn::LoadU(d8, job.rows[k] + i), b = hn::LoadU(d8, job.rows[k + 1] + i);
    const auto c = hn::LoadU(d8, job.rows[k + 2] + i), d = hn::LoadU(d8, job.rows[k + 3] + i);
    const auto ab_lower = hn::BitCast(d16, hn::InterleaveLower(d8, a, b));
    const auto ab_upper = hn::BitCast(d16, hn::InterleaveUpper(d8, a, b));
    const auto cd_lower = hn::BitCast(d16, hn::InterleaveLower(d8, c, d));
    const auto cd_upper = hn::BitCast(d16, hn::InterleaveUpper(d8, c, d));
    const QuadBytesV quads[4] = {
        hn::BitCast(d8, hn::InterleaveLower(d16, ab_lower, cd_lower)),
        hn::BitCast(d8, hn::InterleaveUpper(d16, ab_lower, cd_lower)),
        hn::BitCast(d8, hn::InterleaveLower(d16, ab_upper, cd_upper)),
        hn::BitCast(d8, hn::InterleaveUpper(d16, ab_upper, cd_upper)),
    };
    for (int part = 0; part < kParts; ++part) {
      const auto weight = hn::Set(d32, weights[part]);
      for (int v = 0; v < 4; ++v) sums[v][part] = AddQuads(sums[v][part], quads[v], weight);
    }
  }
  QuadSumsV results[4];
  for (int v = 0; v < 4; ++v) results[v] = QuadResults(sums[v], job.bits);
  hn::StoreU(BytesOf(results), d8, dst);
}

template <int kParts>
void QuadRows(const FixedRowsJob& job) {
  constexpr std::int64_t kLanes = 64;
  std::int64_t i = 0;
  for (; i + kLanes <= job.count; i += kLanes) QuadRowsVector<kParts>(job, i, job.dst + i);
  if (i == job.count) return;
  if (job.count >= kLanes) {
    const std::int64_t last = job.count - kLanes;
    return QuadRowsVector<kParts>(job, last, job.dst + last);
  }
  for (; i < job.count; ++i) {
    std::uint32_t sum = static_cast<std::uint32_t>(job.start);
    for (std::int64_t k = 0; k < job.terms; ++k) {
      for (int part = 0; part < kParts; ++part) {
        const auto word = static_cast<std::uint32_t>(job.weights[k / 4 * kParts + part]);
        const std::int32_t digit = static_cast<std::int8_t>(word >> (k % 4 * 8));
        sum += static_cast<std::uint32_t>(job.rows[k][i] * digit) << (8 * part);
      }
    }
    const std::int32_t result = static_cast<std::int32_t>(sum) >> job.bits;
    job.dst[i] = static_cast<std::uint8_t>(result < 0 ? 0 : result > 255 ? 255 : result);
  }
}

// Four rows, whose bytes lie in a block of a vector each.
struct FourRows {
  const std::uint8_t *a, *b, *c, *d;
  HWY_INLINE QuadBytesV At(std::int64_t at) const {
    const hn::Half<QuadBytes> half;
    const hn::Half<decltype(half)> block;
    return hn::Combine(QuadBytes(),
                       hn::Combine(half, hn::LoadU(block, d + at), hn::LoadU(block, c + at)),
                       hn::Combine(half, hn::LoadU(block, b + at), hn::LoadU(block, a + at)));
  }
};

// One output of four rows, before it is clamped. kChannels: 3 stands for 4 too.
template <int kChannels, int kParts>
HWY_INLINE QuadSumsV QuadColumn(const FixedColumnsJob& job, std::int64_t x, const FourRows& rows,
                                QuadBytesV lookup) {
  const QuadSums d32;
  constexpr std::int64_t kWords = FixedColumnsJob::words(kChannels, FixedPacking::quads);
  const std::int64_t step_bytes = FixedColumnsJob::pixels(job.channels) * job.channels;
  const std::int32_t* weights = job.weights + x * job.row;
  QuadSumsV sums[kParts];
  BeginSums(sums, kChannels < 3 ? 0 : job.start);
  std::int64_t at = job.offset[x];
#pragma GCC unroll 2
  for (std::int32_t s = job.steps[x]; s > 0; --s, at += step_bytes, weights += kWords * kParts) {
    auto bytes = rows.At(at);
    if constexpr (kChannels > 1) bytes = hn::TableLookupBytesOr0(bytes, lookup);
    for (int part = 0; part < kParts; ++part) {
      const std::int32_t* const word = weights + part * kWords;
      const auto weight = kWords == 1 ? hn::Set(d32, *word) : hn::LoadDup128(d32, word);
      sums[part] = AddQuads(sums[part], bytes, weight);
    }
  }
  if constexpr (kChannels < 3) {
    // Lanes of a block are parts of the same sums.
    for (auto& sum : sums) {
      if constexpr (kChannels == 1) sum = hn::Add(sum, hn::Shuffle2301(sum));
      sum = hn::Add(sum, hn::Shuffle1032(sum));
    }
    sums[0] = hn::Add(sums[0], hn::Set(d32, job.start));
  }
  return QuadResults(sums, job.bits);
}

template <int kChannels, int kParts>
void QuadColumns(const FixedColumnsJob& job) {
  const QuadBytes d8;
  constexpr int kTogether = 4;  // outputs, whose bytes are stored at once
  const std::int64_t c = job.channels;
  // Where the neighbours of a lane lie in sixteen bytes, and the bytes of outputs in their lanes.
  alignas(16) std::uint8_t places[16], bytes[16];
  for (int lane = 0; lane < 4; ++lane) {
    for (int k = 0; k < 4; ++k) {
      const int pixel = kChannels == 1 ? 4 * lane + k : kChannels == 2 ? lane / 2 * 4 + k : k;
      const int channel = kChannels == 1 ? 0 : kChannels == 2 ? lane % 2 : lane;
      const auto at = static_cast<std::uint8_t>(pixel * c + channel);
      places[4 * lane + k] = channel < c ? at : std::uint8_t{0x80};
    }
  }
  for (int i = 0; i < 16; ++i)
    bytes[i] = static_cast<std::uint8_t>(i < kTogether * c ? i / c * 4 + i % c : 0x80);
  const auto lookup = hn::LoadDup128(d8, places), side_by_side = hn::LoadDup128(d8, bytes);
  for (int r = 0; r < FixedColumnsJob::kRows; r += 4) {
    const FourRows rows{job.src[r], job.src[r + 1], job.src[r + 2], job.src[r + 3]};
    const auto output = [&](std::int64_t x) HALFPIXEL_VNNI {
      return QuadColumn<kChannels, kParts>(job, x, rows, lookup);
    };
    std::int64_t x = 0;
    for (; x + kTogether <= job.outputs; x += kTogether) {
      const QuadSumsV results[kTogether] = {output(x), output(x + 1), output(x + 2), output(x + 3)};
      const auto all = hn::TableLookupBytesOr0(BytesOf(results), side_by_side);
      const __m128i block[4] = {
          _mm512_castsi512_si128(all.raw), _mm512_extracti32x4_epi32(all.raw, 1),
          _mm512_extracti32x4_epi32(all.raw, 2), _mm512_extracti32x4_epi32(all.raw, 3)};
      // Of three channels the margin takes what is too much.
      for (int i = 0; i < 4; ++i) {
        std::memcpy(job.dst[r + i] + x * c, &block[i], kChannels < 3 ? kTogether * kChannels : 16);
      }
    }
    for (; x < job.outputs; ++x) {
      const QuadSumsV results[kTogether] = {output(x), hn::Zero(QuadSums()), hn::Zero(QuadSums()),
                                            hn::Zero(QuadSums())};
      alignas(64) std::uint8_t all[64];
      hn::Store(BytesOf(results), d8, all);
      for (int i = 0; i < 4; ++i)
        std::memcpy(job.dst[r + i] + x * c, all + 16 * i, static_cast<std::size_t>(c));
    }
  }
}

template <int kParts>
void QuadColumnsOf(const FixedColumnsJob& job) {
  if (job.channels == 1) return QuadColumns<1, kParts>(job);
  if (job.channels == 2) return QuadColumns<2, kParts>(job);
  return QuadColumns<3, kParts>(job);
}

void ColumnsInQuads(const FixedColumnsJob& job) {
  if (job.parts == 1) return QuadColumnsOf<1>(job);
  if (job.parts == 2) return QuadColumnsOf<2>(job);
  return QuadColumnsOf<3>(job);
}

void RowsInQuads(const FixedRowsJob& job) {
  if (job.parts == 1) return QuadRows<1>(job);
  if (job.parts == 2) return QuadRows<2>(job);
  return QuadRows<3>(job);
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_POP_ATTRIBUTES
#endif

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {

void fill_quad_bytes([[maybe_unused]] KernelTable& table) {
#if HALFPIXEL_AVX512
  if (__builtin_cpu_supports("avx512vnni"))
    table.fixed = {ColumnsInQuads, RowsInQuads, FixedPacking::quads, nullptr};
#endif
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_quad_bytes)
}  // namespace halfpixel::kernels
#endif
