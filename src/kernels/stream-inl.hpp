// Whether and from where rows of results go past the caches. Compiled once per target, after
// Highway.
#if defined(HALFPIXEL_KERNELS_STREAM_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef HALFPIXEL_KERNELS_STREAM_INL_HPP
#undef HALFPIXEL_KERNELS_STREAM_INL_HPP
#else
#define HALFPIXEL_KERNELS_STREAM_INL_HPP
#endif

#include <cstddef>
#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// How many of `count` numbers lie before the first whole vector of d's lanes that is aligned; -1
// where they are too few, or so placed that none is.
template <class D, class T>
HWY_INLINE std::int64_t BeforeAligned(D d, const T* dst, std::int64_t count) {
  const std::size_t bytes = hn::Lanes(d) * sizeof(T);
  const std::size_t misaligned = reinterpret_cast<std::uintptr_t>(dst) % bytes;
  if (bytes < 16 || count < 4 * static_cast<std::int64_t>(hn::Lanes(d)) ||
      misaligned % sizeof(T) != 0) {
    return -1;
  }
  return static_cast<std::int64_t>((bytes - misaligned) % bytes / sizeof(T));
}

// Several rows of `count` numbers are made at once. Long ones that go past the caches are not, one
// after the other: their stores combine better.
HWY_INLINE bool AtOnce(void* const* dst, std::int64_t rows, std::int64_t count, bool stream) {
  constexpr std::int64_t kShort = 512;
  if (!stream) return true;
  for (std::int64_t r = 1; r < rows; ++r) {
    const auto apart =
        reinterpret_cast<std::uintptr_t>(dst[r]) - reinterpret_cast<std::uintptr_t>(dst[0]);
    if (apart % 64 != 0) return false;
  }
  return count <= kShort;
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
