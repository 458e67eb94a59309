// Sums of pairs of products, with weights of one part or two. Compiled once per target, after
// Highway.
#if defined(HALFPIXEL_KERNELS_FIXED_SUMS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef HALFPIXEL_KERNELS_FIXED_SUMS_INL_HPP
#undef HALFPIXEL_KERNELS_FIXED_SUMS_INL_HPP
#else
#define HALFPIXEL_KERNELS_FIXED_SUMS_INL_HPP
#endif

#include "kernels/fixed_bytes.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR
// Targets that keep halves of the sums apart put them together at the end.
template <class D32>
struct PairSums {
  hn::Vec<D32> a, b;
  PairSums() = default;
  HWY_INLINE explicit PairSums(D32 d) : a(hn::Zero(d)), b(hn::Zero(d)) {}
  template <class V16>
  HWY_INLINE void Add(D32 d, V16 pixels, V16 weights) {
    a = hn::ReorderWidenMulAccumulate(d, pixels, weights, a, b);
  }
  HWY_INLINE hn::Vec<D32> Sum() const { return hn::RearrangeToOddPlusEven(a, b); }
};

// The result before it is clamped.
template <bool kSplit, class D32>
HWY_INLINE hn::Vec<D32> FixedNumber(D32 /*d*/, const PairSums<D32>& high, const PairSums<D32>& low,
                                    hn::Vec<D32> start, int bits) {
  auto sum = high.Sum();
  if constexpr (kSplit) sum = hn::Add(hn::ShiftLeft<kLowBits>(sum), low.Sum());
  return hn::ShiftRightSame(hn::Add(sum, start), bits);
}
#endif

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
