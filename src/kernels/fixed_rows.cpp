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
  const FixedD8 d8;
  const FixedD32 d32;
  const hn::Repartition<std::int16_t, FixedD8> d16;
  using Sums = FixedSums<kSplit, FixedD32>;
  const auto zero = hn::Zero(d8);
  const auto vector = [&](std::int64_t i) HWY_ATTR {
    Sums sums[4];
    for (Sums& sum : sums) sum = Sums(d32, job.start);
    for (std::int64_t r = 0; r < job.ahead_rows; ++r) prefetch(job.ahead[r] + i);
    const std::int32_t* weights = job.weights;
    for (std::int64_t k = 0; k < job.terms; k += 2, weights += Sums::kParts) {
      const auto a = hn::LoadU(d8, job.rows[k] + i), b = hn::LoadU(d8, job.rows[k + 1] + i);
      const auto lower = hn::InterleaveLower(d8, a, b), upper = hn::InterleaveUpper(d8, a, b);
      const auto weight = hn::BitCast(d16, hn::Set(d32, weights[0]));
      const auto rest = hn::BitCast(d16, hn::Set(d32, weights[Sums::kParts - 1]));
      const auto add = [&](int v, auto bytes)
                           HWY_ATTR { sums[v].Add(d32, hn::BitCast(d16, bytes), weight, rest); };
      add(0, hn::InterleaveLower(d8, lower, zero));
      add(1, hn::InterleaveUpper(d8, lower, zero));
      add(2, hn::InterleaveLower(d8, upper, zero));
      add(3, hn::InterleaveUpper(d8, upper, zero));
    }
    const auto number = [&](int v)
                            HWY_ATTR { return sums[v].Result(FixedD32(), job.start, job.bits); };
    hn::StoreU(PackNumbers(number(0), number(1), number(2), number(3)), d8, job.dst + i);
  };
  std::int64_t i = 0;
  for (; i + kVectorBytes <= job.count; i += kVectorBytes) vector(i);
  if (i == job.count) return;
  if (job.count >= kVectorBytes)
    vector(job.count - kVectorBytes);
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
  using Sums = FixedSums<kSplit, FixedD32>;
  Sums sums[4];

  // Words [kBegin, kEnd) of the two of a quad.
  template <int kBegin, int kEnd>
  HWY_INLINE void Add(const std::uint8_t* quads, const std::int32_t* weights) {
    const FixedD8 d8;
    const FixedD32 d32;
    const hn::Repartition<std::uint16_t, FixedD8> du16;
    const hn::Repartition<std::int16_t, FixedD8> d16;
    for (int word = kBegin; word < kEnd; ++word) {
      const std::int32_t* const at = weights + word * Sums::kParts;
      const auto weight = hn::BitCast(d16, hn::Set(d32, at[0]));
      const auto rest = hn::BitCast(d16, hn::Set(d32, at[Sums::kParts - 1]));
      for (int v = 0; v < 4; ++v) {
        const auto bytes = hn::BitCast(du16, hn::LoadU(d8, quads + v * kVectorBytes));
        const auto rows =
            word == 0 ? hn::And(bytes, hn::Set(du16, 0xFF)) : hn::ShiftRight<8>(bytes);
        sums[v].Add(d32, hn::BitCast(d16, rows), weight, rest);
      }
    }
  }

  static HWY_INLINE void Sum(const FixedQuadsJob& job, std::int64_t i, std::uint8_t* dst) {
    QuadsVector vector;
    for (Sums& sum : vector.sums) sum = Sums(FixedD32(), job.start);
    const std::int32_t* weights = job.weights;
    const std::int64_t end = job.terms - (job.ends_early ? 1 : 0);
    std::int64_t k = 0;
    if (job.begins_late) {
      vector.template Add<1, 2>(job.quads[k++] + i * kQuad, weights);
      weights += 2 * Sums::kParts;
    }
    for (; k < end; ++k, weights += 2 * Sums::kParts)
      vector.template Add<0, 2>(job.quads[k] + i * kQuad, weights);
    if (job.ends_early) vector.template Add<0, 1>(job.quads[k] + i * kQuad, weights);
    const auto number = [&](int v) HWY_ATTR {
      return vector.sums[v].Result(FixedD32(), job.start, job.bits);
    };
    hn::StoreU(BytesInOrder(PackNumbers(number(0), number(1), number(2), number(3))), FixedD8(),
               dst);
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
  for (FixedKernels* const fixed : {&table.fixed, &table.narrow_fixed}) {
    fixed->rows = FixedRows;
    fixed->quads = FixedQuads;
    fixed->part = PartQuads;
  }
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_fixed_rows)
}  // namespace halfpixel::kernels
#endif
