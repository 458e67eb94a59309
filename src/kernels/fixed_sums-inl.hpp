// Sums of pairs of products, with weights of one part or two. Compiled once per target, after
// Highway.
#if defined(HALFPIXEL_KERNELS_FIXED_SUMS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef HALFPIXEL_KERNELS_FIXED_SUMS_INL_HPP
#undef HALFPIXEL_KERNELS_FIXED_SUMS_INL_HPP
#else
#define HALFPIXEL_KERNELS_FIXED_SUMS_INL_HPP
#endif

#include <cstdint>

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

// Of weights of one part, or of two.
template <bool kSplit, class D32>
struct FixedSums {
  static constexpr int kParts = kSplit ? 2 : 1;
  PairSums<D32> high, low;
  FixedSums() = default;
  HWY_INLINE explicit FixedSums(D32 d) : high(d), low(d) {}
  // rest: of the second part.
  template <class V16>
  HWY_INLINE void Add(D32 d, V16 pixels, V16 weights, V16 rest) {
    high.Add(d, pixels, weights);
    if constexpr (kSplit) low.Add(d, pixels, rest);
  }
  // Before it is clamped.
  HWY_INLINE hn::Vec<D32> Result(hn::Vec<D32> start, int bits) const {
    auto sum = high.Sum();
    if constexpr (kSplit) sum = hn::Add(hn::ShiftLeft<kLowBits>(sum), low.Sum());
    return hn::ShiftRightSame(hn::Add(sum, start), bits);
  }
};
#endif

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
