// Linear interpolation along columns (between pixels of a row) and along rows (between rows). The
// form is a + (b - a) * t with three roundings, as TensorFlow computes it.
#include <type_traits>

#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lerp.cpp"
#include "kernels/simd.hpp"

// after Highway
#include "kernels/store-inl.hpp"
#include "kernels/stream-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class V>
HWY_INLINE V Lerp(V a, V b, V t) {
  return hn::Add(a, hn::Mul(hn::Sub(b, a), t));
}
HWY_INLINE float Lerp1(float a, float b, float t) {
  return a + (b - a) * t;
}

// Unroll vectors of channels, of outputs [x, end) that lie between the same two pixels.
template <int Unroll, class D>
HWY_INLINE void Between(D d, const float* HWY_RESTRICT a, const float* HWY_RESTRICT b,
                        const float* HWY_RESTRICT t, std::int64_t outputs, std::int64_t step,
                        float* HWY_RESTRICT dst) {
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  hn::Vec<D> from[Unroll], way[Unroll];
  for (int u = 0; u < Unroll; ++u) {
    from[u] = hn::LoadU(d, a + u * n);
    way[u] = hn::Sub(hn::LoadU(d, b + u * n), from[u]);
  }
  for (std::int64_t o = 0; o < outputs; ++o, dst += step) {
    const auto weight = hn::Set(d, t[o]);
    for (int u = 0; u < Unroll; ++u) {
      hn::StoreU(hn::Add(from[u], hn::Mul(way[u], weight)), d, dst + u * n);
    }
  }
}

// channels >= Lanes(d): whole vectors, then one that overlaps its neighbour.
template <class D>
void WideColumns(D d, const LerpColumnsJob& job) {
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const std::int64_t channels = job.channels;
  for (std::int64_t x = 0; x < job.part.outputs;) {
    std::int64_t end = x + 1;
    while (end < job.part.outputs && job.part.first[end] == job.part.first[x] &&
           job.part.second[end] == job.part.second[x]) {
      ++end;
    }
    const float* const a = job.src + (job.part.first[x] - job.part.origin) * channels;
    const float* const b = job.src + (job.part.second[x] - job.part.origin) * channels;
    float* const dst = job.dst + x * channels;
    const auto channels_from = [&](auto unroll, std::int64_t c) {
      Between<unroll()>(d, a + c, b + c, job.part.t + x, end - x, channels, dst + c);
    };
    std::int64_t c = 0;
    for (; c + 4 * n <= channels; c += 4 * n) channels_from(std::integral_constant<int, 4>(), c);
    for (; c + n <= channels; c += n) channels_from(std::integral_constant<int, 1>(), c);
    if (c < channels) channels_from(std::integral_constant<int, 1>(), channels - n);
    x = end;
  }
}

// 3 channels in vectors of 4: one float more is read and written; pixels that end at the end of src
// are done one by one.
void ThreeColumns(const LerpColumnsJob& job) {
  const hn::CappedTag<float, 4> d;
  float* HWY_RESTRICT dst = job.dst;
  for (std::int64_t x = 0; x < job.part.outputs; ++x, dst += 3) {
    const std::int64_t ia = (job.part.first[x] - job.part.origin) * 3;
    const std::int64_t ib = (job.part.second[x] - job.part.origin) * 3;
    if (hn::Lanes(d) == 4 && ia + 4 <= job.src_floats && ib + 4 <= job.src_floats) {
      hn::StoreU(
          Lerp(hn::LoadU(d, job.src + ia), hn::LoadU(d, job.src + ib), hn::Set(d, job.part.t[x])),
          d, dst);
    } else {
      for (int c = 0; c < 3; ++c) dst[c] = Lerp1(job.src[ia + c], job.src[ib + c], job.part.t[x]);
    }
  }
}

// Outputs [x, end), gathered.
void GatherColumns(const LerpColumnsJob& job, std::int64_t x, std::int64_t end) {
  const std::int64_t channels = job.channels;
  float* HWY_RESTRICT dst = job.dst;
#if HWY_TARGET != HWY_SCALAR
  if (channels <= 2) {
    const hn::ScalableTag<float> d;
    const hn::RebindToSigned<decltype(d)> di;
    const auto n = static_cast<std::int64_t>(hn::Lanes(d));
    const auto origin = hn::Set(di, static_cast<std::int32_t>(job.part.origin));
    for (; x + n <= end; x += n) {
      auto ia = hn::Sub(hn::LoadU(di, job.part.first + x), origin);
      auto ib = hn::Sub(hn::LoadU(di, job.part.second + x), origin);
      const auto t = hn::LoadU(d, job.part.t + x);
      if (channels == 1) {
        const auto a = hn::GatherIndex(d, job.src, ia);
        const auto b = hn::GatherIndex(d, job.src, ib);
        hn::StoreU(Lerp(a, b, t), d, dst + x);
      } else {
        ia = hn::Add(ia, ia);
        ib = hn::Add(ib, ib);
        const auto a0 = hn::GatherIndex(d, job.src, ia);
        const auto b0 = hn::GatherIndex(d, job.src, ib);
        const auto a1 = hn::GatherIndex(d, job.src + 1, ia);
        const auto b1 = hn::GatherIndex(d, job.src + 1, ib);
        hn::StoreInterleaved2(Lerp(a0, b0, t), Lerp(a1, b1, t), d, dst + 2 * x);
      }
    }
  }
#endif
  for (; x < end; ++x) {
    const float* const a = job.src + (job.part.first[x] - job.part.origin) * channels;
    const float* const b = job.src + (job.part.second[x] - job.part.origin) * channels;
    for (std::int64_t c = 0; c < channels; ++c)
      dst[x * channels + c] = Lerp1(a[c], b[c], job.part.t[x]);
  }
}

#if HWY_TARGET != HWY_SCALAR
// One channel, period 2, 3 or 4: every phase reads the source in order, and the phases are
// interleaved on their way out. Returns where it stopped.
template <int Period>
std::int64_t PhaseColumns(const LerpColumnsJob& job) {
  const hn::ScalableTag<float> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const float* a[Period];
  const float* b[Period];
  hn::Vec<decltype(d)> t[Period];
  std::int64_t furthest = 0;
  for (int p = 0; p < Period; ++p) {
    const std::int64_t x = job.regular_begin + p;
    a[p] = job.src + (job.part.first[x] - job.part.origin);
    b[p] = job.src + (job.part.second[x] - job.part.origin);
    t[p] = hn::Set(d, job.part.t[x]);
    furthest = HWY_MAX(furthest, HWY_MAX(job.part.first[x], job.part.second[x]) - job.part.origin);
  }
  std::int64_t groups = (job.regular_end - job.regular_begin) / Period;
  groups = HWY_MIN(groups, job.src_floats - furthest);
  if (groups < n) return job.regular_begin;
  for (std::int64_t begin = 0; begin < groups; begin += n) {
    const std::int64_t i = HWY_MIN(begin, groups - n);  // the last vector may overlap its neighbour
    float* const dst = job.dst + job.regular_begin + Period * i;
    hn::Vec<decltype(d)> v[Period];
    for (int p = 0; p < Period; ++p)
      v[p] = Lerp(hn::LoadU(d, a[p] + i), hn::LoadU(d, b[p] + i), t[p]);
    if constexpr (Period == 2) hn::StoreInterleaved2(v[0], v[1], d, dst);
    if constexpr (Period == 3) hn::StoreInterleaved3(v[0], v[1], v[2], d, dst);
    if constexpr (Period == 4) hn::StoreInterleaved4(v[0], v[1], v[2], v[3], d, dst);
  }
  return job.regular_begin + groups * Period;
}
#endif

void FewColumns(const LerpColumnsJob& job) {
  std::int64_t x = 0;
#if HWY_TARGET != HWY_SCALAR
  if (job.channels == 1 && job.period >= 2 && job.period <= 4) {
    GatherColumns(job, 0, job.regular_begin);
    x = job.period == 2   ? PhaseColumns<2>(job)
        : job.period == 3 ? PhaseColumns<3>(job)
                          : PhaseColumns<4>(job);
  }
#endif
  GatherColumns(job, x, job.part.outputs);
}

void LerpColumns(const LerpColumnsJob& job) {
  const hn::ScalableTag<float> full;
  const hn::CappedTag<float, 8> eight;
  const hn::CappedTag<float, 4> four;
  if (job.channels >= static_cast<std::int64_t>(hn::Lanes(full))) return WideColumns(full, job);
  if (job.channels >= static_cast<std::int64_t>(hn::Lanes(eight))) return WideColumns(eight, job);
  if (job.channels >= static_cast<std::int64_t>(hn::Lanes(four))) return WideColumns(four, job);
  if (job.channels == 3) return ThreeColumns(job);
  FewColumns(job);
}

template <class T, bool Native, class D>
HWY_INLINE auto Result(D d, hn::Vec<D> v) {
  if constexpr (std::is_same_v<T, float>) {
    return v;
  } else if constexpr (Native) {
    return NativeBfloat16(d, v);
  } else {
    return Converted<T>(d, Saturated<T>(d, v));
  }
}
template <class T>
HWY_INLINE T Result1(float v) {
  if constexpr (std::is_same_v<T, float>) {
    return v;
  } else {
    return Saturate<T>(v);
  }
}

// Rows [row, row + Rows) of the job. Rows that are streamed together are aligned alike.
template <class T, bool Native, int Rows>
void LerpSomeRows(const LerpRowsJob& job, std::int64_t row, bool stream) {
  const hn::ScalableTag<float> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const std::int64_t floats = job.floats;
  const float* HWY_RESTRICT const a = job.a;
  const float* HWY_RESTRICT const b = job.b;
  T* dst[Rows];
  hn::Vec<decltype(d)> t[Rows];
  for (int r = 0; r < Rows; ++r) {
    dst[r] = static_cast<T*>(job.dst[row + r]);
    t[r] = hn::Set(d, job.t[row + r]);
  }
  std::int64_t i = 0;
  const auto singly = [&](std::int64_t end) {
    for (; i < end; ++i) {
      for (int r = 0; r < Rows; ++r) dst[r][i] = Result1<T>(Lerp1(a[i], b[i], job.t[row + r]));
    }
  };
  const auto vectors = [&](auto&& put) {
    for (; i + n <= floats; i += n) {
      const auto from = hn::LoadU(d, a + i);
      const auto way = hn::Sub(hn::LoadU(d, b + i), from);
      for (int r = 0; r < Rows; ++r) {
        put(Result<T, Native>(d, hn::Add(from, hn::Mul(way, t[r]))), dst[r] + i);
      }
    }
  };
  const std::int64_t before = stream ? BeforeAligned(d, dst[0], floats) : -1;
  if (before >= 0) {
    singly(before);
    vectors([](auto v, T* to) { StreamAs(v, to); });
  }
  vectors([](auto v, T* to) { StoreAs(v, to); });
  singly(floats);
}

template <class T, bool Native = false>
void LerpRows(const LerpRowsJob& job) {
  std::int64_t r = 0;
  if (AtOnce(job.dst, job.rows, job.floats, job.stream)) {
    for (; r + 4 <= job.rows; r += 4) LerpSomeRows<T, Native, 4>(job, r, job.stream);
    for (; r + 2 <= job.rows; r += 2) LerpSomeRows<T, Native, 2>(job, r, job.stream);
  }
  for (; r < job.rows; ++r) LerpSomeRows<T, Native, 1>(job, r, job.stream);
}

template <class T>
void FillRows(KernelTable& table) {
  if constexpr (HasVectorStore<T>() || std::is_same_v<T, float>) {
    table.lerp_rows[static_cast<int>(dtype_of<T>)] = LerpRows<T>;
  }
}

void fill_lerp(KernelTable& table) {
  table.lerp_columns = LerpColumns;
  FillRows<float>(table);
  FillRows<float16>(table);
  FillRows<bfloat16>(table);
  FillRows<std::uint8_t>(table);
  if (HasNativeBfloat16()) {
    table.lerp_rows[static_cast<int>(DType::bfloat16)] = LerpRows<bfloat16, true>;
  }
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_lerp)
}  // namespace halfpixel::kernels
#endif
