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
    return x[0] * v0 * w0 + x[2] * v1 * w0 + x[1] * v0 * w1 + x[3] * v1 * w1;
  } else {
    const T w00 = v0 * w0, w01 = v0 * w1, w10 = v1 * w0, w11 = v1 * w1;
    if constexpr (kOrder == CornerOrder::ascending) {
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
template <class T>
HWY_INLINE HWY_ATTR T PlaneSum(const T* x, T v0, T v1, T w0, T w1, T u, T start) {
  const T w00 = w0 * v0 * u, w01 = w1 * v0 * u, w10 = w0 * v1 * u, w11 = w1 * v1 * u;
  return start + x[0] * w00 + x[1] * w01 + x[2] * w10 + x[3] * w11;
}

template <class T>
void EightCorners(const CornersJob& job) {
  const auto numbers = [](const void* p) { return static_cast<const T*>(p); };
  const T* const w0 = numbers(job.columns[0]);
  const T* const w1 = numbers(job.columns[1]);
  const T v0 = numbers(job.rows)[0], v1 = numbers(job.rows)[1];
  const T u0 = numbers(job.planes)[0], u1 = numbers(job.planes)[1];
  T* HWY_RESTRICT const dst = static_cast<T*>(job.dst);
  for (std::int64_t i = 0; i < job.count; ++i) {
    T near[4], far[4];
    for (int k = 0; k < 4; ++k) {
      near[k] = numbers(job.corner[k])[i];
      far[k] = numbers(job.beyond[k])[i];
    }
    const T sum = PlaneSum(near, v0, v1, w0[i], w1[i], u0, static_cast<T>(job.start));
    dst[i] = Finished(PlaneSum(far, v0, v1, w0[i], w1[i], u1, sum), job.finish);
  }
}

template <CornerOrder kOrder, class T>
void Corners(const CornersJob& job) {
  if constexpr (kOrder == CornerOrder::ascending) {
    if (job.beyond != nullptr) return EightCorners<T>(job);
  }
  const auto numbers = [](const void* p) { return static_cast<const T*>(p); };
  const T* const x[4] = {numbers(job.corner[0]), numbers(job.corner[1]), numbers(job.corner[2]),
                         numbers(job.corner[3])};
  const T* const w0 = numbers(job.columns[0]);
  const T* const w1 = numbers(job.columns[1]);
  const T v0 = numbers(job.rows)[0], v1 = numbers(job.rows)[1];
  T* HWY_RESTRICT const dst = static_cast<T*>(job.dst);
  const auto start = static_cast<T>(job.start);
  for (std::int64_t i = 0; i < job.count; ++i) {
    const T corner[4] = {x[0][i], x[1][i], x[2][i], x[3][i]};
    dst[i] = Finished(CornerSum<kOrder>(corner, v0, v1, w0[i], w1[i], start), job.finish);
  }
}

template <class T, CornerOrder... kOrder>
CornerKernels CornersOf() {
  CornerKernels kernels{};
  ((kernels.sum[static_cast<int>(kOrder)] = Corners<kOrder, T>), ...);
  return kernels;
}

void fill_corners(KernelTable& table) {
  using enum CornerOrder;
  const auto of = [&](Number number) -> CornerKernels& {
    return table.corners[static_cast<int>(number)];
  };
  of(Number::float32) =
      CornersOf<float, ascending, left_fused, right_fused, all_fused, factors, means>();
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
