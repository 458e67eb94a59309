// Vectors of floats from memory of any dtype, for kernels. Included inside HWY_BEFORE_NAMESPACE by
// files that are compiled once per target; the usual Highway toggle replaces an include guard.
#if defined(HALFPIXEL_KERNELS_LOAD_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef HALFPIXEL_KERNELS_LOAD_INL_HPP
#undef HALFPIXEL_KERNELS_LOAD_INL_HPP
#else
#define HALFPIXEL_KERNELS_LOAD_INL_HPP
#endif

#include <cstdint>
#include <type_traits>

#include <halfpixel/dtype.hpp>

#include "core/float16.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Calls f(std::type_identity<T>()) for every T that rows of numbers may have.
template <class F>
void ForEachElement(F&& f) {
  const auto each = [&]<class... T>(std::type_identity<T>... types) { (f(types), ...); };
  each(std::type_identity<float>(), std::type_identity<double>(), std::type_identity<float16>(),
       std::type_identity<bfloat16>(), std::type_identity<std::int8_t>(),
       std::type_identity<std::int16_t>(), std::type_identity<std::int32_t>(),
       std::type_identity<std::int64_t>(), std::type_identity<std::uint8_t>(),
       std::type_identity<std::uint16_t>());
}

// One element as float32. 16-bit floats by integer arithmetic, because subnormals are being
// flushed.
template <class T>
HWY_INLINE float ToFloat(T value) {
  return static_cast<float>(value);
}
template <>
HWY_INLINE float ToFloat(float16 value) {
  return float16_value(value.bits);
}
template <>
HWY_INLINE float ToFloat(bfloat16 value) {
  return std::bit_cast<float>(std::uint32_t{value.bits} << 16);
}

// Whether LoadFloats has a vector form for T on this target. float16 needs the conversion
// instruction: Highway's substitute computes with subnormals, which are being flushed.
template <class T>
constexpr bool HasVectorLoad() {
  if constexpr (std::is_same_v<T, float16>) {
    return (HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2) || HWY_ARCH_ARM_A64;
  } else {
    return std::is_same_v<T, float> || std::is_same_v<T, bfloat16> ||
           (std::is_integral_v<T> && sizeof(T) <= 2) || std::is_same_v<T, std::int32_t>;
  }
}

template <class D, class T>
HWY_INLINE hn::Vec<D> LoadFloats(D d, const T* src) {
  using U = std::remove_cv_t<T>;
  const hn::RebindToSigned<D> di;
  if constexpr (std::is_same_v<U, float>) {
    return hn::LoadU(d, src);
  } else if constexpr (std::is_same_v<U, float16>) {
    const hn::Rebind<hwy::float16_t, D> dh;
    return hn::PromoteTo(d, hn::LoadU(dh, reinterpret_cast<const hwy::float16_t*>(src)));
  } else if constexpr (std::is_same_v<U, bfloat16>) {
    const hn::RebindToUnsigned<D> du;
    const hn::Rebind<std::uint16_t, D> dh;
    const auto bits = hn::LoadU(dh, reinterpret_cast<const std::uint16_t*>(src));
    return hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(du, bits)));
  } else if constexpr (sizeof(U) <= 2) {
    const hn::Rebind<U, D> dn;
    return hn::ConvertTo(d, hn::PromoteTo(di, hn::LoadU(dn, src)));
  } else {
    return hn::ConvertTo(d, hn::LoadU(di, src));
  }
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
