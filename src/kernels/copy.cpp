// Pixels copied to where the table says: nearest-neighbour sampling and repetition, for every pixel
// size.
#include "kernels/kernels.hpp"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/copy.cpp"
#include "kernels/simd.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Source pixel of destination pixel x.
HWY_INLINE const char* Source(const CopyJob& job, std::int64_t i) {
  return job.src + i * job.src_step;
}

template <class F>
HWY_INLINE void ForEachRun(const CopyJob& job,
                           F&& f) {  // f(source pixel, first destination, how many)
  if (job.first == nullptr) {
    for (std::int64_t i = 0, x = 0; x < job.count; ++i, x += job.repeat)
      f(Source(job, i), x, job.repeat);
  } else {
    for (std::int64_t x = 0; x < job.count;) {
      std::int64_t end = x + 1;
      while (end < job.count && job.first[end] == job.first[x]) ++end;
      f(Source(job, job.first[x]), x, end - x);
      x = end;
    }
  }
}

// Pixels of at least one vector: loaded once, stored to every row and every repetition.
template <class D>
void LargePixels(D d, const CopyJob& job) {
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  bool aligned = job.stream && job.bytes % n == 0;
  for (std::int64_t r = 0; r < job.rows; ++r) {
    aligned =
        aligned && reinterpret_cast<std::uintptr_t>(job.dst[r]) % static_cast<std::size_t>(n) == 0;
  }
  ForEachRun(job, [&](const char* from, std::int64_t x, std::int64_t times) {
    const auto* src = reinterpret_cast<const std::uint8_t*>(from);
    const std::int64_t bytes = job.bytes;
    for (std::int64_t r = 0; r < job.rows; ++r) {
      auto* const row = reinterpret_cast<std::uint8_t*>(job.dst[r]) + x * bytes;
      for (std::int64_t t = 0; t < times; ++t) {
        std::uint8_t* const dst = row + t * bytes;
        std::int64_t i = 0;
        if (aligned) {
          for (; i + n <= bytes; i += n) hn::Stream(hn::LoadU(d, src + i), d, dst + i);
        } else {
          for (; i + n <= bytes; i += n) hn::StoreU(hn::LoadU(d, src + i), d, dst + i);
        }
        if (i < bytes) hn::StoreU(hn::LoadU(d, src + bytes - n), d, dst + bytes - n);
      }
    }
  });
}

// Pixels of a size known at compile time.
template <std::int64_t Bytes>
void SmallPixels(const CopyJob& job) {
  char* const dst = job.dst[0];
  ForEachRun(job, [&](const char* from, std::int64_t x, std::int64_t times) {
    char pixel[Bytes];
    std::memcpy(pixel, from, Bytes);
    for (std::int64_t t = 0; t < times; ++t) std::memcpy(dst + (x + t) * Bytes, pixel, Bytes);
  });
}

void AnyPixels(const CopyJob& job) {
  ForEachRun(job, [&](const char* from, std::int64_t x, std::int64_t times) {
    for (std::int64_t t = 0; t < times; ++t) {
      std::memcpy(job.dst[0] + (x + t) * job.bytes, from, static_cast<std::size_t>(job.bytes));
    }
  });
}

void Copy(const CopyJob& job) {
  const hn::ScalableTag<std::uint8_t> full;
  const hn::CappedTag<std::uint8_t, 32> half;
  const hn::CappedTag<std::uint8_t, 16> quarter;
  if (job.bytes >= static_cast<std::int64_t>(hn::Lanes(full))) return LargePixels(full, job);
  if (job.bytes >= static_cast<std::int64_t>(hn::Lanes(half))) return LargePixels(half, job);
  if (job.bytes >= static_cast<std::int64_t>(hn::Lanes(quarter))) return LargePixels(quarter, job);
  switch (job.bytes) {
    case 1:
      SmallPixels<1>(job);
      break;
    case 2:
      SmallPixels<2>(job);
      break;
    case 3:
      SmallPixels<3>(job);
      break;
    case 4:
      SmallPixels<4>(job);
      break;
    case 6:
      SmallPixels<6>(job);
      break;
    case 8:
      SmallPixels<8>(job);
      break;
    case 12:
      SmallPixels<12>(job);
      break;
    default:
      AnyPixels(job);
      break;
  }
  for (std::int64_t r = 1; r < job.rows; ++r) {
    std::memcpy(job.dst[r], job.dst[0], static_cast<std::size_t>(job.count * job.bytes));
  }
}

void fill_copy(KernelTable& table) {
  table.copy = Copy;
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_copy)
}  // namespace halfpixel::kernels
#endif
