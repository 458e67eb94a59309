// Rows of bytes in fixed point: pairs of neighbours, widened to 16 bits, are multiplied by pairs of
// weights and added to sums of 32.
#include "kernels/fixed_bytes.hpp"

#include <algorithm>
#include <cstring>

#include "kernels/kernels.hpp"
#include "kernels/prefetch.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/fixed_rows.cpp"
#include "kernels/simd.hpp"
//
#include "kernels/fixed_layout-inl.hpp"
#include "kernels/fixed_sums-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Single results, of rows as of targets without blocks.
HWY_INLINE void FixedRowsOneByOne(const FixedRowsJob& job, std::int64_t begin) {
  const bool split = job.parts == 2;
  for (std::int64_t i = begin; i < job.count; ++i) {
    std::int32_t high = 0, low = 0;
    for (std::int64_t k = 0; k < job.terms; ++k) {
      const std::int32_t* const pair = job.weights + k / 2 * job.parts;
      high += job.rows[k][i] * weight_of_pair(pair[0], k % 2);
      if (split) low += job.rows[k][i] * weight_of_pair(pair[1], k % 2);
    }
    job.dst[i] = fixed_byte(high, low, split, job.start, job.bits);
  }
}

HWY_INLINE void PartOneByOne(const std::uint8_t* quads, std::int64_t begin, std::int64_t count,
                             std::uint8_t* const* rows) {
  for (std::int64_t i = begin; i < count; ++i) {
    for (std::int64_t r = 0; r < kQuad; ++r)
      if (rows[r] != nullptr) rows[r][i] = quads[i * kQuad + r];
  }
}

#if HWY_TARGET == HWY_SCALAR

void FixedRows(const FixedRowsJob& job) {
  FixedRowsOneByOne(job, 0);
}

void FixedQuads(const FixedQuadsJob& job) {
  const bool split = job.parts == 2;
  for (std::int64_t i = 0; i < job.count; ++i) {
    std::int32_t high = 0, low = 0;
    for (std::int64_t k = 0; k < kQuad * job.terms; ++k) {
      const std::int32_t* const pair = job.weights + k / 2 * job.parts;
      const std::int64_t at = i * kQuad + row_of_quad(FixedPacking::pairs, k % kQuad);
      const std::int32_t value = job.quads[k / kQuad][at];
      high += value * weight_of_pair(pair[0], k % 2);
      if (split) low += value * weight_of_pair(pair[1], k % 2);
    }
    job.dst[i] = fixed_byte(high, low, split, job.start, job.bits);
  }
}

void PartQuads(const std::uint8_t* quads, std::int64_t count, std::uint8_t* const* rows) {
  PartOneByOne(quads, 0, count, rows);
}

#else

template <bool kSplit>
void FixedRowsOf(const FixedRowsJob& job) {
  using D8 = FixedD8;
  using D32 = FixedD32;
  const D8 d8;
  const D32 d32;
  const hn::Repartition<std::int16_t, D8> d16;
  constexpr std::int64_t lanes = kVectorBytes;
  const auto zero = hn::Zero(d8);
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
    const auto number = [&](int v) HWY_ATTR {
      return FixedNumber<kSplit>(d32, high[v], low[v], start, job.bits);
    };
    const auto bytes = PackNumbers(number(0), number(1), number(2), number(3));
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

// Of four vectors of numbers their bytes.
template <bool kSplit>
struct QuadsVector {
  static HWY_INLINE void Sum(const FixedQuadsJob& job, std::int64_t i, std::uint8_t* dst) {
    const FixedD8 d8;
    const FixedD32 d32;
    const hn::Repartition<std::uint16_t, FixedD8> du16;
    const hn::Repartition<std::int16_t, FixedD8> d16;
    using Sums = PairSums<FixedD32>;
    constexpr int kParts = kSplit ? 2 : 1;
    const auto mask = hn::Set(du16, 0xFF);
    Sums high[4], low[4];
    for (int v = 0; v < 4; ++v) high[v] = low[v] = Sums(d32);
    const std::int32_t* weights = job.weights;
    for (std::int64_t k = 0; k < job.terms; ++k, weights += 2 * kParts) {
      const auto weight = [&](int at)
                              HWY_ATTR { return hn::BitCast(d16, hn::Set(d32, weights[at])); };
      const auto first = weight(0), second = weight(kParts);
      const auto first_low = weight(kParts - 1), second_low = weight(2 * kParts - 1);
      const std::uint8_t* const quads = job.quads[k] + i * kQuad;
      for (int v = 0; v < 4; ++v) {
        const auto bytes = hn::BitCast(du16, hn::LoadU(d8, quads + v * kVectorBytes));
        const auto a = hn::BitCast(d16, hn::And(bytes, mask));
        const auto b = hn::BitCast(d16, hn::ShiftRight<8>(bytes));
        high[v].Add(d32, a, first);
        high[v].Add(d32, b, second);
        if constexpr (kSplit) {
          low[v].Add(d32, a, first_low);
          low[v].Add(d32, b, second_low);
        }
      }
    }
    const auto start = hn::Set(d32, job.start);
    const auto number = [&](int v) HWY_ATTR {
      return FixedNumber<kSplit>(d32, high[v], low[v], start, job.bits);
    };
    hn::StoreU(BytesInOrder(PackNumbers(number(0), number(1), number(2), number(3))), d8, dst);
  }
};

#include "kernels/fixed_driver-inl.hpp"

void FixedQuads(const FixedQuadsJob& job) {
  if (job.parts == 2)
    SumQuads<QuadsVector<true>>(job);
  else
    SumQuads<QuadsVector<false>>(job);
}

void PartQuads(const std::uint8_t* quads, std::int64_t count, std::uint8_t* const* rows) {
  const FixedD8 d8;
  std::int64_t i = 0;
  for (; i + kVectorBytes <= count; i += kVectorBytes) {
    auto a = hn::Zero(d8), b = a, c = a, d = a;
    hn::LoadInterleaved4(d8, quads + i * kQuad, a, b, c, d);
    if (rows[0] != nullptr) hn::StoreU(a, d8, rows[0] + i);
    if (rows[1] != nullptr) hn::StoreU(b, d8, rows[1] + i);
    if (rows[2] != nullptr) hn::StoreU(c, d8, rows[2] + i);
    if (rows[3] != nullptr) hn::StoreU(d, d8, rows[3] + i);
  }
  PartOneByOne(quads, i, count, rows);
}

#endif

void fill_fixed_rows(KernelTable& table) {
  table.fixed.rows = FixedRows;
  table.fixed.quads = FixedQuads;
  table.fixed.part = PartQuads;
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_fixed_rows)
}  // namespace halfpixel::kernels
#endif
