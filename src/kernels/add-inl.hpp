// Sums in the dtype itself, for the gradient kernels. Compiled once per target, after Highway.
#if defined(HALFPIXEL_KERNELS_ADD_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef HALFPIXEL_KERNELS_ADD_INL_HPP
#undef HALFPIXEL_KERNELS_ADD_INL_HPP
#else
#define HALFPIXEL_KERNELS_ADD_INL_HPP
#endif

#include "kernels/load-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {

// a + b rounded to T: 16-bit sums lose what T cannot hold, integers wrap.
template <class T>
HWY_INLINE T AddIn(T a, T b) {
  if constexpr (std::is_same_v<T, float16>) {
    float16 sum;
    sum.bits = float16_bits(ToFloat(a) + ToFloat(b));
    return sum;
  } else if constexpr (std::is_same_v<T, bfloat16>) {
    bfloat16 sum;
    sum.bits = bfloat16_bits(ToFloat(a) + ToFloat(b));
    return sum;
  } else if constexpr (std::is_integral_v<T>) {
    using U = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<U>(static_cast<U>(a) + static_cast<U>(b)));
  } else {
    return a + b;
  }
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
