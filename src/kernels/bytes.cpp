// Linear sums of bytes: pairs of neighbours are brought together by a lookup in sixteen bytes and
// multiplied and added in 16 bits; rows are mixed by the upper halves of products, or exactly.
#include "kernels/bytes.hpp"

#include <type_traits>

#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/bytes.cpp"
#include "kernels/simd.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE std::uint8_t MixedByte(std::int16_t a, std::int16_t b, const std::int16_t* weight) {
  return static_cast<std::uint8_t>(((a * weight[0] >> 16) + (b * weight[1] >> 16) + 2) >> 2);
}

// What exact sums of columns lack, to fit into 16 bits with a sign, and what rows of them do.
constexpr std::int32_t kExactLess = 1 << 15;
constexpr std::int32_t kExactStart = 256 * kExactLess + (1 << 15);

HWY_INLINE std::uint8_t ExactByte(std::int16_t a, std::int16_t b, const std::int16_t* weight) {
  return static_cast<std::uint8_t>((a * weight[0] + b * weight[1] + kExactStart) >> 16);
}

HWY_INLINE void HalveFrom(const HalveBytesJob& job, std::int64_t begin) {
  const std::int64_t c = job.channels;
  for (std::int64_t i = begin; i < job.outputs * c; ++i) {
    const std::int64_t at = i / c * 2 * c + i % c;
    job.dst[i] =
        static_cast<std::uint8_t>((job.a[at] + job.a[at + c] + job.b[at] + job.b[at + c] + 2) >> 2);
  }
}

// Calls f(i) for vectors that begin at i and together cover [0, count), the last one perhaps once
// more; one(i) for numbers of rows that are shorter than a vector.
template <class F, class One>
HWY_INLINE HWY_ATTR void ForEachVector(std::int64_t count, std::int64_t lanes, F f, One one) {
  std::int64_t i = 0;
  for (; i + lanes <= count; i += lanes) f(i);
  if (i == count) return;
  if (count >= lanes) return f(count - lanes);
  for (; i < count; ++i) one(i);
}

void SumByteRows(const SumByteRowsJob& job) {
  const hn::ScalableTag<std::uint16_t> d16;
  const hn::Rebind<std::uint8_t, decltype(d16)> d8;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d16));
  const auto wide = [&](std::int64_t r, std::int64_t i)
                        HWY_ATTR { return hn::PromoteTo(d16, hn::LoadU(d8, job.rows[r] + i)); };
  std::int64_t begin = 0;
  for (; begin + 4 * lanes <= job.count; begin += 4 * lanes) {
    auto sum0 = hn::Zero(d16), sum1 = sum0, sum2 = sum0, sum3 = sum0;
    for (std::int64_t r = 0; r < job.row_count; ++r) {
      sum0 = hn::Add(sum0, wide(r, begin));
      sum1 = hn::Add(sum1, wide(r, begin + lanes));
      sum2 = hn::Add(sum2, wide(r, begin + 2 * lanes));
      sum3 = hn::Add(sum3, wide(r, begin + 3 * lanes));
    }
    hn::StoreU(sum0, d16, job.sum + begin);
    hn::StoreU(sum1, d16, job.sum + begin + lanes);
    hn::StoreU(sum2, d16, job.sum + begin + 2 * lanes);
    hn::StoreU(sum3, d16, job.sum + begin + 3 * lanes);
  }
  const auto vector = [&](std::int64_t i) HWY_ATTR {
    auto sum = hn::Zero(d16);
    for (std::int64_t r = 0; r < job.row_count; ++r) sum = hn::Add(sum, wide(r, begin + i));
    hn::StoreU(sum, d16, job.sum + begin + i);
  };
  const auto one = [&](std::int64_t i) HWY_ATTR {
    std::uint16_t sum = 0;
    for (std::int64_t r = 0; r < job.row_count; ++r) {
      sum = static_cast<std::uint16_t>(sum + job.rows[r][begin + i]);
    }
    job.sum[begin + i] = sum;
  };
  ForEachVector(job.count - begin, lanes, vector, one);
}

// Added and taken away again, it leaves a whole number, ties to even.
constexpr float kRound = 0x1.8p23f;

HWY_INLINE std::uint8_t ScaledByte(std::int32_t sum, float scale) {
  const float value = static_cast<float>(sum) * scale + kRound - kRound;
  return static_cast<std::uint8_t>(static_cast<std::int32_t>(value < 255.0f ? value : 255.0f));
}

void MeanColumns(const MeanColumnsJob& job) {
  const std::int64_t c = job.channels, step = job.each * c;
  if (!job.narrow) {
    for (std::int64_t x = 0; x < job.outputs; ++x) {
      for (std::int64_t i = 0; i < c; ++i) {
        std::int32_t sum = 0;
        for (std::int64_t k = 0; k < job.each; ++k) sum += job.sum[x * step + k * c + i];
        job.dst[x * c + i] = ScaledByte(sum, job.scale);
      }
    }
    return;
  }
  // Sums of every run of pixels, of which every each-th is wanted: vectors do not mind.
  const hn::ScalableTag<std::uint16_t> d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const std::int64_t count = (job.outputs - 1) * step + c;
  std::uint16_t* HWY_RESTRICT const slid = job.slid;
  const auto vector = [&](std::int64_t i) HWY_ATTR {
    auto sum = hn::LoadU(d, job.sum + i);
    for (std::int64_t k = 1; k < job.each; ++k) {
      sum = hn::Add(sum, hn::LoadU(d, job.sum + i + k * c));
    }
    hn::StoreU(sum, d, slid + i);
  };
  const auto one = [&](std::int64_t i) HWY_ATTR {
    std::uint16_t sum = 0;
    for (std::int64_t k = 0; k < job.each; ++k) {
      sum = static_cast<std::uint16_t>(sum + job.sum[i + k * c]);
    }
    slid[i] = sum;
  };
  ForEachVector(count, lanes, vector, one);
  const auto pick = [&](auto width) HWY_ATTR {
    for (std::int64_t x = 1; x < job.outputs; ++x) {
      for (std::int64_t i = 0; i < width; ++i) slid[x * width + i] = slid[x * step + i];
    }
  };
  if (c == 3)
    pick(std::integral_constant<std::int64_t, 3>());
  else if (c == 1)
    pick(std::integral_constant<std::int64_t, 1>());
  else
    pick(c);
  for (std::int64_t i = 0; i < job.outputs * c; ++i) job.dst[i] = ScaledByte(slid[i], job.scale);
}

#if HWY_TARGET == HWY_SCALAR

void Halve(const HalveBytesJob& job) {
  HalveFrom(job, 0);
}

void Share(const ShareBytesJob& job) {
  for (int r = 0; r < ShareBytesJob::kRows; ++r) {
    for (std::int64_t x = 0; x < job.outputs; ++x) {
      const std::uint8_t* const src = job.src[r] + (job.first[x] - job.origin) * job.channels;
      for (std::int64_t c = 0; c < job.channels; ++c) {
        float sum = 0;
        for (std::int64_t k = 0; k < job.count[x]; ++k) {
          sum = sum + static_cast<float>(src[k * job.channels + c]) * job.weights[x * job.taps + k];
        }
        job.dst[r][x * job.channels + c] = sum;
      }
    }
  }
}

template <bool kExact>
void LerpByteColumns(const LerpByteColumnsJob& job) {
  for (std::int64_t g = 0; g < job.groups; ++g) {
    const ByteGroup& group = job.group[g];
    const std::uint8_t* const src = job.src + job.offset[g];
    for (int i = 0; i < job.each; ++i) {
      const int sum = src[group.place[4 * i]] * group.weight[2 * i] +
                      src[group.place[4 * i + 2]] * group.weight[2 * i + 1];
      job.dst[job.each * g + i] = static_cast<std::int16_t>(kExact ? sum - kExactLess : sum >> 4);
    }
  }
}

void LerpByteRows(const LerpByteRowsJob& job) {
  for (std::int64_t i = 0; i < job.count; ++i) {
    job.dst[i] = MixedByte(job.a[i], job.b[i], job.weight);
  }
}

void LerpExactRows(const LerpByteRowsJob& job) {
  for (std::int64_t i = 0; i < job.count; ++i) {
    job.dst[i] = ExactByte(job.a[i], job.b[i], job.weight);
  }
}

#else

template <bool kExact>
void LerpByteColumns(const LerpByteColumnsJob& job) {
  const hn::FixedTag<std::uint8_t, 16> d8;
  const hn::FixedTag<std::int16_t, 8> d16;
  const hn::FixedTag<std::int32_t, 4> d32;
  const auto four = [&](std::int64_t g) HWY_ATTR {
    const auto bytes = hn::LoadU(d8, job.src + job.offset[g]);
    const auto pairs = hn::TableLookupBytesOr0(bytes, hn::LoadU(d8, job.group[g].place));
    auto odd = hn::Zero(d32);
    const auto even = hn::ReorderWidenMulAccumulate(
        d32, hn::BitCast(d16, pairs), hn::LoadU(d16, job.group[g].weight), hn::Zero(d32), odd);
    const auto sum = hn::RearrangeToOddPlusEven(even, odd);
    return kExact ? hn::Sub(sum, hn::Set(d32, kExactLess)) : hn::ShiftRight<4>(sum);
  };
  // In vectors of 128 bits nothing is reordered.
  if (job.each < ByteGroup::kOutputs) {
    const hn::FixedTag<std::int16_t, 4> half;
    for (std::int64_t g = 0; g < job.groups; ++g) {
      const auto sums = four(g);
      const auto numbers = hn::LowerHalf(half, hn::ReorderDemote2To(d16, sums, sums));
      hn::StoreU(numbers, half, job.dst + job.each * g);
    }
    return;
  }
  std::int64_t g = 0;
  for (; g + 2 <= job.groups; g += 2) {
    hn::StoreU(hn::ReorderDemote2To(d16, four(g), four(g + 1)), d16,
               job.dst + ByteGroup::kOutputs * g);
  }
  if (g < job.groups) {
    const auto last = four(g);
    hn::StoreU(hn::ReorderDemote2To(d16, last, last), d16, job.dst + ByteGroup::kOutputs * g);
  }
}

void LerpByteRows(const LerpByteRowsJob& job) {
  const hn::ScalableTag<std::int16_t> d16;
  const hn::Rebind<std::uint8_t, decltype(d16)> d8;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d16));
  const auto w0 = hn::Set(d16, job.weight[0]), w1 = hn::Set(d16, job.weight[1]);
  const auto two = hn::Set(d16, 2);
  const auto mixed = [&](std::int64_t i) HWY_ATTR {
    const auto a = hn::MulHigh(hn::LoadU(d16, job.a + i), w0);
    const auto b = hn::MulHigh(hn::LoadU(d16, job.b + i), w1);
    return hn::DemoteTo(d8, hn::ShiftRight<2>(hn::Add(hn::Add(a, b), two)));
  };
  std::int64_t i = 0;
  for (; i + lanes <= job.count; i += lanes) hn::StoreU(mixed(i), d8, job.dst + i);
  if (i == job.count) return;
  if (job.count >= lanes) {
    i = job.count - lanes;
    return hn::StoreU(mixed(i), d8, job.dst + i);
  }
  for (; i < job.count; ++i) job.dst[i] = MixedByte(job.a[i], job.b[i], job.weight);
}

// Neighbouring numbers of both rows are pairs; what is taken apart within blocks of 128 bits comes
// together again within them.
void LerpExactRows(const LerpByteRowsJob& job) {
  const hn::ScalableTag<std::int16_t> d16;
  const hn::Repartition<std::int32_t, decltype(d16)> d32;
  const hn::Rebind<std::uint8_t, decltype(d16)> d8;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d16));
  const auto w0 = hn::Set(d16, job.weight[0]), w1 = hn::Set(d16, job.weight[1]);
  const auto weights = hn::InterleaveLower(d16, w0, w1);
  const auto start = hn::Set(d32, kExactStart);
  const auto sums = [&](hn::Vec<decltype(d16)> pairs) HWY_ATTR {
    auto odd = hn::Zero(d32);
    const auto even = hn::ReorderWidenMulAccumulate(d32, pairs, weights, hn::Zero(d32), odd);
    return hn::ShiftRight<16>(hn::Add(hn::RearrangeToOddPlusEven(even, odd), start));
  };
  const auto mixed = [&](std::int64_t i) HWY_ATTR {
    const auto a = hn::LoadU(d16, job.a + i), b = hn::LoadU(d16, job.b + i);
    const auto lower = sums(hn::InterleaveLower(d16, a, b));
    const auto upper = sums(hn::InterleaveUpper(d16, a, b));
    return hn::DemoteTo(d8, hn::ReorderDemote2To(d16, lower, upper));
  };
  const auto vector = [&](std::int64_t i) HWY_ATTR { hn::StoreU(mixed(i), d8, job.dst + i); };
  const auto one = [&](std::int64_t i)
                       HWY_ATTR { job.dst[i] = ExactByte(job.a[i], job.b[i], job.weight); };
  ForEachVector(job.count, lanes, vector, one);
}

// Sixteen bytes hold the pixels of eight sums, or of six: a lookup brings neighbours together.
void Halve(const HalveBytesJob& job) {
  const hn::FixedTag<std::uint8_t, 16> d8;
  const hn::FixedTag<std::int16_t, 8> d16;
  const hn::FixedTag<std::uint8_t, 8> half;
  const std::int64_t count = job.outputs * job.channels, step = job.channels == 3 ? 6 : 8;
  alignas(16) std::uint8_t places[16] = {};
  for (std::int64_t i = 0; i < step; ++i) {
    const std::int64_t at = i / job.channels * 2 * job.channels + i % job.channels;
    places[2 * i] = static_cast<std::uint8_t>(at);
    places[2 * i + 1] = static_cast<std::uint8_t>(at + job.channels);
  }
  const auto place = hn::Load(d8, places);
  const auto low = hn::Set(d16, 0xFF), two = hn::Set(d16, 2);
  const auto pairs = [&](const std::uint8_t* src) HWY_ATTR {
    const hn::RebindToUnsigned<decltype(d16)> du16;
    const auto both = hn::BitCast(d16, hn::TableLookupBytes(hn::LoadU(d8, src), place));
    const auto second = hn::BitCast(d16, hn::ShiftRight<8>(hn::BitCast(du16, both)));
    return hn::Add(hn::And(both, low), second);
  };
  std::int64_t i = 0;
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2
  const hn::FixedTag<std::uint8_t, 32> wide8;
  const hn::FixedTag<std::int16_t, 16> wide16;
  const auto wide_place = hn::Combine(wide8, place, place);
  const auto wide_low = hn::Set(wide16, 0xFF), wide_two = hn::Set(wide16, 2);
  const auto wide_pairs = [&](const std::uint8_t* src) HWY_ATTR {
    const hn::RebindToUnsigned<decltype(wide16)> du16;
    const auto bytes = hn::Combine(wide8, hn::LoadU(d8, src + 2 * step), hn::LoadU(d8, src));
    const auto both = hn::BitCast(wide16, hn::TableLookupBytes(bytes, wide_place));
    const auto second = hn::BitCast(wide16, hn::ShiftRight<8>(hn::BitCast(du16, both)));
    return hn::Add(hn::And(both, wide_low), second);
  };
  for (; i + step + 8 <= count; i += 2 * step) {
    const auto sum = hn::Add(wide_pairs(job.a + 2 * i), wide_pairs(job.b + 2 * i));
    const auto mean = hn::DemoteTo(d8, hn::ShiftRight<2>(hn::Add(sum, wide_two)));
    hn::StoreU(hn::LowerHalf(half, mean), half, job.dst + i);
    hn::StoreU(hn::UpperHalf(half, mean), half, job.dst + i + step);
  }
#endif
  for (; i + 8 <= count; i += step) {
    const auto sum = hn::Add(hn::Add(pairs(job.a + 2 * i), pairs(job.b + 2 * i)), two);
    hn::StoreU(hn::DemoteTo(half, hn::ShiftRight<2>(sum)), half, job.dst + i);
  }
  HalveFrom(job, i);
}

// A pixel is a vector; the rows are independent sums.
void Share(const ShareBytesJob& job) {
  const hn::FixedTag<float, 4> d;
  const hn::FixedTag<std::int32_t, 4> d32;
  const hn::FixedTag<std::uint8_t, 4> d8;
  const std::int64_t c = job.channels;
  for (std::int64_t x = 0; x < job.outputs; ++x) {
    const std::int64_t at = (job.first[x] - job.origin) * c, count = job.count[x];
    const float* const weights = job.weights + x * job.taps;
    auto sum0 = hn::Zero(d), sum1 = sum0, sum2 = sum0, sum3 = sum0;
    const auto product = [&](int r, std::int64_t k, hn::Vec<decltype(d)> w) HWY_ATTR {
      const auto pixel = hn::PromoteTo(d32, hn::LoadU(d8, job.src[r] + at + k * c));
      return hn::Mul(hn::ConvertTo(d, pixel), w);
    };
    for (std::int64_t k = 0; k < count; ++k) {
      const auto w = hn::Set(d, weights[k]);
      sum0 = hn::Add(sum0, product(0, k, w));
      sum1 = hn::Add(sum1, product(1, k, w));
      sum2 = hn::Add(sum2, product(2, k, w));
      sum3 = hn::Add(sum3, product(3, k, w));
    }
    hn::StoreU(sum0, d, job.dst[0] + x * c);
    hn::StoreU(sum1, d, job.dst[1] + x * c);
    hn::StoreU(sum2, d, job.dst[2] + x * c);
    hn::StoreU(sum3, d, job.dst[3] + x * c);
  }
}

#endif

void fill_bytes(KernelTable& table) {
  table.bytes = {LerpByteColumns<false>,
                 LerpByteRows,
                 LerpByteColumns<true>,
                 LerpExactRows,
                 Halve,
                 SumByteRows,
                 MeanColumns,
                 Share};
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_bytes)
}  // namespace halfpixel::kernels
#endif
