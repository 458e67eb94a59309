// Filters along columns for pixels of few channels: vectors of neighbouring outputs, each loaded
// whole and permuted. Same sums and roundings as lerp.cpp and taps.cpp.
#include <algorithm>

#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/windows.cpp"
#include "kernels/simd.hpp"

// after Highway
#include "kernels/lookup-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR

float LerpOne(const LerpWindowsJob& job, std::int64_t i) {  // i: float of dst
  const std::int64_t x = i / job.channels, c = i % job.channels;
  const float a = job.src[(job.part.first[x] - job.part.origin) * job.channels + c];
  const float b = job.src[(job.part.second[x] - job.part.origin) * job.channels + c];
  return a + (b - a) * job.part.t[x];
}

template <bool Wide>
void LerpWindowsOf(const LerpWindowsJob& job) {
  const hn::ScalableTag<float> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const std::int64_t reach = Wide ? 2 * n : n;
  const WindowTable& table = *job.windows;
  const std::int64_t origin = job.part.origin * job.channels;
  const std::int64_t skipped = job.column * job.channels;  // floats of the whole row before dst[0]
  const std::int64_t floats = job.part.outputs * job.channels;
  // Named here, because stores of vectors might change anything that is read through a pointer.
  const std::int32_t* HWY_RESTRICT const base_a = table.a.base.data();
  const std::int32_t* HWY_RESTRICT const base_b = table.b.base.data();
  const std::int32_t* HWY_RESTRICT const index_a = table.a.index.data();
  const std::int32_t* HWY_RESTRICT const index_b = table.b.index.data();
  const float* HWY_RESTRICT const weights = table.weights.data();
  const float* HWY_RESTRICT const src = job.src;
  float* HWY_RESTRICT const dst = job.dst;
  const std::int64_t src_end = job.src_floats - reach;
  const auto one_by_one = [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) dst[i] = LerpOne(job, i);
  };
  std::int64_t i = HWY_MIN((n - skipped % n) % n, floats);
  one_by_one(0, i);
  for (std::int64_t v = (skipped + i) / n; i < floats; i += n, ++v) {
    std::int64_t at_a = base_a[v] - origin, at_b = base_b[v] - origin;
    const float* from = src;
    float copy[4 * kMostLanes];
    const std::int64_t low = HWY_MIN(at_a, at_b);
    if (low < 0) {  // there is no window, or it begins before this strip
      one_by_one(i, HWY_MIN(i + n, floats));
      continue;
    }
    if (HWY_MAX(at_a, at_b) > src_end) {  // windows end beyond the strip
      std::copy(src + low, src + HWY_MIN(job.src_floats, low + 4 * n), copy);
      from = copy;
      at_a -= low;
      at_b -= low;
    }
    const auto a = LookUp<Wide, decltype(d)>(d, index_a + v * n)(d, from + at_a);
    const auto b = LookUp<Wide, decltype(d)>(d, index_b + v * n)(d, from + at_b);
    const auto t = hn::LoadU(d, weights + v * n);
    hn::StoreU(hn::Add(a, hn::Mul(hn::Sub(b, a), t)), d, dst + i);
  }
}

// One side of a pair.
template <bool Wide>
void LayOutSide(const LayOutJob& job, const WindowTable::Source& source, const std::int32_t* at,
                float* HWY_RESTRICT dst) {
  const hn::ScalableTag<float> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const std::int64_t reach = Wide ? 2 * n : n;
  const std::int64_t origin = job.origin * job.channels;
  const std::int64_t skipped = job.column * job.channels;
  const std::int64_t numbers = job.outputs * job.channels;
  const std::int32_t* HWY_RESTRICT const base = source.base.data();
  const std::int32_t* HWY_RESTRICT const index = source.index.data();
  const float* HWY_RESTRICT const src = job.src;
  const auto one_by_one = [&](std::int64_t begin, std::int64_t end) {
    if (job.channels == 1) {
      for (std::int64_t i = begin; i < end; ++i) dst[i] = src[at[i] - job.origin];
      return;
    }
    for (std::int64_t i = begin; i < end; ++i) {
      dst[i] = src[(at[i / job.channels] - job.origin) * job.channels + i % job.channels];
    }
  };
  std::int64_t i = HWY_MIN((n - skipped % n) % n, numbers);
  one_by_one(0, i);
  for (std::int64_t v = (skipped + i) / n; i < numbers; i += n, ++v) {
    const std::int64_t window = base[v] - origin;
    if (window < 0 || window + reach > job.src_numbers || i + n > numbers) {
      one_by_one(i, HWY_MIN(i + n, numbers));
    } else {
      hn::StoreU(LookUp<Wide, decltype(d)>(d, index + v * n)(d, src + window), d, dst + i);
    }
  }
}

// Both sides of pairs of single numbers.
void LayOutHalves(const LayOutJob& job) {
  const hn::ScalableTag<float> d;
  const hn::Half<decltype(d)> dh;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d)), half = n / 2;
  const std::int32_t* HWY_RESTRICT const base = job.windows->a.base.data();
  const std::int32_t* HWY_RESTRICT const index = job.windows->a.index.data();
  const float* HWY_RESTRICT const src = job.src;
  float *HWY_RESTRICT const near = job.dst[0], *HWY_RESTRICT const far = job.dst[1];
  const auto one_by_one = [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      near[i] = src[job.first[i] - job.origin];
      far[i] = src[job.second[i] - job.origin];
    }
  };
  std::int64_t i = HWY_MIN((half - job.column % half) % half, job.outputs);
  one_by_one(0, i);
  for (std::int64_t v = (job.column + i) / half; i < job.outputs; i += half, ++v) {
    const std::int64_t window = base[v] - job.origin;
    if (window < 0 || window + 2 * n > job.src_numbers || i + half > job.outputs) {
      one_by_one(i, HWY_MIN(i + half, job.outputs));
      continue;
    }
    const auto both = LookUp<true, decltype(d)>(d, index + v * n)(d, src + window);
    hn::StoreU(hn::LowerHalf(dh, both), dh, near + i);
    hn::StoreU(hn::UpperHalf(dh, both), dh, far + i);
  }
}

float SumOne(const TapsWindowsJob& job, const float* src, std::int64_t i) {
  const std::int64_t x = i / job.channels, c = i % job.channels;
  const float* const p = src + (job.part.first[x] - job.part.origin) * job.channels + c;
  float sum = job.start;
  for (std::int64_t k = 0; k < job.part.count[x]; ++k) {
    sum = sum + p[k * job.channels] * job.part.weights[x * job.part.taps + k];
  }
  return sum;
}

// One vector of outputs in all rows. Taps: how many, 0 when only the table knows.
template <int Taps, bool Wide, bool Ragged, class D>
HWY_INLINE void WindowOfRows(D d, const TapsWindowsJob& job, std::int64_t v, std::int64_t i,
                             std::int64_t floats) {
  const hn::RebindToSigned<D> di;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const WindowTable& table = *job.windows;
  const std::int64_t at = table.a.base[v] - job.part.origin * job.channels;
  const std::int32_t taps = Taps > 0 ? Taps : table.most[v];
  const LookUp<Wide, D> look_up(d, table.a.index.data() + v * n);
  const float* const weights = table.weights.data() + v * table.taps * n;
  hn::Vec<D> w[Taps > 0 ? Taps : 1];
  for (int k = 0; k < Taps; ++k) w[k] = hn::LoadU(d, weights + k * n);
  for (std::int64_t r = 0; r < job.rows; ++r) {
    const float* const src = job.src[r] + at;
    auto sum = hn::Set(d, job.start);
    for (std::int32_t k = 0; k < taps; ++k) {
      const auto weight = Taps > 0 ? w[k] : hn::LoadU(d, weights + k * n);
      const auto next = hn::Add(sum, hn::Mul(look_up(d, src + k * job.channels), weight));
      if constexpr (Ragged) {
        const auto count = hn::LoadU(di, table.count.data() + v * n);
        const auto live = hn::VecFromMask(di, hn::Gt(count, hn::Set(di, k)));
        sum = hn::IfThenElse(hn::MaskFromVec(hn::BitCast(d, live)), next, sum);
      } else {
        sum = next;
      }
    }
    if (i + n > floats) {
      float out[kMostLanes];
      hn::StoreU(sum, d, out);
      std::copy(out, out + (floats - i), job.dst[r] + i);
    } else if (job.stream) {
      hn::Stream(sum, d, job.dst[r] + i);
    } else {
      hn::StoreU(sum, d, job.dst[r] + i);
    }
  }
}

template <int Taps, bool Wide>
void TapsWindowsOf(const TapsWindowsJob& job) {
  const hn::ScalableTag<float> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const WindowTable& table = *job.windows;
  const std::int64_t skipped = job.column * job.channels;
  const std::int64_t floats = job.part.outputs * job.channels;
  const auto one_by_one = [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = 0; r < job.rows; ++r) {
      for (std::int64_t i = begin; i < end; ++i) job.dst[r][i] = SumOne(job, job.src[r], i);
    }
  };
  std::int64_t i = HWY_MIN((n - skipped % n) % n, floats);
  one_by_one(0, i);
  for (; i < floats; i += n) {
    const std::int64_t v = (skipped + i) / n;
    if (table.a.base[v] == WindowTable::kNone) {
      one_by_one(i, HWY_MIN(i + n, floats));
    } else if (table.least[v] == Taps && table.most[v] == Taps) {
      WindowOfRows<Taps, Wide, false>(d, job, v, i, floats);
    } else {
      WindowOfRows<0, Wide, true>(d, job, v, i, floats);
    }
  }
}
#endif

void LerpWindows(const LerpWindowsJob& job) {
#if HWY_TARGET != HWY_SCALAR
  job.windows->wide ? LerpWindowsOf<true>(job) : LerpWindowsOf<false>(job);
#else
  static_cast<void>(job);  // there are no tables for one lane
#endif
}

void TapsWindows(const TapsWindowsJob& job) {
#if HWY_TARGET != HWY_SCALAR
  switch (job.windows->taps) {
    case 4:
      return job.windows->wide ? TapsWindowsOf<4, true>(job) : TapsWindowsOf<4, false>(job);
    case 6:
      return job.windows->wide ? TapsWindowsOf<6, true>(job) : TapsWindowsOf<6, false>(job);
    default:
      return job.windows->wide ? TapsWindowsOf<2, true>(job) : TapsWindowsOf<2, false>(job);
  }
#else
  static_cast<void>(job);
#endif
}

// Single numbers, one after the other: faster than instructions that gather.
void LayOutSingly(const LayOutJob& job) {
  const float* HWY_RESTRICT const src = job.src;
  float *HWY_RESTRICT const near = job.dst[0], *HWY_RESTRICT const far = job.dst[1];
  for (std::int64_t i = 0; i < job.outputs; ++i) {
    const std::int64_t at = job.first[i] - job.origin, next = job.second[i] - job.origin;
    near[i] = src[at];
    far[i] = src[next];
  }
}

void LayOut(const LayOutJob& job) {
#if HWY_TARGET != HWY_SCALAR
  const WindowTable& table = *job.windows;
  if (table.single) return LayOutSingly(job);
  if (table.halves) return LayOutHalves(job);
  const auto side = table.wide ? LayOutSide<true> : LayOutSide<false>;
  side(job, table.a, job.first, job.dst[0]);
  side(job, table.b, job.second, job.dst[1]);
#else
  static_cast<void>(job);
#endif
}

void fill_windows(KernelTable& table) {
  const hn::ScalableTag<float> d;
  table.lanes = static_cast<std::int64_t>(hn::Lanes(d));
  table.lerp_windows = LerpWindows;
  table.taps_windows = TapsWindows;
  table.lay_out = LayOut;
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_windows)
}  // namespace halfpixel::kernels
#endif
