// Columns of bytes in fixed point: pairs of neighbouring pixels, widened to 16 bits when they are
// laid out, are multiplied by pairs of weights and added to sums of 32. A lane is a row, so all
// rows share a weight, and nothing is moved between lanes.
#include <algorithm>
#include <cstring>

#include "kernels/fixed_bytes.hpp"
#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/fixed_columns.cpp"
#include "kernels/simd.hpp"
//
#include "kernels/fixed_layout-inl.hpp"
#include "kernels/fixed_sums-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

void FixedColumns(const FixedColumnsJob& job) {
  const std::int64_t c = job.channels;
  const bool split = job.parts == 2;
  for (std::int64_t i = 0; i < job.outputs * c; ++i) {
    const std::int64_t x = i / c;
    for (int r = 0; r < job.rows; ++r) {
      std::int32_t high = 0, low = 0;
      const std::int32_t* pair = job.weights + x * job.steps * job.parts;
      for (std::int64_t k = 0; k < 2 * job.steps; ++k) {
        const std::int64_t at = (job.begin[x] / 2 * 2 + k - job.first) * c + i % c;
        if (at < 0 || at >= job.readable) continue;
        high += job.src[r][at] * weight_of_pair(pair[k / 2 * job.parts], k % 2);
        if (split) low += job.src[r][at] * weight_of_pair(pair[k / 2 * job.parts + 1], k % 2);
      }
      job.dst[r / kQuad][i * kQuad + row_of_quad(FixedPacking::pairs, r % kQuad)] =
          fixed_byte(high, low, split, job.start, job.bits);
    }
  }
}

#else

// Of one output, all channels.
template <int kChannels, bool kSplit>
struct PixelSums {
  using Sums = FixedSums<kSplit, FixedD32>;
  static constexpr int kParts = Sums::kParts;
  Sums sums[kChannels];

  HWY_INLINE explicit PixelSums(const FixedColumnsJob& job) {
    for (Sums& sum : sums) sum = Sums(FixedD32(), job.start);
  }
  HWY_INLINE void Add(const std::uint8_t* planes, const std::int32_t* weights, std::int64_t steps) {
    const FixedD8 d8;
    const FixedD32 d32;
    const hn::Repartition<std::int16_t, FixedD8> d16;
#pragma GCC unroll 2
    for (; steps > 0; --steps, weights += kParts) {
      const auto weight = hn::BitCast(d16, hn::Set(d32, weights[0]));
      const auto rest = hn::BitCast(d16, hn::Set(d32, weights[kParts - 1]));
      for (int c = 0; c < kChannels; ++c, planes += kVectorBytes)
        sums[c].Add(d32, hn::BitCast(d16, hn::Load(d8, planes)), weight, rest);
    }
  }
  HWY_INLINE void Store(const FixedColumnsJob& job, std::int32_t* to) const {
    const FixedD32 d32;
    for (int c = 0; c < kChannels; ++c)
      hn::Store(sums[c].Result(d32, job.start, job.bits), d32, to + c * kVectorRows);
  }
};

#include "kernels/fixed_driver-inl.hpp"

template <int kChannels, bool kSplit>
void FixedColumnsOf(const FixedColumnsJob& job) {
  SumColumns<FixedLayout<kChannels, FixedPacking::pairs>, PixelSums<kChannels, kSplit>>(job);
}

template <bool kSplit>
void FixedColumnsSplit(const FixedColumnsJob& job) {
  if (job.channels == 1) return FixedColumnsOf<1, kSplit>(job);
  if (job.channels == 2) return FixedColumnsOf<2, kSplit>(job);
  if (job.channels == 3) return FixedColumnsOf<3, kSplit>(job);
  FixedColumnsOf<4, kSplit>(job);
}

void FixedColumns(const FixedColumnsJob& job) {
  if (job.parts == 2)
    FixedColumnsSplit<true>(job);
  else
    FixedColumnsSplit<false>(job);
}

#endif

void fill_fixed_columns(KernelTable& table) {
  for (FixedKernels* const fixed : {&table.fixed, &table.narrow_fixed}) {
    fixed->columns = FixedColumns;
    fixed->packing = FixedPacking::pairs;
  }
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_fixed_columns)
}  // namespace halfpixel::kernels
#endif
