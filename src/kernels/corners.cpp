// Weighted sums of four corners in a program's own order: plain loops over neighbouring sums, as in
// ordered.cpp.
#include "kernels/corners.hpp"

#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/corners.cpp"
#include "kernels/simd.hpp"

// after Highway
#include "kernels/sum_order-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {

template <CornerOrder kOrder, class T>
HWY_INLINE HWY_ATTR T CornerSum(const T* x, T v0, T v1, T w0, T w1, T start) {
  if constexpr (kOrder == CornerOrder::means) {
    const T upper = w1 == 0 ? x[0] : (x[0] + x[1]) / 2;
    if (v1 == 0) return upper;
    return w1 == 0 ? (x[0] + x[2]) / 2 : ((x[0] + x[2]) + (x[1] + x[3])) / 4;
  } else if constexpr (kOrder == CornerOrder::factors) {
    return x[0] * v0 * w0 + x[2] * v1 * w0 + x[1] * v0 * w1 + x[3] * v1 * w1 + start;
  } else {
    const T w00 = v0 * w0, w01 = v0 * w1, w10 = v1 * w0, w11 = v1 * w1;
    if constexpr (kOrder == CornerOrder::ascending || kOrder == CornerOrder::planes_first) {
      return start + x[0] * w00 + x[1] * w01 + x[2] * w10 + x[3] * w11;
    } else if constexpr (kOrder == CornerOrder::left_fused) {
      return Fma()(x[3], w11, Fma()(x[2], w10, Fma()(x[0], w00, x[1] * w01)));
    } else if constexpr (kOrder == CornerOrder::right_fused) {
      return Fma()(x[0], w00, Fma()(x[1], w01, Fma()(x[3], w11, x[2] * w10)));
    } else {
      return Fma()(x[0], w00, Fma()(x[1], w01, Fma()(x[2], w10, x[3] * w11)));
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
  return start + x00 * (w0 * v0 * u) + x01 * (w1 * v0 * u) + x10 * (w0 * v1 * u) +
         x11 * (w1 * v1 * u);
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
  const T v0 = numbers(job.rows)[0], v1 = numbers(job.rows)[1];
  const T u0 = numbers(job.planes)[0], u1 = numbers(job.planes)[1];
  T* HWY_RESTRICT const dst = static_cast<T*>(job.dst);
  const auto start = static_cast<T>(job.start);
  const std::int64_t count = job.count;
  for (std::int64_t i = 0; i < count; ++i) {
    const T near =
        PlaneSum<kOrder>(a00[i], a01[i], a10[i], a11[i], v0, v1, w0[i], w1[i], u0, start);
    dst[i] = PlaneSum<kOrder>(b00[i], b01[i], b10[i], b11[i], v0, v1, w0[i], w1[i], u1, near);
  }
  FinishAll(dst, count, job.finish);
}

template <CornerOrder kOrder, class T>
void Corners(const CornersJob& job) {
  if constexpr (kOrder == CornerOrder::ascending || kOrder == CornerOrder::planes_first) {
    if (job.beyond != nullptr) return EightCorners<kOrder, T>(job);
  }
  const auto numbers = [](const void* p) { return static_cast<const T*>(p); };
  const T* const x00 = numbers(job.corner[0]);
  const T* const x01 = numbers(job.corner[1]);
  const T* const x10 = numbers(job.corner[2]);
  const T* const x11 = numbers(job.corner[3]);
  const T* const w0 = numbers(job.columns[0]);
  const T* const w1 = numbers(job.columns[1]);
  const T v0 = numbers(job.rows)[0], v1 = numbers(job.rows)[1];
  T* HWY_RESTRICT const dst = static_cast<T*>(job.dst);
  const auto start = static_cast<T>(job.start);
  const std::int64_t count = job.count;
  for (std::int64_t i = 0; i < count; ++i) {
    const T corner[4] = {x00[i], x01[i], x10[i], x11[i]};
    dst[i] = CornerSum<kOrder>(corner, v0, v1, w0[i], w1[i], start);
  }
  FinishAll(dst, count, job.finish);
}

template <CornerOrder kOrder, class T>
void Pixels(const CornerPixelsJob& job) {
  const auto numbers = [](const void* p) { return static_cast<const T*>(p); };
  const T* const upper = numbers(job.row[0]);
  const T* const lower = numbers(job.row[1]);
  const T* const weights = numbers(job.columns);
  const T v0 = numbers(job.rows)[0], v1 = numbers(job.rows)[1];
  const auto start = static_cast<T>(job.start);
  const std::int64_t channels = job.channels;
  for (std::int64_t x = 0; x < job.outputs; ++x) {
    const std::int64_t left = (job.first[x] - job.origin) * job.width;
    const std::int64_t right = (job.second[x] - job.origin) * job.width;
    const T w0 = weights[2 * x], w1 = weights[2 * x + 1];
    T* HWY_RESTRICT const dst = static_cast<T*>(job.dst) + x * job.width;
    for (std::int64_t c = 0; c < channels; ++c) {
      const T corner[4] = {upper[left + c], upper[right + c], lower[left + c], lower[right + c]};
      dst[c] = CornerSum<kOrder>(corner, v0, v1, w0, w1, start);
    }
    FinishAll(dst, channels, job.finish);
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
  of(Number::float64) =
      CornersOf<double, ascending, left_fused, right_fused, all_fused, factors, means>();
  of(Number::int32) = CornersOf<std::int32_t, ascending>();
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
