// Floats to any dtype, one by one and in vectors, for kernels. Compiled once per target, after
// Highway.
#if defined(HALFPIXEL_KERNELS_STORE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef HALFPIXEL_KERNELS_STORE_INL_HPP
#undef HALFPIXEL_KERNELS_STORE_INL_HPP
#else
#define HALFPIXEL_KERNELS_STORE_INL_HPP
#endif

#include <cmath>
#include <limits>
#include <type_traits>

#include "kernels/load-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Towards zero, as x86 has it: what 32 bits (64 for int64, uint32, uint64) cannot hold, NaN too, is
// their least value, whose low bits smaller integers take. Elsewhere processors clamp.
template <class T>
HWY_INLINE T CutOff(float value) {
#if HWY_ARCH_X86
  return static_cast<T>(value);
#else
  using Wide = std::conditional_t<sizeof(T) < 4 || std::is_same_v<T, std::int32_t>, std::int32_t,
                                  std::int64_t>;
  constexpr Wide least = std::numeric_limits<Wide>::min();
  constexpr float top = -static_cast<float>(least);
  if (std::is_same_v<T, std::uint64_t> && value >= top && value < 2 * top)
    return static_cast<T>(value);
  if (!(value < top) || value < -top) return static_cast<T>(least);
  return static_cast<T>(static_cast<Wide>(value));
#endif
}

template <class T>
HWY_INLINE T FromFloat(float value) {
  if constexpr (std::is_same_v<T, float16>) {
    float16 h;
    h.bits = float16_bits(value);
    return h;
  } else if constexpr (std::is_same_v<T, bfloat16>) {
    bfloat16 h;
    h.bits = bfloat16_bits(value);
    return h;
  } else if constexpr (std::is_integral_v<T>) {
    return CutOff<T>(value);
  } else {
    return static_cast<T>(value);
  }
}

// keras.ops.saturate_cast(keras.ops.round(x), integer). 8 and 16 bits: clamped, NaN to 0. 32 and 64
// bits: what passes the top becomes the minimum, as in Keras on x86, where the clamp's bound rounds
// up to 2^31. Clamping is arithmetic to TensorFlow: it flushes the subnormals that bfloat16 could
// hold.
template <class T>
HWY_INLINE T Saturate(float value) {
  using Limits = std::numeric_limits<T>;
  using Limits32 = std::numeric_limits<float>;
  if constexpr (std::is_same_v<T, float16>) {
    constexpr float most = 65504.0f;
    return FromFloat<T>(value > most ? most : value < -most ? -most : value);
  } else if constexpr (std::is_same_v<T, bfloat16>) {
    constexpr float most = 0x1.FEp127f;
    if (std::fabs(value) < Limits32::min()) return FromFloat<T>(std::copysign(0.0f, value));
    return FromFloat<T>(value > most ? most : value < -most ? -most : value);
  } else if constexpr (std::is_same_v<T, double>) {  // clipped where it comes from: at float32
    constexpr float most = Limits32::max();
    return static_cast<T>(value > most ? most : value < -most ? -most : value);
  } else if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(value);
  } else if constexpr (sizeof(T) <= 2) {
    const float rounded = std::nearbyintf(value);
    const float clamped =
        rounded < static_cast<float>(Limits::min())   ? static_cast<float>(Limits::min())
        : rounded > static_cast<float>(Limits::max()) ? static_cast<float>(Limits::max())
                                                      : rounded;
    return std::isnan(value) ? T{0} : static_cast<T>(static_cast<std::int32_t>(clamped));
  } else {
    const float rounded = std::nearbyintf(value);
    const float top = -static_cast<float>(Limits::min());  // 2^31 or 2^63, exact
    if (!(rounded < top) || rounded < -top) return Limits::min();
    return static_cast<T>(rounded);
  }
}

// Whether Saturated and Converted know T on this target.
template <class T>
constexpr bool HasVectorStore() {
  return std::is_same_v<T, bfloat16> || (std::is_same_v<T, float16> && HasVectorLoad<float16>()) ||
         (std::is_integral_v<T> && sizeof(T) <= 2);
}

// What Saturate leaves to be converted: a value that T can hold once it is rounded, or NaN (0 for
// integers).
template <class T, class D>
HWY_INLINE hn::Vec<D> Saturated(D d, hn::Vec<D> v) {
  if constexpr (std::is_integral_v<T>) {
    const auto least = hn::Set(d, static_cast<float>(std::numeric_limits<T>::min()));
    const auto most = hn::Set(d, static_cast<float>(std::numeric_limits<T>::max()));
    // x86 takes the second operand where one is NaN, which is 0 where nothing is below it
    if constexpr (!HWY_ARCH_X86 || std::is_signed_v<T>) v = hn::IfThenElseZero(hn::Eq(v, v), v);
    return hn::Min(hn::Max(v, least), most);
  } else {
    const auto most = hn::Set(d, std::is_same_v<T, float16> ? 65504.0f : 0x1.FEp127f);
    v = hn::IfThenElse(hn::Gt(v, most), most, v);  // NaN stays
    v = hn::IfThenElse(hn::Lt(v, hn::Neg(most)), hn::Neg(most), v);
    if constexpr (std::is_same_v<T, bfloat16>) {  // subnormals to zeros of their sign
      const auto small = hn::Lt(hn::Abs(v), hn::Set(d, std::numeric_limits<float>::min()));
      v = hn::IfThenElse(small, hn::And(v, hn::SignBit(d)), v);
    }
    return v;
  }
}

// A vector of floats as T: 16-bit floats rounded half to even, integers that can hold it likewise.
template <class T, class D>
HWY_INLINE auto Converted(D d, hn::Vec<D> v) {
  static_cast<void>(d);
  if constexpr (std::is_same_v<T, float16>) {
    const hn::Rebind<hwy::float16_t, D> dh;
    const hn::Rebind<std::uint16_t, D> bits;
    return hn::BitCast(bits, hn::DemoteTo(dh, v));
  } else if constexpr (std::is_same_v<T, bfloat16>) {  // as bfloat16_bits
    const hn::RebindToUnsigned<D> du;
    const hn::RebindToSigned<D> di;
    const hn::Rebind<std::uint16_t, D> dh;
    const auto bits = hn::BitCast(du, v);
    const auto top = hn::ShiftRight<16>(bits);
    const auto even = hn::Add(hn::Set(du, 0x7FFF), hn::And(top, hn::Set(du, 1)));
    const auto rounded = hn::ShiftRight<16>(hn::Add(bits, even));
    const auto nan = hn::Or(top, hn::Set(du, 0x40));
    const auto result = hn::IfThenElse(hn::RebindMask(du, hn::Eq(v, v)), rounded, nan);
    return hn::DemoteTo(dh, hn::BitCast(di, result));
  } else if constexpr (std::is_same_v<T, std::uint8_t> && HWY_TARGET != HWY_SCALAR) {
    // in [0, 255]: added to 2^23, the last bits are the integer, rounded half to even
    const hn::RebindToUnsigned<D> du;
    const auto shifted = hn::BitCast(du, hn::Add(v, hn::Set(d, 0x1p23f)));
    return hn::U8FromU32(hn::And(shifted, hn::Set(du, 0xFF)));
  } else {
    const hn::Rebind<T, D> dn;
    return hn::DemoteTo(dn, hn::NearestInt(v));
  }
}

#if HALFPIXEL_AVX512 && defined(__GNUC__)
// The processor's own conversion rounds half to even and flushes subnormals, as Saturate does. It
// is younger than what this target may take for granted.
inline bool HasNativeBfloat16() {
  static const bool has = __builtin_cpu_supports("avx512bf16") != 0;
  return has;
}
template <class D>
HWY_INLINE auto NativeBfloat16(D d, hn::Vec<D> v) {
  const hn::Rebind<std::uint16_t, D> dn;
  const auto most = hn::Set(d, 0x1.FEp127f);
  v = hn::Min(most, hn::Max(hn::Neg(most), v));  // of two operands the second stays if it is NaN
  hn::Vec<decltype(dn)> result;
  asm("vcvtneps2bf16 %1, %0" : "=v"(result.raw) : "v"(v.raw));
  return result;
}
#else
inline bool HasNativeBfloat16() {
  return false;
}
template <class D>
HWY_INLINE auto NativeBfloat16(D d, hn::Vec<D> v) {
  return Converted<bfloat16>(d, Saturated<bfloat16>(d, v));
}
#endif

// A vector that Converted or NativeBfloat16 made.
template <class V, class T>
HWY_INLINE void StoreAs(V v, T* dst) {
  const hn::DFromV<V> d;
  hn::StoreU(v, d, reinterpret_cast<hn::TFromD<decltype(d)>*>(dst));
}
template <class V, class T>
HWY_INLINE void StreamAs(V v, T* dst) {
  const hn::DFromV<V> d;
  hn::Stream(v, d, reinterpret_cast<hn::TFromD<decltype(d)>*>(dst));
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
