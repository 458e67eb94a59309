// Weighted sums along columns, taps ascending, every product and every sum rounded.
#include <type_traits>

#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/taps.cpp"
#include "kernels/simd.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Unroll vectors of one pixel at a time. src and dst are scratch, so the last vector may reach past
// the pixel: what it writes there belongs to pixels that come later, or to the padding.
template <int Unroll, class D>
HWY_INLINE void PixelTaps(D d, const float* HWY_RESTRICT src, std::int64_t step,
                          const float* HWY_RESTRICT weights, std::int64_t taps, bool zero_start,
                          float* HWY_RESTRICT dst) {
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  hn::Vec<D> sum[Unroll];
  std::int64_t k = 0;
  if (zero_start || taps == 0) {
    for (int u = 0; u < Unroll; ++u) sum[u] = hn::Zero(d);
  } else {
    const auto w = hn::Set(d, weights[0]);
    for (int u = 0; u < Unroll; ++u) sum[u] = hn::Mul(hn::LoadU(d, src + u * n), w);
    k = 1;
  }
  for (; k < taps; ++k) {
    const auto w = hn::Set(d, weights[k]);
    for (int u = 0; u < Unroll; ++u) {
      sum[u] = hn::Add(sum[u], hn::Mul(hn::LoadU(d, src + k * step + u * n), w));
    }
  }
  for (int u = 0; u < Unroll; ++u) hn::StoreU(sum[u], d, dst + u * n);
}

template <class D>
void ManyChannels(D d, const TapsColumnsJob& job) {
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const std::int64_t channels = job.channels;
  for (std::int64_t x = 0; x < job.dst_count; ++x) {
    const float* const src = job.src + (job.first[x] - job.origin) * channels;
    const float* const weights = job.weights + x * job.taps;
    float* const dst = job.dst + x * channels;
    std::int64_t c = 0;
    for (; c + 4 * n <= channels; c += 4 * n) {
      PixelTaps<4>(d, src + c, channels, weights, job.count[x], job.zero_start, dst + c);
    }
    const auto last = [&](auto unroll) {
      PixelTaps<unroll()>(d, src + c, channels, weights, job.count[x], job.zero_start, dst + c);
    };
    const std::int64_t left = channels - c;
    if (left > 3 * n) {
      last(std::integral_constant<int, 4>());
    } else if (left > 2 * n) {
      last(std::integral_constant<int, 3>());
    } else if (left > n) {
      last(std::integral_constant<int, 2>());
    } else if (left > 0) {
      last(std::integral_constant<int, 1>());
    }
  }
}

// One or two channels: vectors of neighbouring pixels, gathered.
template <int Channels>
void FewChannels(const TapsColumnsJob& job) {
  std::int64_t x = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<float> d;
  const hn::RebindToSigned<decltype(d)> di;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const auto origin = hn::Set(di, static_cast<std::int32_t>(job.origin));
  const auto taps = hn::Set(di, static_cast<std::int32_t>(job.taps));
  for (; x + n <= job.dst_count; x += n) {
    const auto counts = hn::LoadU(di, job.count + x);
    const auto first = hn::Sub(hn::LoadU(di, job.first + x), origin);
    const auto row = hn::Mul(hn::Iota(di, 0), taps);
    std::int32_t most = 0;
    for (std::int64_t i = 0; i < n; ++i) most = HWY_MAX(most, job.count[x + i]);
    hn::Vec<decltype(d)> sum[Channels];
    for (int c = 0; c < Channels; ++c) sum[c] = hn::Zero(d);
    for (std::int32_t k = 0; k < most; ++k) {
      const auto kk = hn::Set(di, k);
      const auto live = hn::MaskFromVec(hn::BitCast(d, hn::VecFromMask(di, hn::Lt(kk, counts))));
      const auto at = hn::Max(hn::Zero(di), hn::Min(kk, hn::Sub(counts, hn::Set(di, 1))));
      const auto w = hn::GatherIndex(d, job.weights + x * job.taps, hn::Add(row, at));
      auto index = hn::Add(first, at);
      if (Channels == 2) index = hn::Add(index, index);
      for (int c = 0; c < Channels; ++c) {
        const auto product = hn::Mul(hn::GatherIndex(d, job.src + c, index), w);
        const auto next = k == 0 && !job.zero_start ? product : hn::Add(sum[c], product);
        sum[c] = hn::IfThenElse(live, next, sum[c]);
      }
    }
    if constexpr (Channels == 1) {
      hn::StoreU(sum[0], d, job.dst + x);
    } else {
      hn::StoreInterleaved2(sum[0], sum[1], d, job.dst + 2 * x);
    }
  }
#endif
  for (; x < job.dst_count; ++x) {
    for (int c = 0; c < Channels; ++c) {
      const float* const src = job.src + (job.first[x] - job.origin) * Channels + c;
      const float* const w = job.weights + x * job.taps;
      std::int64_t k = 0;
      float sum = 0.0f;
      if (!job.zero_start && job.count[x] > 0) sum = src[0] * w[0], k = 1;
      for (; k < job.count[x]; ++k) sum = sum + src[k * Channels] * w[k];
      job.dst[x * Channels + c] = sum;
    }
  }
}

void TapsColumns(const TapsColumnsJob& job) {
  if (job.channels == 1) return FewChannels<1>(job);
  if (job.channels == 2) return FewChannels<2>(job);
  if (job.channels <= 4) return ManyChannels(hn::CappedTag<float, 4>(), job);
  // 24 floats, the packed pixels of three channels, are three vectors of 8
  if (job.channels <= 8 || job.channels == 24) return ManyChannels(hn::CappedTag<float, 8>(), job);
  ManyChannels(hn::ScalableTag<float>(), job);
}

void fill_taps(KernelTable& table) {
  table.taps_columns = TapsColumns;
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_taps)
}  // namespace halfpixel::kernels
#endif
