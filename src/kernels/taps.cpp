// Weighted sums along columns, taps ascending, every product and every sum rounded.
#include <type_traits>

#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/taps.cpp"
#include "kernels/simd.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Outputs pixels that sum the same source pixels, Unroll vectors of each. weights: [output, tap].
template <int Outputs, int Unroll, class D>
HWY_INLINE void PixelTaps(D d, const TapsColumnsJob& job, const float* HWY_RESTRICT src,
                          const float* HWY_RESTRICT weights, std::int64_t taps,
                          float* HWY_RESTRICT dst) {
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const auto start = hn::Set(d, job.start);
  hn::Vec<D> sum[Outputs][Unroll];
  for (int o = 0; o < Outputs; ++o) {
    for (int u = 0; u < Unroll; ++u) sum[o][u] = start;
  }
  for (std::int64_t k = 0; k < taps; ++k, src += job.channels) {
    hn::Vec<D> value[Unroll];
    for (int u = 0; u < Unroll; ++u) value[u] = hn::LoadU(d, src + u * n);
    for (int o = 0; o < Outputs; ++o) {
      const auto w = hn::Set(d, weights[o * job.part.taps + k]);
      for (int u = 0; u < Unroll; ++u) sum[o][u] = hn::Add(sum[o][u], hn::Mul(value[u], w));
    }
  }
  for (int o = 0; o < Outputs; ++o) {
    float* const to = dst + o * job.channels;
    for (int u = 0; u < Unroll; ++u) {
      if (job.stream) {
        hn::Stream(sum[o][u], d, to + u * n);
      } else {
        hn::StoreU(sum[o][u], d, to + u * n);
      }
    }
  }
}

// Calls f(outputs, x) for all groups of outputs from x on that sum the same source pixels.
template <class F>
HWY_INLINE void ForEachGroup(const TapsColumnsJob& job, F&& f) {
  constexpr bool kFour = HALFPIXEL_AVX512 || HWY_ARCH_ARM_A64;  // registers enough
  const std::int64_t count = job.part.outputs;
  // Where there are no more outputs than pixels, none share theirs.
  if (count == 0 ||
      job.part.first[count - 1] - job.part.first[0] >= static_cast<std::int32_t>(count) - 1) {
    for (std::int64_t x = 0; x < count; ++x) f(std::integral_constant<int, 1>(), x);
    return;
  }
  const auto alike = [&](std::int64_t x, std::int64_t outputs) {
    if (x + outputs > count) return false;
    bool same = true;
    for (std::int64_t i = x + 1; i < x + outputs; ++i) {
      same =
          same && job.part.first[i] == job.part.first[x] && job.part.count[i] == job.part.count[x];
    }
    return same;
  };
  for (std::int64_t x = 0; x < count;) {
    if (kFour && alike(x, 4)) {
      f(std::integral_constant<int, 4>(), x);
      x += 4;
    } else if (alike(x, 2)) {
      f(std::integral_constant<int, 2>(), x);
      x += 2;
    } else {
      f(std::integral_constant<int, 1>(), x);
      ++x;
    }
  }
}

// Outputs from x on: Unroll vectors of channels from c on.
template <int Outputs, int Unroll, class D>
HWY_INLINE void PixelChannels(D d, const TapsColumnsJob& job, std::int64_t x, std::int64_t c) {
  PixelTaps<Outputs, Unroll>(
      d, job, job.src + (job.part.first[x] - job.part.origin) * job.channels + c,
      job.part.weights + x * job.part.taps, job.part.count[x], job.dst + x * job.channels + c);
}

// All channels in one pass. src and dst are scratch, so its last vector may reach past the pixel:
// what it writes there belongs to pixels that come later, or to the padding.
template <int Vectors, class D>
void FixedChannels(D d, const TapsColumnsJob& job) {
  ForEachGroup(
      job, [&](auto outputs, std::int64_t x) { PixelChannels<outputs(), Vectors>(d, job, x, 0); });
}

template <class D>
void ManyChannels(D d, const TapsColumnsJob& job) {
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  if (job.channels <= n) return FixedChannels<1>(d, job);
  if (job.channels <= 2 * n) return FixedChannels<2>(d, job);
  if (job.channels <= 3 * n) return FixedChannels<3>(d, job);
  if (job.channels <= 4 * n) return FixedChannels<4>(d, job);
  ForEachGroup(job, [&](auto outputs, std::int64_t x) {
    std::int64_t c = 0;
    for (; c + 4 * n <= job.channels; c += 4 * n) PixelChannels<outputs(), 4>(d, job, x, c);
    for (; c + n <= job.channels; c += n) PixelChannels<outputs(), 1>(d, job, x, c);
    // the last vector overlaps what is there already
    if (c < job.channels) PixelChannels<outputs(), 1>(d, job, x, job.channels - n);
  });
}

// One or two channels: vectors of neighbouring pixels, gathered.
template <int Channels>
void FewChannels(const TapsColumnsJob& job) {
  std::int64_t x = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<float> d;
  const hn::RebindToSigned<decltype(d)> di;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const auto origin = hn::Set(di, static_cast<std::int32_t>(job.part.origin));
  const auto taps = hn::Set(di, static_cast<std::int32_t>(job.part.taps));
  for (; x + n <= job.part.outputs; x += n) {
    const auto counts = hn::LoadU(di, job.part.count + x);
    const auto first = hn::Sub(hn::LoadU(di, job.part.first + x), origin);
    const auto row = hn::Mul(hn::Iota(di, 0), taps);
    std::int32_t most = 0;
    for (std::int64_t i = 0; i < n; ++i) most = HWY_MAX(most, job.part.count[x + i]);
    hn::Vec<decltype(d)> sum[Channels];
    for (int c = 0; c < Channels; ++c) sum[c] = hn::Set(d, job.start);
    for (std::int32_t k = 0; k < most; ++k) {
      const auto kk = hn::Set(di, k);
      const auto live = hn::MaskFromVec(hn::BitCast(d, hn::VecFromMask(di, hn::Lt(kk, counts))));
      const auto at = hn::Max(hn::Zero(di), hn::Min(kk, hn::Sub(counts, hn::Set(di, 1))));
      const auto w = hn::GatherIndex(d, job.part.weights + x * job.part.taps, hn::Add(row, at));
      auto index = hn::Add(first, at);
      if (Channels == 2) index = hn::Add(index, index);
      for (int c = 0; c < Channels; ++c) {
        const auto product = hn::Mul(hn::GatherIndex(d, job.src + c, index), w);
        sum[c] = hn::IfThenElse(live, hn::Add(sum[c], product), sum[c]);
      }
    }
    if constexpr (Channels == 1) {
      hn::StoreU(sum[0], d, job.dst + x);
    } else {
      hn::StoreInterleaved2(sum[0], sum[1], d, job.dst + 2 * x);
    }
  }
#endif
  for (; x < job.part.outputs; ++x) {
    for (int c = 0; c < Channels; ++c) {
      const float* const src = job.src + (job.part.first[x] - job.part.origin) * Channels + c;
      const float* const w = job.part.weights + x * job.part.taps;
      float sum = job.start;
      for (std::int64_t k = 0; k < job.part.count[x]; ++k) sum = sum + src[k * Channels] * w[k];
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
