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
  // What is added to a sum may lie in it from the first where it is not kept in halves.
  static constexpr bool kWhole = HWY_ARCH_X86;
  HWY_INLINE FixedSums(D32 d, std::int32_t start) : high(d), low(d) {
    if constexpr (kWhole) (kSplit ? low : high).a = hn::Set(d, start);
  }
  // rest: of the second part.
  template <class V16>
  HWY_INLINE void Add(D32 d, V16 pixels, V16 weights, V16 rest) {
    high.Add(d, pixels, weights);
    if constexpr (kSplit) low.Add(d, pixels, rest);
  }
  // Before it is clamped.
  HWY_INLINE hn::Vec<D32> Result(D32 d, std::int32_t start, int bits) const {
    auto sum = high.Sum();
    if constexpr (kSplit) sum = hn::Add(hn::ShiftLeft<kLowBits>(sum), low.Sum());
    if constexpr (!kWhole) sum = hn::Add(sum, hn::Set(d, start));
    return hn::ShiftRightSame(sum, bits);
  }
};
#endif

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
