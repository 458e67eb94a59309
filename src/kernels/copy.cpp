// Pixels copied to where the table says: nearest-neighbour sampling and repetition, for every pixel
// size.
#include "kernels/kernels.hpp"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/copy.cpp"
#include "kernels/simd.hpp"

// after Highway
#include "kernels/lookup-inl.hpp"

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

// Pixels that hardly ever repeat, side by side in memory: moved in whole words, whose ends the next
// pixel overwrites. Words begin before the last pixel that is read, and so do not end behind it.
template <std::int64_t Bytes>
void SinglePixels(const CopyJob& job, char* dst) {
  constexpr std::int64_t kWord = Bytes == 3 ? 4 : Bytes == 6 ? 8 : Bytes == 12 ? 16 : Bytes;
  static_assert(kWord < 2 * Bytes);
  const std::int32_t* HWY_RESTRICT const first = job.first;
  const std::int32_t last = first[job.count - 1];
  std::int64_t x = 0;
  for (; x + 1 < job.count; ++x) {
    const char* const from = job.src + first[x] * Bytes;
    if (first[x] < last)
      std::memcpy(dst + x * Bytes, from, kWord);
    else
      std::memcpy(dst + x * Bytes, from, Bytes);
  }
  std::memcpy(dst + x * Bytes, job.src + last * Bytes, Bytes);
}

// Pixels of a size known at compile time.
template <std::int64_t Bytes>
void SmallPixels(const CopyJob& job, char* dst) {
  if (job.first != nullptr && job.src_step == Bytes && job.count > 0 &&
      job.first[job.count - 1] - job.first[0] >= job.count - 1) {
    return SinglePixels<Bytes>(job, dst);
  }
  ForEachRun(job, [&](const char* from, std::int64_t x, std::int64_t times) {
    char pixel[Bytes];
    std::memcpy(pixel, from, Bytes);
    for (std::int64_t t = 0; t < times; ++t) std::memcpy(dst + (x + t) * Bytes, pixel, Bytes);
  });
}

#if HWY_TARGET != HWY_SCALAR
// Dense pixels of one element, each `Times` times: a vector interleaved with itself.
template <std::int64_t Times, class T>
void RepeatElements(const CopyJob& job, char* to) {
  const hn::ScalableTag<T> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const T* const src = reinterpret_cast<const T*>(job.src);
  T* const dst = reinterpret_cast<T*>(to);
  const std::int64_t count = job.count / Times;
  std::int64_t i = 0;
  for (; i + n <= count; i += n) {
    const auto v = hn::LoadU(d, src + i);
    if constexpr (Times == 2) hn::StoreInterleaved2(v, v, d, dst + Times * i);
    if constexpr (Times == 3) hn::StoreInterleaved3(v, v, v, d, dst + Times * i);
    if constexpr (Times == 4) hn::StoreInterleaved4(v, v, v, v, d, dst + Times * i);
  }
  for (; i < count; ++i) {
    for (std::int64_t t = 0; t < Times; ++t)
      std::memcpy(to + (i * Times + t) * sizeof(T), src + i, sizeof(T));
  }
}

template <class T>
bool RepeatElements(const CopyJob& job, char* dst) {
  const bool aligned =
      (reinterpret_cast<std::uintptr_t>(job.src) | reinterpret_cast<std::uintptr_t>(dst)) %
          sizeof(T) ==
      0;
  if (job.first != nullptr || job.src_step != job.bytes || !aligned) return false;
  if (job.repeat == 2) return RepeatElements<2, T>(job, dst), true;
  if (job.repeat == 3) return RepeatElements<3, T>(job, dst), true;
  if (job.repeat == 4) return RepeatElements<4, T>(job, dst), true;
  return false;
}
#else
template <class T>
bool RepeatElements(const CopyJob&, char*) {
  return false;
}
#endif

void AnyPixels(const CopyJob& job, char* dst) {
  ForEachRun(job, [&](const char* from, std::int64_t x, std::int64_t times) {
    for (std::int64_t t = 0; t < times; ++t) {
      std::memcpy(dst + (x + t) * job.bytes, from, static_cast<std::size_t>(job.bytes));
    }
  });
}

#if HWY_TARGET != HWY_SCALAR
// dst[l] = p[index[l]], index below Lanes(d), or below twice that when Wide. Words move as floats.
template <bool Wide, class D>
HWY_INLINE hn::Vec<D> Permuted(D d, const float* p, const std::int32_t* indices) {
  return LookUp<Wide, D>(d, indices)(d, p);
}
template <bool Wide, class D>
HWY_INLINE hn::Vec<D> Permuted(D d, const std::uint8_t* p, const std::uint8_t* indices) {
  const auto index = hn::LoadU(d, indices);
#if HALFPIXEL_AVX512 && HWY_TARGET <= HWY_AVX3_DL  // one instruction looks up among 32 bytes
  if constexpr (Wide) {
    return hn::TwoTablesLookupLanes(d, hn::LoadU(d, p), hn::LoadU(d, p + 16),
                                    hn::IndicesFromVec(d, index));
  }
#endif
  const auto most = hn::Set(d, 15);
  const auto low = hn::TableLookupBytes(hn::LoadU(d, p), hn::And(index, most));
  if constexpr (!Wide) {
    return low;
  } else {
    const auto high = hn::TableLookupBytes(hn::LoadU(d, p + 16), hn::And(index, most));
    return hn::IfThenElse(hn::Gt(index, most), high, low);
  }
}

template <bool Wide, class D, class I>
void Windowed(D d, const CopyJob& job, const I* HWY_RESTRICT index, char* to) {
  using T = hn::TFromD<D>;
  constexpr auto kSize = static_cast<std::int64_t>(sizeof(T));
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const std::int64_t reach = Wide ? 2 * n : n;
  const std::int64_t channels = job.bytes / kSize;
  const std::int64_t count = job.count * channels;
  const std::int64_t skipped = job.column * channels;  // of the whole row before dst
  const std::int64_t origin = job.origin * channels;
  const std::int64_t src_count = job.src_bytes / kSize;
  const std::int32_t* HWY_RESTRICT const base = job.windows->a.base.data();
  const T* HWY_RESTRICT const src = reinterpret_cast<const T*>(job.src);
  T* HWY_RESTRICT const dst = reinterpret_cast<T*>(to);
  for (std::int64_t v = skipped / n, i = v * n - skipped; i < count; ++v, i += n) {
    const std::int64_t at = base[v] - origin;
    T copy[4 * 16];
    const T* from = src + at;
    if (at < 0 || at + reach > src_count) {  // windows reach beyond the row
      const std::int64_t begin = HWY_MAX(at, 0);
      const std::int64_t end = HWY_MIN(src_count, at + reach);
      if (begin < end) {
        std::memcpy(copy + (begin - at), src + begin,
                    static_cast<std::size_t>((end - begin) * kSize));
      }
      from = copy;
    }
    const auto value = Permuted<Wide>(d, from, index + v * n);
    if (i >= 0 && i + n <= count) {
      hn::StoreU(value, d, dst + i);
      continue;
    }
    T out[16];
    hn::StoreU(value, d, out);
    const std::int64_t begin = HWY_MAX(i, 0), end = HWY_MIN(i + n, count);
    std::memcpy(dst + begin, out + (begin - i), static_cast<std::size_t>((end - begin) * kSize));
  }
}

bool Windowed(const CopyJob& job, char* dst) {
  if (job.windows == nullptr) return false;
  const auto& table = *job.windows;
  if (table.unit == 4) {
    const hn::ScalableTag<float> d;
    const std::int32_t* const index = table.a.index.data();
    table.wide ? Windowed<true>(d, job, index, dst) : Windowed<false>(d, job, index, dst);
  } else {
    const hn::Full128<std::uint8_t> d;
    const std::uint8_t* const index = table.a.bytes.data();
    table.wide ? Windowed<true>(d, job, index, dst) : Windowed<false>(d, job, index, dst);
  }
  return true;
}
#else
bool Windowed(const CopyJob&, char*) {
  return false;
}
#endif

// One row of pixels smaller than any vector.
void SmallRow(const CopyJob& job, char* dst) {
  if (Windowed(job, dst)) return;
  switch (job.bytes) {
    case 1:
      return RepeatElements<std::uint8_t>(job, dst) ? void() : SmallPixels<1>(job, dst);
    case 2:
      return RepeatElements<std::uint16_t>(job, dst) ? void() : SmallPixels<2>(job, dst);
    case 3:
      return SmallPixels<3>(job, dst);
    case 4:
      return RepeatElements<std::uint32_t>(job, dst) ? void() : SmallPixels<4>(job, dst);
    case 6:
      return SmallPixels<6>(job, dst);
    case 8:
      return RepeatElements<std::uint64_t>(job, dst) ? void() : SmallPixels<8>(job, dst);
    case 12:
      return SmallPixels<12>(job, dst);
    default:
      return AnyPixels(job, dst);
  }
}

// src: scratch. Head and tail by ordinary stores, the rest past the caches.
void StreamBytes(const char* src, char* dst, std::int64_t count) {
  const hn::ScalableTag<std::uint8_t> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const auto misaligned = static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(dst) %
                                                    static_cast<std::size_t>(n));
  std::int64_t i = misaligned == 0 ? 0 : HWY_MIN(count, n - misaligned);
  std::memcpy(dst, src, static_cast<std::size_t>(i));
  for (; i + n <= count; i += n) {
    hn::Stream(hn::LoadU(d, reinterpret_cast<const std::uint8_t*>(src + i)), d,
               reinterpret_cast<std::uint8_t*>(dst + i));
  }
  std::memcpy(dst + i, src + i, static_cast<std::size_t>(count - i));
}

void Copy(const CopyJob& job) {
  const hn::ScalableTag<std::uint8_t> full;
  const hn::CappedTag<std::uint8_t, 32> half;
  const hn::CappedTag<std::uint8_t, 16> quarter;
  if (job.windows == nullptr) {
    const auto at_least = [&](auto d) {
      return job.bytes >= static_cast<std::int64_t>(hn::Lanes(d));
    };
    if (at_least(full)) return LargePixels(full, job);
    if (at_least(half)) return LargePixels(half, job);
    if (at_least(quarter)) return LargePixels(quarter, job);
  }
  if (!job.stream || job.rows == 1) {
    SmallRow(job, job.dst[0]);
    for (std::int64_t r = 1; r < job.rows; ++r) {
      std::memcpy(job.dst[r], job.dst[0], static_cast<std::size_t>(job.count * job.bytes));
    }
    return;
  }
  // Made once in a buffer that stays in the nearest cache, then written past the caches to every
  // row.
  constexpr std::int64_t kBuffer = 8192;
  alignas(64) char buffer[kBuffer];
  const std::int64_t group = job.first == nullptr ? job.repeat : 1;
  std::int64_t step = kBuffer / (job.bytes * group) * group;
  if (job.windows != nullptr) step = kBuffer / job.bytes / 16 * 16;  // whole windows
  if (step == 0) {  // more repetitions than the buffer holds
    for (std::int64_t r = 0; r < job.rows; ++r) SmallRow(job, job.dst[r]);
    return;
  }
  for (std::int64_t x = 0; x < job.count; x += step) {
    CopyJob part = job;
    part.count = HWY_MIN(step, job.count - x);
    if (job.windows != nullptr) {
      part.column = job.column + x;
    } else if (job.first != nullptr) {
      part.first = job.first + x;
    } else {
      part.src = job.src + x / group * job.src_step;
    }
    SmallRow(part, buffer);
    for (std::int64_t r = 0; r < job.rows; ++r) {
      StreamBytes(buffer, job.dst[r] + x * job.bytes, part.count * job.bytes);
    }
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
