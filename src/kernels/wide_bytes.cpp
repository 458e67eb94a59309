// Columns of bytes in fixed point where a processor picks any bytes of 64 (AVX-512 VBMI): a vector
// holds what several outputs of a row read, or sixteen neighbours of one, and serves eight rows
// with the same weights. Digits and sums are those of quad_bytes.cpp.
#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

#include "kernels/fixed_bytes.hpp"
#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/wide_bytes.cpp"
#include "kernels/simd.hpp"

// Compiled for what not all processors of these targets have, and taken where they say so.
#if HALFPIXEL_AVX512
#undef HALFPIXEL_VBMI
#define HALFPIXEL_VBMI __attribute__((target(HWY_TARGET_STR ",avx512vnni,avx512vbmi")))
HWY_PUSH_ATTRIBUTES(HWY_TARGET_STR ",avx512vnni,avx512vbmi")
namespace halfpixel::kernels::HWY_NAMESPACE {

constexpr int kRows = WideColumnsJob::kRows;

// The sums of all digits.
template <int kParts>
HWY_INLINE __m512i WideSum(const __m512i (&digit)[kParts]) {
  __m512i sum = digit[0];
  if constexpr (kParts > 1) sum = _mm512_add_epi32(sum, _mm512_slli_epi32(digit[1], 8));
  if constexpr (kParts > 2) sum = _mm512_add_epi32(sum, _mm512_slli_epi32(digit[2], 16));
  return sum;
}

// Sums of neighbouring lanes of a, and of b, block by block.
HWY_INLINE __m512i PairSums(__m512i a, __m512i b) {
  const __m512 x = _mm512_castsi512_ps(a), y = _mm512_castsi512_ps(b);
  return _mm512_add_epi32(_mm512_castps_si512(_mm512_shuffle_ps(x, y, 0x88)),
                          _mm512_castps_si512(_mm512_shuffle_ps(x, y, 0xDD)));
}

// Sums of neighbouring blocks of a, and of b.
HWY_INLINE __m512i BlockSums(__m512i a, __m512i b) {
  return _mm512_add_epi32(_mm512_shuffle_i64x2(a, b, 0x88), _mm512_shuffle_i64x2(a, b, 0xDD));
}

// Clamped to bytes, block by block side by side.
HWY_INLINE __m512i WideBytes(__m512i a, __m512i b, __m512i c, __m512i d) {
  return _mm512_packus_epi16(_mm512_packs_epi32(a, b), _mm512_packs_epi32(c, d));
}

// Calls f for 0, 1 … as constants: sums in arrays whose places are known stay in registers.
template <int kCount, class F>
HWY_INLINE void Unrolled(F f) {
  [&]<int... i>(std::integer_sequence<int, i...>) HALFPIXEL_VBMI {
    (f(std::integral_constant<int, i>()), ...);
  }(std::make_integer_sequence<int, kCount>());
}

// Where the bytes of a vector are, and their weights.
template <int kParts>
struct WideStep {
  std::int64_t at;
  __m512i places, weights[kParts];
};

// Sums of four rows (of eight, their digits do not stay in registers) from `first` on, of as many
// vectors as a group takes.
template <int kParts, class F>
HWY_INLINE void SumWide(const WideColumnsJob& job, int first, F step_of, __m512i (&sum)[4]) {
  const std::uint8_t* const src[4] = {job.src[first], job.src[first + 1], job.src[first + 2],
                                      job.src[first + 3]};
  __m512i digit[4][kParts];
  Unrolled<4 * kParts>(
      [&](auto i) HALFPIXEL_VBMI { digit[i / kParts][i % kParts] = _mm512_setzero_si512(); });
  for (std::int64_t v = 0; v < job.vectors; ++v) {
    const WideStep<kParts> step = step_of(v);
    Unrolled<4>([&](auto r) HALFPIXEL_VBMI {
      const __m512i bytes =
          _mm512_permutexvar_epi8(step.places, _mm512_loadu_si512(src[r] + step.at));
      Unrolled<kParts>([&](auto part) HALFPIXEL_VBMI {
        digit[r][part] = _mm512_dpbusd_epi32(digit[r][part], bytes, step.weights[part]);
      });
    });
  }
  Unrolled<4>([&](auto r) HALFPIXEL_VBMI { sum[r] = WideSum<kParts>(digit[r]); });
}

// One channel. Lane l is of output l / kQuads of a group, and of its neighbours from
// 4 * (l % kQuads) on.
template <int kQuads>
struct SinglePlaces {
  static constexpr int kOutputs = 16 / kQuads;
  alignas(64) std::int32_t output[16] = {};     // of a lane
  alignas(64) std::uint8_t first[64] = {};      // the lowest byte of each lane of a block
  alignas(64) std::uint8_t neighbour[64] = {};  // that a byte is
  // Where the result of a row and an output is when all are bytes.
  alignas(64) std::uint8_t order[128] = {};
  constexpr SinglePlaces() {
    for (int l = 0; l < 16; ++l) output[l] = l / kQuads;
    for (int i = 0; i < 64; ++i) {
      first[i] = static_cast<std::uint8_t>(i / 4 % 4 * 4);
      neighbour[i] = static_cast<std::uint8_t>(i / 4 % kQuads * 4 + i % 4);
    }
    for (int i = 0; i < kRows * kOutputs; ++i) {
      const int r = i / kOutputs, o = i % kOutputs;
      const int at = kQuads == 1   ? o / 4 * 16 + r % 4 * 4 + o % 4
                     : kQuads == 2 ? o / 2 * 16 + r / 2 * 4 + r % 2 * 2 + o % 2
                                   : o * 16 + r;
      order[i] = static_cast<std::uint8_t>(at);
    }
  }
};
template <int kQuads>
constexpr SinglePlaces<kQuads> kSinglePlaces;

template <int kQuads, int kParts>
void WideSingles(const WideColumnsJob& job) {
  constexpr const SinglePlaces<kQuads>& kPlaces = kSinglePlaces<kQuads>;
  constexpr int kOutputs = kPlaces.kOutputs;
  constexpr std::int64_t kNeighbours = 4 * kQuads;
  const __m512i outputs_of_lanes = _mm512_load_si512(kPlaces.output);
  const __m512i spread = _mm512_load_si512(kPlaces.first);
  const __m512i neighbours = _mm512_load_si512(kPlaces.neighbour);
  const __m512i start = _mm512_set1_epi32(job.start);
  const __m128i bits = _mm_cvtsi32_si128(job.bits);
  const auto shifted = [&](__m512i sum) HALFPIXEL_VBMI {
    return _mm512_sra_epi32(_mm512_add_epi32(sum, start), bits);
  };
  const std::int64_t end = job.skipped + job.outputs, last = job.readable - 64;
  const std::int32_t* weights = job.weights;
  std::int64_t done = 0;
  for (std::int64_t group = 0; group < end; group += kOutputs) {
    const std::int64_t begin = std::max<std::int64_t>(job.skipped - group, 0);
    const std::int64_t count = std::min<std::int64_t>(end - group, kOutputs) - begin;
    const std::int64_t first = job.offset[group + begin];
    const __m512i offsets =
        _mm512_permutexvar_epi32(outputs_of_lanes, _mm512_loadu_si512(job.offset + group));
    const auto step_of = [&](std::int64_t v) HALFPIXEL_VBMI {
      WideStep<kParts> step;
      step.at = std::min(first + v * kNeighbours, last);
      const auto back = static_cast<std::int32_t>(step.at - v * kNeighbours);
      const __m512i from = _mm512_sub_epi32(offsets, _mm512_set1_epi32(back));
      step.places = _mm512_add_epi8(_mm512_shuffle_epi8(from, spread), neighbours);
      Unrolled<kParts>([&](auto part) HALFPIXEL_VBMI {
        step.weights[part] = _mm512_loadu_si512(weights + (v * kParts + part) * 16);
      });
      return step;
    };
    alignas(64) std::uint8_t bytes[128];
    const auto put = [&](int i, __m512i packed) HALFPIXEL_VBMI {
      const __m512i place = _mm512_load_si512(kPlaces.order + 64 * i);
      _mm512_store_si512(bytes + 64 * i, _mm512_permutexvar_epi8(place, packed));
    };
    __m512i result[4];
    Unrolled<2>([&](auto half) HALFPIXEL_VBMI {
      __m512i sum[4];
      SumWide<kParts>(job, 4 * half, step_of, sum);
      if constexpr (kQuads == 1) {
        put(half, WideBytes(shifted(sum[0]), shifted(sum[1]), shifted(sum[2]), shifted(sum[3])));
      } else {
        const __m512i upper = PairSums(sum[0], sum[1]), lower = PairSums(sum[2], sum[3]);
        if constexpr (kQuads == 2) {
          result[2 * half] = shifted(upper);
          result[2 * half + 1] = shifted(lower);
        } else {
          result[half] = result[2 + half] = shifted(PairSums(upper, lower));
        }
      }
    });
    if constexpr (kQuads > 1) put(0, WideBytes(result[0], result[1], result[2], result[3]));
    weights += job.vectors * kParts * 16;
    for (int r = 0; r < kRows; ++r) {
      if (count == kOutputs)
        std::memcpy(job.dst[r] + done, bytes + r * kOutputs, kOutputs);
      else
        std::memcpy(job.dst[r] + done, bytes + r * kOutputs + begin,
                    static_cast<std::size_t>(count));
    }
    done += count;
  }
}

// Three or four channels. Block b is of output b / kQuads of a group, and of its neighbours from
// 4 * (b % kQuads) on; lane c of it of channel c.
template <int kChannels, int kQuads>
struct PixelPlaces {
  alignas(64) std::int32_t block[16] = {}, output[16] = {};  // of a lane
  alignas(64) std::uint8_t first[64] = {};      // the lowest byte of each lane of a block
  alignas(64) std::uint8_t neighbour[64] = {};  // that a byte is, counted in bytes
  // Where the byte of a row, an output and a channel is when all are bytes.
  alignas(64) std::uint8_t order[64] = {};
  constexpr PixelPlaces() {
    for (int l = 0; l < 16; ++l) {
      block[l] = l / 4;
      output[l] = l / 4 / kQuads;
    }
    for (int i = 0; i < 64; ++i) {
      const int pixel = i / 16 % kQuads * 4 + i % 4, channel = i / 4 % 4;
      const int r = i / 16, o = i % 16 / kChannels, c = i % 16 % kChannels;
      const int of = kQuads == 1 ? o : r % 2 * 2 + o % 2;
      const int lane = kQuads == 1 ? r : o / 2 * 2 + r / 2;
      first[i] = static_cast<std::uint8_t>(i / 4 % 4 * 4);
      neighbour[i] =
          static_cast<std::uint8_t>(channel < kChannels ? pixel * kChannels + channel : 0);
      order[i] = static_cast<std::uint8_t>(o < 4 ? 16 * of + 4 * lane + c : 0);
    }
  }
};
template <int kChannels, int kQuads>
constexpr PixelPlaces<kChannels, kQuads> kPixelPlaces;

template <int kChannels, int kQuads, int kParts>
void WidePixels(const WideColumnsJob& job) {
  constexpr const PixelPlaces<kChannels, kQuads>& kPlaces = kPixelPlaces<kChannels, kQuads>;
  constexpr int kOutputs = 4 / kQuads, kTogether = 4;  // outputs, whose bytes are stored at once
  constexpr std::int64_t c = kChannels;
  const std::int64_t last = job.readable - 64;
  const __m512i neighbours = _mm512_load_si512(kPlaces.neighbour);
  const __m512i blocks = _mm512_load_si512(kPlaces.block);
  const __m512i outputs = _mm512_load_si512(kPlaces.output);
  const __m512i side_by_side = _mm512_load_si512(kPlaces.order);
  const __m512i spread = _mm512_load_si512(kPlaces.first);
  const __m512i start = _mm512_set1_epi32(job.start);
  const __m128i bits = _mm_cvtsi32_si128(job.bits);
  const auto shifted = [&](__m512i sum) HALFPIXEL_VBMI {
    return _mm512_sra_epi32(_mm512_add_epi32(sum, start), bits);
  };
  const auto four_of = [](const std::int32_t* words) HALFPIXEL_VBMI {
    return _mm512_castsi128_si512(_mm_loadu_si128(reinterpret_cast<const __m128i*>(words)));
  };
  const std::int64_t end = job.skipped + job.outputs;
  const std::int32_t* weights = job.weights;
  std::int64_t done = 0;
  for (std::int64_t x = 0; x < end; x += kTogether) {
    const std::int64_t from = std::max<std::int64_t>(job.skipped - x, 0);
    const std::int64_t to = std::min<std::int64_t>(end - x, kTogether);
    __m512i result[2][4];  // of four rows each
    Unrolled<kQuads>([&](auto group) HALFPIXEL_VBMI {
      const std::int64_t begin = x + group * kOutputs;
      if (group > 0 && begin >= end) {
        for (auto& of_half : result)
          for (int i = 0; i < kOutputs; ++i) of_half[group * kOutputs + i] = _mm512_setzero_si512();
        return;
      }
      const std::int64_t first = job.offset[std::max(begin, x + from)];
      const __m512i offsets = _mm512_permutexvar_epi32(outputs, four_of(job.offset + begin));
      const auto step_of = [&](std::int64_t) HALFPIXEL_VBMI {
        WideStep<kParts> step;
        step.at = std::min(first, last);
        const __m512i apart =
            _mm512_sub_epi32(offsets, _mm512_set1_epi32(static_cast<std::int32_t>(step.at)));
        step.places = _mm512_add_epi8(_mm512_shuffle_epi8(apart, spread), neighbours);
        Unrolled<kParts>([&](auto part) HALFPIXEL_VBMI {
          step.weights[part] = _mm512_permutexvar_epi32(blocks, four_of(weights + 4 * part));
        });
        return step;
      };
      Unrolled<2>([&](auto half) HALFPIXEL_VBMI {
        __m512i sum[4];
        SumWide<kParts>(job, 4 * half, step_of, sum);
        __m512i* const of_half = result[half];
        if constexpr (kQuads == 1) {
          Unrolled<4>([&](auto r) HALFPIXEL_VBMI { of_half[r] = shifted(sum[r]); });
        } else {
          of_half[2 * group] = shifted(BlockSums(sum[0], sum[1]));
          of_half[2 * group + 1] = shifted(BlockSums(sum[2], sum[3]));
        }
      });
      weights += 4 * kParts;
    });
    for (int i = 0; i < 2; ++i) {
      alignas(64) std::uint8_t bytes[64];
      const auto& of = result[i];
      _mm512_store_si512(
          bytes, _mm512_permutexvar_epi8(side_by_side, WideBytes(of[0], of[1], of[2], of[3])));
      for (int r = 0; r < 4; ++r) {
        // Of three channels the margin takes what is too much.
        std::uint8_t* const dst = job.dst[4 * i + r] + done * c;
        if (to - from == kTogether)
          std::memcpy(dst, bytes + 16 * r, 16);
        else
          std::memcpy(dst, bytes + 16 * r + from * c, static_cast<std::size_t>((to - from) * c));
      }
    }
    done += to - from;
  }
}

template <int kQuads, int kParts>
void WideOf(const WideColumnsJob& job) {
  if constexpr (kQuads < 4) {
    if (job.channels == 3) return WidePixels<3, kQuads, kParts>(job);
    if (job.channels == 4) return WidePixels<4, kQuads, kParts>(job);
  }
  WideSingles<kQuads, kParts>(job);
}

template <int kParts>
void WideOf(const WideColumnsJob& job) {
  if (job.quads == 1) return WideOf<1, kParts>(job);
  if (job.quads == 2) return WideOf<2, kParts>(job);
  WideOf<4, kParts>(job);
}

void WideColumns(const WideColumnsJob& job) {
  if (job.parts == 1) return WideOf<1>(job);
  if (job.parts == 2) return WideOf<2>(job);
  return WideOf<3>(job);
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_POP_ATTRIBUTES
#endif

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {

void fill_wide_bytes([[maybe_unused]] KernelTable& table) {
#if HALFPIXEL_AVX512
  if (table.fixed.packing == FixedPacking::quads && __builtin_cpu_supports("avx512vbmi"))
    table.fixed.wide_columns = WideColumns;
#endif
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_wide_bytes)
}  // namespace halfpixel::kernels
#endif
