// Weighted sums along rows, taps ascending, every product and every sum rounded; and rows packed
// four by four, so that one pixel of few channels fills a vector.
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

// Four outputs times this many vectors of sums stay in registers: 32 of them on AVX-512 and Arm,
// else 16.
constexpr int kGroupVectors = HWY_TARGET == HWY_AVX3 || HWY_ARCH_ARM_A64 ? 4 : 2;

template <int Unroll, class T, class D>
HWY_INLINE void GroupBlock(D d, const TapsRowsGroupJob& job, std::int64_t i) {
  constexpr int kOutputs = TapsRowsGroupJob::kMost;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  hn::Vec<D> sum[kOutputs][Unroll];
  for (int o = 0; o < kOutputs; ++o) {
    for (int u = 0; u < Unroll; ++u) {
      sum[o][u] = job.out[o].dst != nullptr && job.out[o].running
                      ? hn::LoadU(d, job.out[o].dst + i + u * n)
                      : hn::Set(d, job.start);
    }
  }
  for (std::int64_t r = 0; r < job.row_count; ++r) {
    const T* const row = static_cast<const T*>(job.rows[r]) + i;
    hn::Vec<D> value[Unroll];
    for (int u = 0; u < Unroll; ++u) value[u] = LoadFloats(d, row + u * n);
    for (int o = 0; o < kOutputs; ++o) {
      const auto& out = job.out[o];
      if (r < out.begin || r >= out.end) continue;
      const auto w = hn::Set(d, out.weights[r - out.begin]);
      for (int u = 0; u < Unroll; ++u) sum[o][u] = hn::Add(sum[o][u], hn::Mul(value[u], w));
    }
  }
  for (int o = 0; o < kOutputs; ++o) {
    if (job.out[o].dst == nullptr) continue;
    for (int u = 0; u < Unroll; ++u) hn::StoreU(sum[o][u], d, job.out[o].dst + i + u * n);
  }
}

template <class T>
void TapsRowsGroup(const TapsRowsGroupJob& job) {
  std::int64_t i = 0;
  if constexpr (HasVectorLoad<T>()) {
    const hn::ScalableTag<float> d;
    const auto n = static_cast<std::int64_t>(hn::Lanes(d));
    const std::int64_t wide = kGroupVectors * n;
    for (; i + wide <= job.floats; i += wide) GroupBlock<kGroupVectors, T>(d, job, i);
    for (; i + n <= job.floats; i += n) GroupBlock<1, T>(d, job, i);
  }
  for (; i < job.floats; ++i) {
    for (const auto& out : job.out) {
      if (out.dst == nullptr) continue;
      float sum = out.running ? out.dst[i] : job.start;
      for (std::int64_t r = out.begin; r < out.end; ++r) {
        sum = sum + ToFloat(static_cast<const T*>(job.rows[r])[i]) * out.weights[r - out.begin];
      }
      out.dst[i] = sum;
    }
  }
}

void Interleave(const InterleaveJob& job) {
  std::int64_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<float> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  for (; i + n <= job.floats; i += n) {
    hn::StoreInterleaved4(hn::LoadU(d, job.rows[0] + i), hn::LoadU(d, job.rows[1] + i),
                          hn::LoadU(d, job.rows[2] + i), hn::LoadU(d, job.rows[3] + i), d,
                          job.packed + 4 * i);
  }
#endif
  for (; i < job.floats; ++i) {
    for (int r = 0; r < 4; ++r) job.packed[4 * i + r] = job.rows[r][i];
  }
}

void Deinterleave(const InterleaveJob& job) {
  std::int64_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<float> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  for (; i + n <= job.floats; i += n) {
    hn::Vec<decltype(d)> v[4];
    hn::LoadInterleaved4(d, job.packed + 4 * i, v[0], v[1], v[2], v[3]);
    for (int r = 0; r < 4; ++r) {
      if (job.rows[r] != nullptr) hn::StoreU(v[r], d, job.rows[r] + i);
    }
  }
#endif
  for (; i < job.floats; ++i) {
    for (int r = 0; r < 4; ++r) {
      if (job.rows[r] != nullptr) job.rows[r][i] = job.packed[4 * i + r];
    }
  }
}

template <class T>
void Fill(KernelTable& table) {
  constexpr int i = static_cast<int>(dtype_of<T>);
  table.taps_rows[i] = TapsRows<T>;
  table.taps_rows_group[i] = TapsRowsGroup<T>;
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
  table.interleave = Interleave;
  table.deinterleave = Deinterleave;
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_rows)
}  // namespace halfpixel::kernels
#endif
