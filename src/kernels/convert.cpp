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
#include "kernels/store-inl.hpp"

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
void Store(const float* HWY_RESTRICT src, void* to, std::int64_t count) {
  T* HWY_RESTRICT dst = static_cast<T*>(to);
  std::int64_t i = 0;
  if constexpr (HasVectorStore<T>() && !std::is_integral_v<T>) {
    const hn::ScalableTag<float> d;
    const auto n = static_cast<std::int64_t>(hn::Lanes(d));
    for (; i + n <= count; i += n) StoreAs(Converted<T>(d, hn::LoadU(d, src + i)), dst + i);
  }
  for (; i < count; ++i) dst[i] = FromFloat<T>(src[i]);
}

template <class T>
void StoreSaturated(const float* HWY_RESTRICT src, void* to, std::int64_t count) {
  T* HWY_RESTRICT dst = static_cast<T*>(to);
  std::int64_t i = 0;
  if constexpr (HasVectorStore<T>()) {
    const hn::ScalableTag<float> d;
    const auto n = static_cast<std::int64_t>(hn::Lanes(d));
    for (; i + n <= count; i += n)
      StoreAs(Converted<T>(d, Saturated<T>(d, hn::LoadU(d, src + i))), dst + i);
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

void fill_convert(KernelTable& table) {
  ForEachElement([&]<class T>(std::type_identity<T>) {
    constexpr int i = static_cast<int>(dtype_of<T>);
    table.load[i] = Load<T>;
    table.store[i] = Store<T>;
    table.store_saturated[i] = StoreSaturated<T>;
  });
  table.load[static_cast<int>(DType::boolean)] = Load<std::uint8_t>;
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
