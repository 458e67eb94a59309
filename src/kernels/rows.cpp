// One weighted sum along rows, taps ascending, every product and every sum rounded.
#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/rows.cpp"
#include "kernels/simd.hpp"

// after Highway
#include "kernels/load-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <int Unroll, class T, class D>
HWY_INLINE void RowsBlock(D d, const TapsRowsJob& job, std::int64_t i) {
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  hn::Vec<D> sum[Unroll];
  std::int64_t k = 0;
  if (job.start == SumStart::running) {
    for (int u = 0; u < Unroll; ++u) sum[u] = hn::LoadU(d, job.dst + i + u * n);
  } else if (job.start == SumStart::zero || job.count == 0) {
    for (int u = 0; u < Unroll; ++u) sum[u] = hn::Zero(d);
  } else {
    const auto w = hn::Set(d, job.weights[0]);
    const T* const row = static_cast<const T*>(job.rows[0]) + i;
    for (int u = 0; u < Unroll; ++u) sum[u] = hn::Mul(LoadFloats(d, row + u * n), w);
    k = 1;
  }
  for (; k < job.count; ++k) {
    const auto w = hn::Set(d, job.weights[k]);
    const T* const row = static_cast<const T*>(job.rows[k]) + i;
    for (int u = 0; u < Unroll; ++u) {
      sum[u] = hn::Add(sum[u], hn::Mul(LoadFloats(d, row + u * n), w));
    }
  }
  for (int u = 0; u < Unroll; ++u) hn::StoreU(sum[u], d, job.dst + i + u * n);
}

template <class T>
void TapsRows(const TapsRowsJob& job) {
  std::int64_t i = 0;
  if constexpr (HasVectorLoad<T>()) {
    const hn::ScalableTag<float> d;
    const auto n = static_cast<std::int64_t>(hn::Lanes(d));
    for (; i + 4 * n <= job.floats; i += 4 * n) RowsBlock<4, T>(d, job, i);
    for (; i + n <= job.floats; i += n) RowsBlock<1, T>(d, job, i);
  }
  for (; i < job.floats; ++i) {
    std::int64_t k = 0;
    float sum = job.start == SumStart::running ? job.dst[i] : 0.0f;
    if (job.start == SumStart::first && job.count > 0) {
      sum = ToFloat(static_cast<const T*>(job.rows[0])[i]) * job.weights[0];
      k = 1;
    }
    for (; k < job.count; ++k) {
      sum = sum + ToFloat(static_cast<const T*>(job.rows[k])[i]) * job.weights[k];
    }
    job.dst[i] = sum;
  }
}

template <class T>
void Fill(KernelTable& table) {
  constexpr int i = static_cast<int>(dtype_of<T>);
  table.taps_rows[i] = TapsRows<T>;
}

void fill_rows(KernelTable& table) {
  Fill<float>(table);
  Fill<double>(table);
  Fill<float16>(table);
  Fill<bfloat16>(table);
  Fill<std::int8_t>(table);
  Fill<std::int16_t>(table);
  Fill<std::int32_t>(table);
  Fill<std::int64_t>(table);
  Fill<std::uint8_t>(table);
  Fill<std::uint16_t>(table);
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_rows)
}  // namespace halfpixel::kernels
#endif
