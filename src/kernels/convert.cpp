// Rows of any dtype to float32 and back.
#include "kernels/kernels.hpp"

#include <cmath>
#include <limits>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/convert.cpp"
#include "kernels/simd.hpp"

// after Highway
#include "kernels/load-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class T>
void Load(const void* from, float* HWY_RESTRICT dst, std::int64_t count) {
  const T* HWY_RESTRICT src = static_cast<const T*>(from);
  std::int64_t i = 0;
  if constexpr (HasVectorLoad<T>()) {
    const hn::ScalableTag<float> d;
    const auto n = static_cast<std::int64_t>(hn::Lanes(d));
    for (; i + n <= count; i += n) hn::StoreU(LoadFloats(d, src + i), d, dst + i);
  }
  for (; i < count; ++i) dst[i] = ToFloat(src[i]);
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
  } else {
    return static_cast<T>(value);
  }
}

// Whether StoreVector knows T on this target.
template <class T>
constexpr bool HasVectorStore() {
  return std::is_same_v<T, bfloat16> || (std::is_same_v<T, float16> && HasVectorLoad<float16>()) ||
         (std::is_integral_v<T> && sizeof(T) <= 2);
}

// A vector of floats to 16-bit floats, rounded half to even, or to integers that hold it.
template <class D, class T>
HWY_INLINE void StoreVector(D, hn::Vec<D> v, T* dst) {
  if constexpr (std::is_same_v<T, float16>) {
    const hn::Rebind<hwy::float16_t, D> dh;
    hn::StoreU(hn::DemoteTo(dh, v), dh, reinterpret_cast<hwy::float16_t*>(dst));
  } else if constexpr (std::is_same_v<T, bfloat16>) {  // as bfloat16_bits
    const hn::RebindToUnsigned<D> du;
    const hn::RebindToSigned<D> di;
    const hn::Rebind<std::uint16_t, D> dh;
    const auto bits = hn::BitCast(du, v);
    const auto top = hn::ShiftRight<16>(bits);
    const auto even = hn::Add(hn::Set(du, 0x7FFF), hn::And(top, hn::Set(du, 1)));
    const auto rounded = hn::ShiftRight<16>(hn::Add(bits, even));
    const auto number = hn::VecFromMask(du, hn::RebindMask(du, hn::Eq(v, v)));
    const auto result =
        hn::Or(hn::And(number, rounded), hn::AndNot(number, hn::Or(top, hn::Set(du, 0x40))));
    hn::StoreU(hn::DemoteTo(dh, hn::BitCast(di, result)), dh,
               reinterpret_cast<std::uint16_t*>(dst));
  } else {
    const hn::Rebind<T, D> dn;
    hn::StoreU(hn::DemoteTo(dn, hn::NearestInt(v)), dn, dst);
  }
}

template <class T>
void Store(const float* HWY_RESTRICT src, void* to, std::int64_t count) {
  T* HWY_RESTRICT dst = static_cast<T*>(to);
  std::int64_t i = 0;
  if constexpr (HasVectorStore<T>() && !std::is_integral_v<T>) {
    const hn::ScalableTag<float> d;
    const auto n = static_cast<std::int64_t>(hn::Lanes(d));
    for (; i + n <= count; i += n) StoreVector(d, hn::LoadU(d, src + i), dst + i);
  }
  for (; i < count; ++i) dst[i] = FromFloat<T>(src[i]);
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

template <class T>
void StoreSaturated(const float* HWY_RESTRICT src, void* to, std::int64_t count) {
  T* HWY_RESTRICT dst = static_cast<T*>(to);
  std::int64_t i = 0;
  if constexpr (HasVectorStore<T>()) {
    const hn::ScalableTag<float> d;
    const auto n = static_cast<std::int64_t>(hn::Lanes(d));
    if constexpr (std::is_integral_v<T>) {
      const auto least = hn::Set(d, static_cast<float>(std::numeric_limits<T>::min()));
      const auto most = hn::Set(d, static_cast<float>(std::numeric_limits<T>::max()));
      for (; i + n <= count; i += n) {
        auto v = hn::LoadU(d, src + i);
        v = hn::IfThenElseZero(hn::Eq(v, v), v);  // NaN to 0
        StoreVector(d, hn::Min(hn::Max(v, least), most), dst + i);
      }
    } else {
      const auto most = hn::Set(d, std::is_same_v<T, float16> ? 65504.0f : 0x1.FEp127f);
      const auto normal = hn::Set(d, std::numeric_limits<float>::min());
      for (; i + n <= count; i += n) {
        auto v = hn::LoadU(d, src + i);
        const auto sign = hn::And(v, hn::SignBit(d));
        auto size = hn::Abs(v);
        size = hn::IfThenElse(hn::Gt(size, most), most, size);  // NaN stays
        if constexpr (std::is_same_v<T, bfloat16>) {
          size = hn::IfThenZeroElse(hn::Lt(size, normal), size);
        }
        StoreVector(d, hn::Or(size, sign), dst + i);
      }
    }
  }
  for (; i < count; ++i) dst[i] = Saturate<T>(src[i]);
}

void StreamFloats(const float* HWY_RESTRICT src, float* HWY_RESTRICT dst, std::int64_t count) {
  const hn::ScalableTag<float> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  std::int64_t i = 0;
  while (i < count &&
         reinterpret_cast<std::uintptr_t>(dst + i) % (static_cast<std::size_t>(n) * 4) != 0) {
    dst[i] = src[i];
    ++i;
  }
  for (; i + n <= count; i += n) hn::Stream(hn::LoadU(d, src + i), d, dst + i);
  for (; i < count; ++i) dst[i] = src[i];
}

void Scale(float* values, float factor, std::int64_t count) {
  const hn::ScalableTag<float> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const auto f = hn::Set(d, factor);
  std::int64_t i = 0;
  for (; i + n <= count; i += n) hn::StoreU(hn::Mul(hn::LoadU(d, values + i), f), d, values + i);
  for (; i < count; ++i) values[i] *= factor;
}

template <class T>
void Fill(KernelTable& table) {
  constexpr int i = static_cast<int>(dtype_of<T>);
  table.load[i] = Load<T>;
  table.store[i] = Store<T>;
  table.store_saturated[i] = StoreSaturated<T>;
}

void fill_convert(KernelTable& table) {
  Fill<float>(table);
  Fill<double>(table);
  Fill<float16>(table);
  Fill<bfloat16>(table);
  Fill<std::int8_t>(table);
  Fill<std::int16_t>(table);
  Fill<std::int32_t>(table);
  Fill<std::int64_t>(table);
  Fill<std::uint8_t>(table);
  Fill<std::uint16_t>(table);
  table.scale = Scale;
  table.stream = StreamFloats;
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_convert)
}  // namespace halfpixel::kernels
#endif
