// Weighted sums of four corners in a program's own order: floats in vectors, of several rows at
// once; other numbers in plain loops over neighbouring sums, as in ordered.cpp.
#include "kernels/corners.hpp"

#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/corners.cpp"
#include "kernels/simd.hpp"

// after Highway
#include "kernels/stream-inl.hpp"
#include "kernels/sum_order-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr bool Fuses(CornerOrder order) {
  return order == CornerOrder::left_fused || order == CornerOrder::right_fused ||
         order == CornerOrder::all_fused;
}

// Of numbers, or (but for means) of vectors.
template <CornerOrder kOrder, class V>
HWY_INLINE HWY_ATTR V CornerSum(const V (&x)[4], V v0, V v1, V w0, V w1, V start) {
  if constexpr (kOrder == CornerOrder::means) {
    const V upper = w1 == 0 ? x[0] : (x[0] + x[1]) / 2;
    if (v1 == 0) return upper;
    return w1 == 0 ? (x[0] + x[2]) / 2 : ((x[0] + x[2]) + (x[1] + x[3])) / 4;
  } else if constexpr (kOrder == CornerOrder::factors) {
    const V left = Plus(Times(Times(x[0], v0), w0), Times(Times(x[2], v1), w0));
    const V three = Plus(left, Times(Times(x[1], v0), w1));
    return Plus(Plus(three, Times(Times(x[3], v1), w1)), start);
  } else if constexpr (kOrder == CornerOrder::remainders) {
    V w01 = v0 * w1, w11 = v1 * w1;
    if constexpr (std::is_integral_v<V>) {
      w01 >>= 12;
      w11 >>= 12;
    }
    return start + x[0] * (v0 - w01) + x[1] * w01 + x[2] * (v1 - w11) + x[3] * w11;
  } else {
    const V w00 = Times(v0, w0), w01 = Times(v0, w1), w10 = Times(v1, w0), w11 = Times(v1, w1);
    if constexpr (kOrder == CornerOrder::ascending || kOrder == CornerOrder::planes_first) {
      const V upper = Plus(Plus(start, Times(x[0], w00)), Times(x[1], w01));
      return Plus(Plus(upper, Times(x[2], w10)), Times(x[3], w11));
    } else if constexpr (kOrder == CornerOrder::left_fused) {
      return Fma()(x[3], w11, Fma()(x[2], w10, Fma()(x[0], w00, Times(x[1], w01))));
    } else if constexpr (kOrder == CornerOrder::right_fused) {
      return Fma()(x[0], w00, Fma()(x[1], w01, Fma()(x[3], w11, Times(x[2], w10))));
    } else {
      return Fma()(x[0], w00, Fma()(x[1], w01, Fma()(x[2], w10, Times(x[3], w11))));
    }
  }
}

// One plane of eight corners added to a sum.
template <CornerOrder kOrder, class T>
HWY_INLINE HWY_ATTR T PlaneSum(T x00, T x01, T x10, T x11, T v0, T v1, T w0, T w1, T u, T start) {
  if constexpr (kOrder == CornerOrder::planes_first) {
    return start + x00 * (u * v0 * w0) + x01 * (u * v0 * w1) + x10 * (u * v1 * w0) +
           x11 * (u * v1 * w1);
  }
  if constexpr (kOrder == CornerOrder::factors) {
    return start + x00 * u * v0 * w0 + x01 * u * v0 * w1 + x10 * u * v1 * w0 + x11 * u * v1 * w1;
  }
  return start + x00 * (w0 * v0 * u) + x01 * (w1 * v0 * u) + x10 * (w0 * v1 * u) +
         x11 * (w1 * v1 * u);
}

// Of eight corners x and their weights w, plane by plane.
template <CornerOrder kOrder, class T>
HWY_INLINE HWY_ATTR T FusedEight(const T (&x)[8], const T (&w)[8]) {
  const auto from = [&](T sum, int begin, int end, int step) HWY_ATTR {
    for (int i = begin; i != end; i += step) sum = Fma()(x[i], w[i], sum);
    return sum;
  };
  if constexpr (kOrder == CornerOrder::left_fused) {
    return from(Fma()(x[0], w[0], Times(x[1], w[1])), 2, 8, 1);
  } else if constexpr (kOrder == CornerOrder::right_fused) {
    return from(Fma()(x[7], w[7], Times(x[6], w[6])), 5, -1, -1);
  } else {
    return from(Fma()(x[6], w[6], Times(x[7], w[7])), 5, -1, -1);
  }
}

template <CornerOrder kOrder, class T>
void EightCorners(const CornersJob& job) {
  const auto numbers = [](const void* p) { return static_cast<const T*>(p); };
  const T* const a00 = numbers(job.corner[0]);
  const T* const a01 = numbers(job.corner[1]);
  const T* const a10 = numbers(job.corner[2]);
  const T* const a11 = numbers(job.corner[3]);
  const T* const b00 = numbers(job.beyond[0]);
  const T* const b01 = numbers(job.beyond[1]);
  const T* const b10 = numbers(job.beyond[2]);
  const T* const b11 = numbers(job.beyond[3]);
  const T* const w0 = numbers(job.columns[0]);
  const T* const w1 = numbers(job.columns[1]);
  const T v0 = numbers(job.weights)[0], v1 = numbers(job.weights)[1];
  const T u0 = numbers(job.planes)[0], u1 = numbers(job.planes)[1];
  T* HWY_RESTRICT const dst = static_cast<T*>(job.dst[0]);
  const auto start = static_cast<T>(job.start);
  const std::int64_t count = job.count;
  if constexpr (Fuses(kOrder)) {
    const T v[4] = {Times(u0, v0), Times(u0, v1), Times(u1, v0), Times(u1, v1)};
    for (std::int64_t i = 0; i < count; ++i) {
      const T x[8] = {a00[i], a01[i], a10[i], a11[i], b00[i], b01[i], b10[i], b11[i]};
      T w[8];
      for (int k = 0; k < 8; ++k) w[k] = Times(v[k / 2], k % 2 == 0 ? w0[i] : w1[i]);
      dst[i] = FusedEight<kOrder>(x, w);
    }
  } else {
    for (std::int64_t i = 0; i < count; ++i) {
      const T near =
          PlaneSum<kOrder>(a00[i], a01[i], a10[i], a11[i], v0, v1, w0[i], w1[i], u0, start);
      dst[i] = PlaneSum<kOrder>(b00[i], b01[i], b10[i], b11[i], v0, v1, w0[i], w1[i], u1, near);
    }
  }
  FinishAll(dst, count, job.finish);
}

// Rows [row, row + kRows) of the job. Rows that are streamed together are aligned alike.
template <CornerOrder kOrder, int kRows>
void CornerRows(const CornersJob& job, std::int64_t row) {
  const hn::ScalableTag<float> d;
  using V = hn::Vec<decltype(d)>;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const auto numbers = [](const void* p) { return static_cast<const float*>(p); };
  const float* HWY_RESTRICT const x00 = numbers(job.corner[0]);
  const float* HWY_RESTRICT const x01 = numbers(job.corner[1]);
  const float* HWY_RESTRICT const x10 = numbers(job.corner[2]);
  const float* HWY_RESTRICT const x11 = numbers(job.corner[3]);
  const float* HWY_RESTRICT const w0 = numbers(job.columns[0]);
  const float* HWY_RESTRICT const w1 = numbers(job.columns[1]);
  const float* const v = numbers(job.weights) + 2 * row;
  const auto start = static_cast<float>(job.start);
  const V starts = hn::Set(d, start);
  float* dst[kRows];
  V v0[kRows], v1[kRows];
  for (int r = 0; r < kRows; ++r) {
    dst[r] = static_cast<float*>(job.dst[row + r]);
    v0[r] = hn::Set(d, v[2 * r]);
    v1[r] = hn::Set(d, v[2 * r + 1]);
  }
  const std::int64_t count = job.count;
  if (count < n) {
    for (std::int64_t i = 0; i < count; ++i) {
      const float x[4] = {x00[i], x01[i], x10[i], x11[i]};
      for (int r = 0; r < kRows; ++r)
        dst[r][i] = CornerSum<kOrder>(x, v[2 * r], v[2 * r + 1], w0[i], w1[i], start);
    }
    return;
  }
  const auto at = [&](std::int64_t i, auto put) HWY_ATTR {
    const V x[4] = {hn::LoadU(d, x00 + i), hn::LoadU(d, x01 + i), hn::LoadU(d, x10 + i),
                    hn::LoadU(d, x11 + i)};
    const V left = hn::LoadU(d, w0 + i), right = hn::LoadU(d, w1 + i);
    for (int r = 0; r < kRows; ++r)
      put(CornerSum<kOrder>(x, v0[r], v1[r], left, right, starts), dst[r] + i);
  };
  const std::int64_t before = job.stream ? BeforeAligned(d, dst[0], count) : -1;
  std::int64_t i = HWY_MAX(before, 0);
  if (before >= 0) {
    if (i > 0) at(0, [&](V sum, float* to) HWY_ATTR { StoreLanes(d, sum, to, 0, i); });
    for (; i + n <= count; i += n)
      at(i, [&](V sum, float* to) HWY_ATTR { hn::Stream(sum, d, to); });
  }
  for (; i + n <= count; i += n) at(i, [&](V sum, float* to) HWY_ATTR { hn::StoreU(sum, d, to); });
  if (i == count) return;
  at(count - n, [&](V sum, float* to) HWY_ATTR { StoreLanes(d, sum, to, i - (count - n), n); });
}

template <CornerOrder kOrder>
void FloatCorners(const CornersJob& job) {
  const bool together = AtOnce(job.dst, job.rows, job.count, job.stream);
  std::int64_t r = 0;
  for (; together && r + 2 <= job.rows; r += 2) CornerRows<kOrder, 2>(job, r);
  for (; r < job.rows; ++r) CornerRows<kOrder, 1>(job, r);
}

template <CornerOrder kOrder, class T>
constexpr bool InVectors() {
  return std::is_same_v<T, float> && kOrder != CornerOrder::means &&
         (kVectorsFuse || !Fuses(kOrder));
}

template <CornerOrder kOrder, class T>
void Corners(const CornersJob& job) {
  if constexpr (kOrder == CornerOrder::ascending || kOrder == CornerOrder::planes_first ||
                kOrder == CornerOrder::factors || (Fuses(kOrder) && std::is_floating_point_v<T>)) {
    if (job.beyond != nullptr) return EightCorners<kOrder, T>(job);
  }
  const auto numbers = [](const void* p) { return static_cast<const T*>(p); };
  if constexpr (InVectors<kOrder, T>()) {
    FloatCorners<kOrder>(job);
    for (std::int64_t r = 0; r < job.rows; ++r)
      FinishAll(static_cast<float*>(job.dst[r]), job.count, job.finish);
    return;
  }
  const T* const x00 = numbers(job.corner[0]);
  const T* const x01 = numbers(job.corner[1]);
  const T* const x10 = numbers(job.corner[2]);
  const T* const x11 = numbers(job.corner[3]);
  const T* const w0 = numbers(job.columns[0]);
  const T* const w1 = numbers(job.columns[1]);
  const auto start = static_cast<T>(job.start);
  const std::int64_t count = job.count;
  for (std::int64_t r = 0; r < job.rows; ++r) {
    const T v0 = numbers(job.weights)[2 * r], v1 = numbers(job.weights)[2 * r + 1];
    T* HWY_RESTRICT const dst = static_cast<T*>(job.dst[r]);
    for (std::int64_t i = 0; i < count; ++i) {
      const T corner[4] = {x00[i], x01[i], x10[i], x11[i]};
      dst[i] = CornerSum<kOrder>(corner, v0, v1, w0[i], w1[i], start);
    }
    FinishAll(dst, count, job.finish);
  }
}

// The four corners of a pixel, and what its columns weigh.
template <class T>
struct CornerPixel {
  const T *x00, *x01, *x10, *x11;
  T w0, w1, start;
};

// Of kRows rows, whose weights are v0, v1 of each.
template <CornerOrder kOrder, int kRows>
HWY_INLINE HWY_ATTR void FloatPixel(const CornerPixel<float>& p, const float* v,
                                    float* const (&dst)[kRows], std::int64_t channels,
                                    bool stream) {
  const hn::ScalableTag<float> d;
  using V = hn::Vec<decltype(d)>;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const V w0 = hn::Set(d, p.w0), w1 = hn::Set(d, p.w1), start = hn::Set(d, p.start);
  V v0[kRows], v1[kRows];
  for (int r = 0; r < kRows; ++r) {
    v0[r] = hn::Set(d, v[2 * r]);
    v1[r] = hn::Set(d, v[2 * r + 1]);
  }
  std::int64_t c = 0;
  const auto vectors = [&](auto put) HWY_ATTR {
    for (; c + n <= channels; c += n) {
      const V x[4] = {hn::LoadU(d, p.x00 + c), hn::LoadU(d, p.x01 + c), hn::LoadU(d, p.x10 + c),
                      hn::LoadU(d, p.x11 + c)};
      for (int r = 0; r < kRows; ++r)
        put(CornerSum<kOrder>(x, v0[r], v1[r], w0, w1, start), dst[r] + c);
    }
  };
  if (stream) vectors([&](V sum, float* to) HWY_ATTR { hn::Stream(sum, d, to); });
  vectors([&](V sum, float* to) HWY_ATTR { hn::StoreU(sum, d, to); });
  for (; c < channels; ++c) {
    const float x[4] = {p.x00[c], p.x01[c], p.x10[c], p.x11[c]};
    for (int r = 0; r < kRows; ++r)
      dst[r][c] = CornerSum<kOrder>(x, v[2 * r], v[2 * r + 1], p.w0, p.w1, p.start);
  }
}

template <CornerOrder kOrder>
HWY_INLINE HWY_ATTR void FloatPixels(const CornerPixelsJob& job, std::int64_t x,
                                     const CornerPixel<float>& pixel) {
  const auto* const weights = static_cast<const float*>(job.weights);
  const auto to = [&](std::int64_t r)
                      HWY_ATTR { return static_cast<float*>(job.dst[r]) + x * job.width; };
  std::int64_t r = 0;
  for (; r + 2 <= job.rows; r += 2) {
    FloatPixel<kOrder, 2>(pixel, weights + 2 * r, {to(r), to(r + 1)}, job.channels, job.stream);
  }
  if (r < job.rows) {
    FloatPixel<kOrder, 1>(pixel, weights + 2 * r, {to(r)}, job.channels, job.stream);
  }
}

template <CornerOrder kOrder, class T>
void Pixels(const CornerPixelsJob& job) {
  const auto numbers = [](const void* p) { return static_cast<const T*>(p); };
  const T* const upper = numbers(job.row[0]);
  const T* const lower = numbers(job.row[1]);
  const T* const weights = numbers(job.columns);
  const auto start = static_cast<T>(job.start);
  const bool finishes = job.finish.kind != Finish::Kind::none;
  for (std::int64_t x = 0; x < job.outputs; ++x) {
    const std::int64_t left = (job.first[x] - job.origin) * job.width;
    const std::int64_t right = (job.second[x] - job.origin) * job.width;
    const CornerPixel<T> p{upper + left,   upper + right,      lower + left, lower + right,
                           weights[2 * x], weights[2 * x + 1], start};
    if constexpr (InVectors<kOrder, T>()) FloatPixels<kOrder>(job, x, p);
    for (std::int64_t r = 0; r < job.rows; ++r) {
      T* HWY_RESTRICT const dst = static_cast<T*>(job.dst[r]) + x * job.width;
      if constexpr (!InVectors<kOrder, T>()) {
        const T v0 = numbers(job.weights)[2 * r], v1 = numbers(job.weights)[2 * r + 1];
        for (std::int64_t c = 0; c < job.channels; ++c) {
          const T corner[4] = {p.x00[c], p.x01[c], p.x10[c], p.x11[c]};
          dst[c] = CornerSum<kOrder>(corner, v0, v1, p.w0, p.w1, start);
        }
      }
      if (finishes) FinishAll(dst, job.channels, job.finish);
    }
  }
}

template <class T, CornerOrder... kOrder>
CornerKernels CornersOf() {
  CornerKernels kernels{};
  ((kernels.sum[static_cast<int>(kOrder)] = Corners<kOrder, T>,
    kernels.pixels[static_cast<int>(kOrder)] = Pixels<kOrder, T>),
   ...);
  return kernels;
}

void fill_corners(KernelTable& table) {
  using enum CornerOrder;
  const auto of = [&](Number number) -> CornerKernels& {
    return table.corners[static_cast<int>(number)];
  };
  of(Number::float32) = CornersOf<float, ascending, left_fused, right_fused, all_fused, factors,
                                  means, planes_first>();
  of(Number::float64) = CornersOf<double, ascending, left_fused, right_fused, all_fused, factors,
                                  means, remainders>();
  of(Number::int32) = CornersOf<std::int32_t, ascending, remainders>();
  of(Number::int64) = CornersOf<std::int64_t, ascending>();
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_corners)
}  // namespace halfpixel::kernels
#endif
