// Ordered sums of two or four floats along columns, for pixels of few channels: vectors of
// neighbouring outputs, each term loaded whole and permuted, in several rows at once. The bits of
// ordered.cpp.
#include <algorithm>

#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/ordered_windows.cpp"
#include "kernels/simd.hpp"

// after Highway
#include "kernels/lookup-inl.hpp"
#include "kernels/sum_order-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR

// Number i of the results of a row.
template <SumOrder kOrder>
HWY_NOINLINE float SumSingly(const OrderedColumnsJob& job, const float* src, std::int64_t i) {
  const std::int64_t pixel = i / job.width, c = i % job.width;
  const std::int64_t first = job.first[pixel];
  const std::int64_t total = job.second != nullptr ? 2 : job.count[pixel];
  const auto* const weights = static_cast<const float*>(job.weights) + pixel * job.taps;
  const auto term = [&](std::int64_t k) HWY_ATTR {
    const std::int64_t at = job.second != nullptr && k == 1 ? job.second[pixel] : first + k;
    const std::int64_t inside = std::clamp<std::int64_t>(at, 0, job.src_len - 1);
    return src[(inside - job.origin) * job.width + c];
  };
  const bool edge = first < 0 || first + total > job.src_len;
  float sum = edge && job.edges_from_zero ? 0.0f : static_cast<float>(job.start);
  for (std::int64_t k = 0; k < total; ++k)
    sum = Step<kOrder>(sum, term(k), weights[k], 1.0f, k, total, term(0), weights[0]);
  return sum;
}

template <SumOrder kOrder, int kTerms, bool kWide>
void SumWindows(const OrderedWindowsJob& job) {
  const hn::ScalableTag<float> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const WindowTable& table = *job.windows;
  const OrderedColumnsJob& sums = job.columns;
  const std::int64_t origin = sums.origin * sums.width, skipped = job.column * sums.width;
  const std::int64_t numbers = sums.outputs * sums.width;
  const std::int64_t src_end = job.src_numbers - (kWide ? 2 * n : n);
  const std::int32_t* HWY_RESTRICT base[kTerms];
  const std::int32_t* HWY_RESTRICT index[kTerms];
  for (int k = 0; k < kTerms; ++k) {
    base[k] = table.term[k].base.data();
    index[k] = table.term[k].index.data();
  }
  const float* HWY_RESTRICT const weights = table.weights.data();
  const auto start = hn::Set(d, static_cast<float>(sums.start));
  const auto singly = [&](std::int64_t begin, std::int64_t end) HWY_ATTR {
    for (std::int64_t r = 0; r < job.rows; ++r) {
      for (std::int64_t i = begin; i < end; ++i)
        job.dst[r][i] = SumSingly<kOrder>(sums, job.src[r], i);
    }
  };
  std::int64_t i = HWY_MIN((n - skipped % n) % n, numbers);
  singly(0, i);
  for (std::int64_t v = (skipped + i) / n; i < numbers; i += n, ++v) {
    std::int64_t at[kTerms];
    bool inside = i + n <= numbers;
    for (int k = 0; k < kTerms; ++k) {
      at[k] = base[k][v] - origin;
      inside = inside && at[k] >= 0 && at[k] <= src_end;
    }
    if (!inside) {
      singly(i, HWY_MIN(i + n, numbers));
      continue;
    }
    LookUp<kWide, decltype(d)> look_up[kTerms];
    hn::Vec<decltype(d)> w[kTerms];
    for (int k = 0; k < kTerms; ++k) {
      look_up[k] = {d, index[k] + v * n};
      w[k] = hn::LoadU(d, weights + (v * kTerms + k) * n);
    }
    for (std::int64_t r = 0; r < job.rows; ++r) {
      const float* const src = job.src[r];
      hn::Vec<decltype(d)> x[kTerms];
      for (int k = 0; k < kTerms; ++k) x[k] = look_up[k](d, src + at[k]);
      hn::StoreU(SumOf<kOrder, kTerms>(x, w, start, start), d, job.dst[r] + i);
    }
  }
  for (std::int64_t r = 0; r < job.rows; ++r) FinishAll(job.dst[r], numbers, sums.finish);
}

template <SumOrder kOrder>
void WindowsOf(const OrderedWindowsJob& job) {
  const bool wide = job.windows->wide;
  if (job.windows->taps == 2)
    wide ? SumWindows<kOrder, 2, true>(job) : SumWindows<kOrder, 2, false>(job);
  else
    wide ? SumWindows<kOrder, 4, true>(job) : SumWindows<kOrder, 4, false>(job);
}

template <SumOrder... kOrder>
void FillWindows(OrderedKernels& kernels) {
  ((kernels.windows[static_cast<int>(kOrder)] =
        kVectorsFuse || !fuses(kOrder) ? WindowsOf<kOrder> : nullptr),
   ...);
}

#endif

void fill_ordered_windows([[maybe_unused]] KernelTable& table) {
#if HWY_TARGET != HWY_SCALAR
  using enum SumOrder;
  FillWindows<ascending, fused, first_pair_fused, fours_then_fused, lerp>(
      table.ordered[static_cast<int>(Number::float32)]);
#endif
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_ordered_windows)
}  // namespace halfpixel::kernels
#endif
