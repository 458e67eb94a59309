// How pixels of sixteen rows are laid out before they are multiplied (FixedColumnsJob), for kernels
// of words of pairs and of quads. Compiled once per target, after Highway.
#if defined(HALFPIXEL_KERNELS_FIXED_LAYOUT_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef HALFPIXEL_KERNELS_FIXED_LAYOUT_INL_HPP
#undef HALFPIXEL_KERNELS_FIXED_LAYOUT_INL_HPP
#else
#define HALFPIXEL_KERNELS_FIXED_LAYOUT_INL_HPP
#endif

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "kernels/fixed_bytes.hpp"
#include "kernels/prefetch.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR
using FixedD8 = hn::CappedTag<std::uint8_t, 64>;
using FixedD32 = hn::Repartition<std::int32_t, FixedD8>;
using FixedV32 = hn::Vec<FixedD32>;
inline constexpr std::int64_t kVectorBytes = hn::MaxLanes(FixedD8());
inline constexpr int kVectorRows = static_cast<int>(hn::MaxLanes(FixedD32()));

// Sixteen bytes of rows 0, 4 … of these, one after the other.
template <class D8>
HWY_INLINE hn::Vec<D8> LoadEveryFourth(D8 d, const std::uint8_t* const* rows, std::int64_t at) {
  if constexpr (hn::MaxLanes(d) <= 16) {
    return hn::LoadU(d, rows[0] + at);
  } else {
    const hn::Half<D8> half;
    constexpr std::size_t kHalf = hn::MaxLanes(half) / 4;
    return hn::Combine(d, LoadEveryFourth(half, rows + kHalf, at), LoadEveryFourth(half, rows, at));
  }
}

// Blocks of a vector, each to a place of its own.
template <class D8>
HWY_INLINE void StoreBlocks(D8 d, hn::Vec<D8> v, std::uint8_t* const* dst, std::int64_t at) {
  if constexpr (hn::MaxLanes(d) <= 16) {
    hn::StoreU(v, d, dst[0] + at);
  } else {
    const hn::Half<D8> half;
    constexpr std::size_t kBlocks = hn::MaxLanes(half) / 16;
    StoreBlocks(half, hn::LowerHalf(half, v), dst, at);
    StoreBlocks(half, hn::UpperHalf(half, v), dst + kBlocks, at);
  }
}

// Four vectors of numbers, clamped to bytes, block by block side by side.
HWY_INLINE hn::Vec<FixedD8> PackNumbers(FixedV32 a, FixedV32 b, FixedV32 c, FixedV32 d) {
  const FixedD8 d8;
#if HWY_ARCH_X86
  const hn::Repartition<std::int16_t, FixedD8> d16;
  const auto ab = hn::ReorderDemote2To(d16, a, b), cd = hn::ReorderDemote2To(d16, c, d);
#if HWY_TARGET > HWY_AVX2
  return hn::Vec<FixedD8>{_mm_packus_epi16(ab.raw, cd.raw)};
#elif HWY_TARGET == HWY_AVX2
  return hn::Vec<FixedD8>{_mm256_packus_epi16(ab.raw, cd.raw)};
#else
  return hn::Vec<FixedD8>{_mm512_packus_epi16(ab.raw, cd.raw)};
#endif
#else
  // Byte 0 of each of the four numbers of a block, to places 4 k and on.
  alignas(16) static constexpr std::uint8_t kPack[4][16] = {
      {0, 4, 8, 12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80},
      {0x80, 0x80, 0x80, 0x80, 0, 4, 8, 12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80},
      {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 4, 8, 12, 0x80, 0x80, 0x80, 0x80},
      {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 4, 8, 12}};
  const FixedD32 d32;
  const auto bytes = [&](FixedV32 v, int i) HWY_ATTR {
    const auto clamped = hn::Min(hn::Max(v, hn::Zero(d32)), hn::Set(d32, 255));
    return hn::TableLookupBytesOr0(hn::BitCast(d8, clamped), hn::LoadDup128(d8, kPack[i]));
  };
  return hn::Or(hn::Or(bytes(a, 0), bytes(b, 1)), hn::Or(bytes(c, 2), bytes(d, 3)));
#endif
}

// The bytes of numbers in their order, of what PackNumbers made of neighbouring vectors.
HWY_INLINE hn::Vec<FixedD8> BytesInOrder(hn::Vec<FixedD8> packed) {
  if constexpr (kVectorBytes == 16) {
    return packed;
  } else {
    constexpr int kBlocks = kVectorBytes / 16;
    alignas(64) static constexpr auto kLanes = [] {
      struct {
        std::int32_t at[kVectorRows] = {};
      } lanes;
      for (int i = 0; i < kVectorRows; ++i) lanes.at[i] = i % kBlocks * 4 + i / kBlocks;
      return lanes;
    }();
    const FixedD32 d32;
    return hn::BitCast(FixedD8(), hn::TableLookupLanes(hn::BitCast(d32, packed),
                                                       hn::SetTableIndices(d32, kLanes.at)));
  }
}

// Numbers of kVectorRows rows, a vector each, as quads of rows.
HWY_INLINE void StoreQuads(const std::int32_t* numbers, std::int64_t count,
                           std::uint8_t* const* dst, std::int64_t at) {
  const FixedD8 d8;
  const FixedD32 d32;
  for (std::int64_t i = 0; i < count; i += 4) {
    const std::int32_t* const from = numbers + i * kVectorRows;
    const auto packed =
        PackNumbers(hn::Load(d32, from), hn::Load(d32, from + kVectorRows),
                    hn::Load(d32, from + 2 * kVectorRows), hn::Load(d32, from + 3 * kVectorRows));
    StoreBlocks(d8, packed, dst, at + i * kQuad);
  }
}

// Sixteen bytes of a row are one to four quads of pixels, of a channel each.
template <int kChannels, FixedPacking kPacking>
struct FixedLayout {
  static constexpr std::int64_t kChannelCount = kChannels;
  static constexpr std::int64_t kWord = weights_of_word(kPacking), kWordsOfQuad = kQuad / kWord;
  static constexpr std::int64_t kQuads = kChannels == 1 ? 4 : kChannels == 2 ? 2 : 1;
  static constexpr int kVectors = kChannels == 3 ? 3 : 4;
  static constexpr std::int64_t kPixels = kQuads * kQuad;
  static constexpr std::int64_t kStep = kPixels * kChannels;            // bytes of a row
  static constexpr std::int64_t kWordBytes = kChannels * kVectorBytes;  // of all rows
  static constexpr std::int64_t kStepBytes = kVectors * kWordsOfQuad * kVectorBytes;
  static constexpr std::int64_t kStepWords = kQuads * kWordsOfQuad;
  // Words that can be laid out at once, wherever they begin.
  static constexpr std::int64_t kMostWords =
      (FixedColumnsJob::kPlanes / kStepBytes - 2) * kStepWords;

  // Numbers of four bytes change places among four rows. Where a processor has more units that
  // choose than units that move, rows are looked up each in an order of its own: the number of
  // plane p of row r lies at p ^ r, so that those of a plane need but be chosen, and all planes
  // but one be put in order.
  static constexpr bool kChooses = HWY_ARCH_X86 && kVectorBytes < 64;

  alignas(16) std::uint8_t places[4][16];
  HWY_INLINE FixedLayout() {
    for (std::int64_t i = 0; i < 64; ++i) {
      const std::int64_t row = i / 16, at = i % 16 / kQuad, plane = kChooses ? at ^ row : at;
      const std::int64_t quad = plane / kChannels, channel = plane % kChannels;
      const std::int64_t pixel = quad * kQuad + row_of_quad(kPacking, i % kQuad);
      const bool is = plane < kVectors;
      places[row][i % 16] = static_cast<std::uint8_t>(is ? pixel * kChannels + channel : 0x80);
    }
  }

  // Sixteen bytes of rows, from `at` on.
  HWY_INLINE void Step(const std::uint8_t* const* rows, std::int64_t at, std::uint8_t* to) const {
    const FixedD8 d8;
    const hn::Repartition<std::uint32_t, FixedD8> d32;
    const hn::Repartition<std::uint64_t, FixedD8> d64;
    const hn::Repartition<std::uint16_t, FixedD8> d16;
    const auto load = [&](std::int64_t lane) HWY_ATTR {
      const auto bytes = LoadEveryFourth(d8, rows + row_of_quad(kPacking, lane), at);
      return hn::BitCast(d32, hn::TableLookupBytesOr0(bytes, hn::LoadDup128(d8, places[lane])));
    };
    const auto put = [&](std::int64_t plane, auto quads) HWY_ATTR {
      const std::int64_t quad = plane / kChannels, channel = plane % kChannels;
      std::uint8_t* const word = to + (quad * kWordsOfQuad * kChannels + channel) * kVectorBytes;
      if constexpr (kPacking == FixedPacking::quads) {
        hn::Store(hn::BitCast(d8, quads), d8, word);
      } else {
        const auto numbers = hn::BitCast(d16, quads);
        hn::Store(hn::BitCast(d8, hn::And(numbers, hn::Set(d16, 0xFF))), d8, word);
        hn::Store(hn::BitCast(d8, hn::ShiftRight<8>(numbers)), d8, word + kWordBytes);
      }
    };
    const auto a = load(0), b = load(1), c = load(2), d = load(3);
    const auto wide = [&](auto v) HWY_ATTR { return hn::BitCast(d64, v); };
    if constexpr (kChooses) {
      const auto narrow = [&](auto v) HWY_ATTR { return hn::BitCast(d32, v); };
      const auto ab = wide(hn::OddEven(b, a)), ba = wide(hn::OddEven(a, b));
      const auto cd = wide(hn::OddEven(d, c)), dc = wide(hn::OddEven(c, d));
      put(0, hn::OddEven(cd, ab));
      put(1, hn::Shuffle2301(narrow(hn::OddEven(dc, ba))));
      put(2, hn::Shuffle1032(narrow(hn::OddEven(ab, cd))));
      if constexpr (kVectors == 4) put(3, hn::Shuffle0123(narrow(hn::OddEven(ba, dc))));
    } else {
      const auto ab = wide(hn::InterleaveLower(d32, a, b));
      const auto cd = wide(hn::InterleaveLower(d32, c, d));
      const auto upper_ab = wide(hn::InterleaveUpper(d32, a, b));
      const auto upper_cd = wide(hn::InterleaveUpper(d32, c, d));
      put(0, hn::InterleaveLower(d64, ab, cd));
      put(1, hn::InterleaveUpper(d64, ab, cd));
      put(2, hn::InterleaveLower(d64, upper_ab, upper_cd));
      if constexpr (kVectors == 4) put(3, hn::InterleaveUpper(d64, upper_ab, upper_cd));
    }
  }

  // The outputs [x, end) whose words [first, last) are laid out at once; end == x: not even one's.
  struct Part {
    std::int64_t end, first, last;
  };
  static Part PartAt(const FixedColumnsJob& job, std::int64_t x) {
    if (job.steps > kMostWords) return {x, 0, 0};
    // Fewer and fewer, without a look at each by itself.
    for (std::int64_t together = 64;; together /= 4) {
      const std::int64_t end = std::min(x + together, job.outputs);
      std::int32_t first = job.begin[x], last = first;
      for (std::int64_t i = x + 1; i < end; ++i) {
        first = std::min(first, job.begin[i]);
        last = std::max(last, job.begin[i]);
      }
      const Part part{end, first / kWord, last / kWord + job.steps};
      if (part.last - part.first <= kMostWords) return part;
    }
  }

  // Words [begin, end) of rows from `row` on; what is not there is 0. The word where they begin.
  HWY_NOINLINE std::int64_t LayOut(const FixedColumnsJob& job, int row, std::int64_t begin,
                                   std::int64_t end) const {
    const std::uint8_t* rows[kVectorRows];
    std::copy_n(job.src + row, kVectorRows, rows);
    const std::int64_t first = begin / kWordsOfQuad * kWordsOfQuad;
    const std::int64_t from = (first * kWord - job.first) * kChannels;
    const std::int64_t steps = (end - first + kStepWords - 1) / kStepWords;
    // Steps before `inside` and from `outside` on read what is not there, too.
    const std::int64_t inside = std::min(from < 0 ? (kStep - 1 - from) / kStep : 0, steps);
    const std::int64_t last = job.readable - 16 - from;
    const std::int64_t outside = last < 0 ? inside : std::clamp(last / kStep + 1, inside, steps);
    for (std::int64_t s = 0; s < inside; ++s) Edge(job, rows, s, from);
    const int ahead = std::min(job.ahead_rows - row, kVectorRows);
    constexpr std::int64_t kLine = 64 / kStep;
    for (std::int64_t s = inside; s < outside;) {
      for (int r = 0; r < ahead; ++r) prefetch(job.ahead[row + r] + from + s * kStep);
      const std::int64_t stop = std::min(s + kLine, outside);
      for (; s < stop; ++s) Step(rows, from + s * kStep, job.planes + s * kStepBytes);
    }
    for (std::int64_t s = outside; s < steps; ++s) Edge(job, rows, s, from);
    return first;
  }

  // A step at the end of what can be read.
  HWY_NOINLINE void Edge(const FixedColumnsJob& job, const std::uint8_t* const* rows,
                         std::int64_t step, std::int64_t from) const {
    alignas(16) std::uint8_t bytes[kVectorRows][16] = {};
    const std::uint8_t* copies[kVectorRows];
    const std::int64_t at = from + step * kStep;
    const std::int64_t begin = std::max<std::int64_t>(at, 0);
    const std::int64_t end = std::min(at + 16, job.readable);
    for (int r = 0; r < kVectorRows; ++r) {
      copies[r] = bytes[r];
      if (begin < end)
        std::memcpy(bytes[r] + (begin - at), rows[r] + begin,
                    static_cast<std::size_t>(end - begin));
    }
    Step(copies, 0, job.planes + step * kStepBytes);
  }
};
#endif

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
