// Weighted sums of bytes in fixed point where a processor multiplies four bytes by four signed
// ones and adds the products to a sum of 32 bits (AVX-512 VNNI): weights in digits of 8 bits, a sum
// for each digit, and no byte widened. The jobs of fixed_columns.cpp and fixed_rows.cpp, packed in
// quads.
#include <algorithm>
#include <cstring>

#include "kernels/fixed_bytes.hpp"
#include "kernels/kernels.hpp"
#include "kernels/prefetch.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/quad_bytes.cpp"
#include "kernels/simd.hpp"
//
#include "kernels/fixed_layout-inl.hpp"

// Targets whose vectors have 512 bits, but the oldest of them run on processors without VNNI: the
// functions that use it are compiled for it, and taken where the processor says that it has it.
#if HALFPIXEL_AVX512
#undef HALFPIXEL_VNNI
#define HALFPIXEL_VNNI __attribute__((target(HWY_TARGET_STR ",avx512vnni")))
HWY_PUSH_ATTRIBUTES(HWY_TARGET_STR ",avx512vnni")
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using QuadBytes = FixedD8;
using QuadSums = FixedD32;
using QuadBytesV = hn::Vec<QuadBytes>;
using QuadSumsV = FixedV32;

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
  hn::StoreU(PackNumbers(results[0], results[1], results[2], results[3]), d8, dst);
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

// Of quads of rows four vectors of numbers.
template <int kParts>
struct DigitsVector {
  static HWY_INLINE void Sum(const FixedQuadsJob& job, std::int64_t i, std::uint8_t* dst) {
    const QuadBytes d8;
    const QuadSums d32;
    QuadSumsV sums[4][kParts];
    for (auto& of_vector : sums) BeginSums(of_vector, job.start);
    const std::int32_t* weights = job.weights;
    for (std::int64_t k = 0; k < job.terms; ++k, weights += kParts) {
      const std::uint8_t* const quads = job.quads[k] + i * kQuad;
      for (int v = 0; v < 4; ++v) {
        const auto bytes = hn::LoadU(d8, quads + v * kVectorBytes);
        for (int part = 0; part < kParts; ++part)
          sums[v][part] = AddQuads(sums[v][part], bytes, hn::Set(d32, weights[part]));
      }
    }
    QuadSumsV results[4];
    for (int v = 0; v < 4; ++v) results[v] = QuadResults(sums[v], job.bits);
    hn::StoreU(BytesInOrder(PackNumbers(results[0], results[1], results[2], results[3])), d8, dst);
  }
};

// Of one output, all channels.
template <int kChannels, int kDigits>
struct QuadPixelSums {
  static constexpr int kParts = kDigits;
  QuadSumsV sums[kChannels][kParts];

  HWY_INLINE explicit QuadPixelSums(const FixedColumnsJob& job) {
    for (auto& of_channel : sums) BeginSums(of_channel, job.start);
  }
  HWY_INLINE void Add(const std::uint8_t* planes, const std::int32_t* weights, std::int64_t steps) {
    for (; steps > 0; --steps, weights += kParts) {
      for (int c = 0; c < kChannels; ++c, planes += kVectorBytes) {
        const auto pixels = hn::Load(QuadBytes(), planes);
        for (int part = 0; part < kParts; ++part)
          sums[c][part] = AddQuads(sums[c][part], pixels, hn::Set(QuadSums(), weights[part]));
      }
    }
  }
  HWY_INLINE void Store(const FixedColumnsJob& job, std::int32_t* to) const {
    for (int c = 0; c < kChannels; ++c)
      hn::Store(QuadResults(sums[c], job.bits), QuadSums(), to + c * kVectorRows);
  }
};

#include "kernels/fixed_driver-inl.hpp"

template <int kChannels, int kParts>
void QuadColumns(const FixedColumnsJob& job) {
  SumColumns<FixedLayout<kChannels, FixedPacking::quads>, QuadPixelSums<kChannels, kParts>>(job);
}

template <int kParts>
void QuadColumnsOf(const FixedColumnsJob& job) {
  if (job.channels == 1) return QuadColumns<1, kParts>(job);
  if (job.channels == 2) return QuadColumns<2, kParts>(job);
  if (job.channels == 3) return QuadColumns<3, kParts>(job);
  QuadColumns<4, kParts>(job);
}

void ColumnsInQuads(const FixedColumnsJob& job) {
  if (job.parts == 1) return QuadColumnsOf<1>(job);
  if (job.parts == 2) return QuadColumnsOf<2>(job);
  return QuadColumnsOf<3>(job);
}

void SumsOfQuads(const FixedQuadsJob& job) {
  if (job.parts == 1) return SumQuads<DigitsVector<1>>(job);
  if (job.parts == 2) return SumQuads<DigitsVector<2>>(job);
  return SumQuads<DigitsVector<3>>(job);
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
  // Weights of 16 bits would be two or three digits.
  if (__builtin_cpu_supports("avx512vnni")) {
    table.fixed.columns = ColumnsInQuads;
    table.fixed.rows = RowsInQuads;
    table.fixed.quads = SumsOfQuads;
    table.fixed.packing = FixedPacking::quads;
  }
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
