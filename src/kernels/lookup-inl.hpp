// Vectors whose lanes come from a short window of memory. Compiled once per target, after Highway.
#if defined(HALFPIXEL_KERNELS_LOOKUP_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef HALFPIXEL_KERNELS_LOOKUP_INL_HPP
#undef HALFPIXEL_KERNELS_LOOKUP_INL_HPP
#else
#define HALFPIXEL_KERNELS_LOOKUP_INL_HPP
#endif

#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR
// dst[l] = p[index[l]], index below Lanes(d), or below twice that when Wide.
template <bool Wide, class D>
struct LookUp {
  using Index = hn::Vec<hn::RebindToSigned<D>>;
  using Lanes = decltype(hn::IndicesFromVec(D(), Index()));

  LookUp() = default;
  HWY_INLINE LookUp(D d, const std::int32_t* indices) {
    const hn::RebindToSigned<D> di;
    const auto n = static_cast<std::int32_t>(hn::Lanes(d));
    const Index index = hn::LoadU(di, indices);
    if constexpr (!Wide) {
      lanes = hn::IndicesFromVec(d, index);
    } else {
      lanes = hn::IndicesFromVec(d, hn::And(index, hn::Set(di, n - 1)));
      upper = hn::BitCast(d, hn::VecFromMask(di, hn::Gt(index, hn::Set(di, n - 1))));
    }
  }
  HWY_INLINE hn::Vec<D> operator()(D d, const float* p) const {
    const auto low = hn::TableLookupLanes(hn::LoadU(d, p), lanes);
    if constexpr (!Wide) {
      return low;
    } else {
      const auto high = hn::TableLookupLanes(hn::LoadU(d, p + hn::Lanes(d)), lanes);
      return hn::IfThenElse(hn::MaskFromVec(upper), high, low);
    }
  }

  Lanes lanes;
  hn::Vec<D> upper;
};
#endif

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
