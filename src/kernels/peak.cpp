// The most multiply-adds that a core can do: nothing else, in as many registers as hide the wait
// for results.
#include <cstddef>
#include <utility>

#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/peak.cpp"
#include "kernels/simd.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <std::size_t... I>
HWY_INLINE float Rounds(std::index_sequence<I...>, std::int64_t rounds, float start) {
  const hn::ScalableTag<float> d;
  using V = hn::Vec<decltype(d)>;
  V sums[] = {hn::Set(d, start + static_cast<float>(I))...};
  // Sums go to 1 and stay there: no infinities, no subnormal numbers.
  const V half = hn::Set(d, 0.5F);
  for (std::int64_t i = 0; i < rounds; ++i) ((sums[I] = hn::MulAdd(sums[I], half, half)), ...);
  V all = hn::Zero(d);
  ((all = hn::Add(all, sums[I])), ...);
  return hn::GetLane(all);
}

float MultiplyAdds(std::int64_t rounds, float start) {
  return Rounds(std::make_index_sequence<kPeakVectors>(), rounds, start);
}

void fill_peak(KernelTable& table) {
  table.multiply_adds = MultiplyAdds;
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_peak)
}  // namespace halfpixel::kernels
#endif
