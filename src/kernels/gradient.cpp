// Gradients as gathers: each cell collects what TensorFlow's loops would have scattered into it, in
// the order in which they would have.
#include "kernels/kernels.hpp"
#include "kernels/prefetch.hpp"

#include <algorithm>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gradient.cpp"
#include "kernels/simd.hpp"

// after Highway
#include "kernels/add-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The kernels with weights take upstream gradients as float32, whatever the image's dtype.
template <class P, class G>
HWY_INLINE P As(G value) {
  return static_cast<P>(ToFloat(value));
}

// Channels per pass: the sums of a pass stay in registers or in the nearest cache lines.
constexpr std::int64_t kChunk = 64;

// What is multiplied first: dy with the row's weight, or the weights with each other.
enum class Products { of_values, of_weights, of_weights_fused };

// P: type of products. G: type of dy. S: type of sums. Fused: of float32, fma(dy, row weight *
// column weight, sum). kChannels: as many, kept in registers; 0: any number.
template <class G, class P, class S, bool Weighted, Products kFirst, int kChannels>
void GatherOf(const GatherJob& job) {
  S* const out = static_cast<S*>(job.dst);
  const std::int64_t channels = kChannels > 0 ? kChannels : job.channels;
  for (std::int64_t x = 0; x < job.count; ++x) {
    const std::int32_t begin = job.column_begin[x];
    const std::int32_t end = job.column_begin[x + 1];
    for (std::int64_t c0 = 0; c0 < channels; c0 += kChunk) {
      const std::int64_t n = kChannels > 0 ? kChannels : std::min(kChunk, channels - c0);
      S sum[kChannels > 0 ? kChannels : kChunk] = {};
      for (std::int64_t r = 0; r < job.row_groups; ++r) {
        const auto& row = job.row_group[r];
        const char* const line = job.src + row.src * job.src_row_step;
        for (std::int32_t g = begin; g < end; ++g) {
          const auto& column = job.column_group[g];
          const G* HWY_RESTRICT dy =
              reinterpret_cast<const G*>(line + column.src * job.src_step) + c0;
          if constexpr (!Weighted) {
            for (std::int64_t c = 0; c < n; ++c) sum[c] = AddIn<S>(sum[c], dy[c]);
          } else {
            for (std::int32_t j = 0; j < row.weight_count; ++j) {
              const P wy = static_cast<P>(job.row_weights[row.weight + j]);
              for (std::int32_t k = 0; k < column.weight_count; ++k) {
                const P wx = static_cast<P>(job.column_weights[column.weight + k]);
                if constexpr (kFirst != Products::of_values) {
                  const P weight = wy * wx;
                  for (std::int64_t c = 0; c < n; ++c) {
                    if constexpr (kFirst == Products::of_weights_fused)
                      sum[c] = __builtin_fmaf(As<P>(dy[c]), weight, sum[c]);
                    else
                      sum[c] = sum[c] + As<P>(dy[c]) * weight;
                  }
                  continue;
                }
                for (std::int64_t c = 0; c < n; ++c) {
                  sum[c] = sum[c] + static_cast<S>(As<P>(dy[c]) * wy * wx);
                }
              }
            }
          }
        }
      }
      std::copy(sum, sum + n, out + x * channels + c0);
    }
  }
}

template <class G, class P, class S, bool Weighted, Products kFirst = Products::of_values>
void Gather(const GatherJob& job) {
  // Not of doubles with weights, which become floats first: of few channels GCC 12 makes vectors,
  // in which it drops that cast.
  if constexpr (std::is_same_v<G, float> || (std::is_same_v<G, double> && !Weighted)) {
    if (job.channels == 1) return GatherOf<G, P, S, Weighted, kFirst, 1>(job);
    if (job.channels == 3) return GatherOf<G, P, S, Weighted, kFirst, 3>(job);
    if (job.channels == 4) return GatherOf<G, P, S, Weighted, kFirst, 4>(job);
  }
  GatherOf<G, P, S, Weighted, kFirst, 0>(job);
}

constexpr std::int64_t kAhead = 1024;  // floats

// Channels in whole vectors, kept in registers over all of a cell's terms. False when there are
// fewer channels than one vector holds.
template <bool Weighted, int Unroll, class D>
HWY_INLINE void CellVectors(D d, const GatherJob& job, std::int32_t begin, std::int32_t end,
                            std::int64_t c, bool stream, float* HWY_RESTRICT out) {
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  hn::Vec<D> sum[Unroll];
  for (int u = 0; u < Unroll; ++u) sum[u] = hn::Zero(d);
  for (std::int64_t r = 0; r < job.row_groups; ++r) {
    const auto& row = job.row_group[r];
    const char* const line = job.src + row.src * job.src_row_step + c * 4;
    for (std::int32_t g = begin; g < end; ++g) {
      const auto& column = job.column_group[g];
      const float* HWY_RESTRICT dy =
          reinterpret_cast<const float*>(line + column.src * job.src_step);
      if (Weighted && g + 2 >= end && r + 2 >= job.row_groups) {
        for (int u = 0; u < Unroll; ++u) prefetch(dy + u * n + kAhead);
      }
      if constexpr (!Weighted) {
        for (int u = 0; u < Unroll; ++u) sum[u] = hn::Add(sum[u], hn::LoadU(d, dy + u * n));
      } else {
        for (std::int32_t j = 0; j < row.weight_count; ++j) {
          const auto wy = hn::Set(d, job.row_weights[row.weight + j]);
          for (std::int32_t k = 0; k < column.weight_count; ++k) {
            const auto wx = hn::Set(d, job.column_weights[column.weight + k]);
            for (int u = 0; u < Unroll; ++u) {
              sum[u] = hn::Add(sum[u], hn::Mul(hn::Mul(hn::LoadU(d, dy + u * n), wy), wx));
            }
          }
        }
      }
    }
  }
  for (int u = 0; u < Unroll; ++u) {
    if (stream) {
      hn::Stream(sum[u], d, out + u * n);
    } else {
      hn::StoreU(sum[u], d, out + u * n);
    }
  }
}

// Sums of a wide pass: as many as there are registers, so that memory is read in long runs.
constexpr int kWide = HALFPIXEL_AVX512 || HWY_ARCH_ARM_A64 ? 16 : 8;

template <bool Weighted, class D>
void GatherVectors(D d, const GatherJob& job) {
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const bool stream = job.stream && job.channels % n == 0 &&
                      reinterpret_cast<std::uintptr_t>(job.dst) % (4 * hn::Lanes(d)) == 0;
  for (std::int64_t x = 0; x < job.count; ++x) {
    const std::int32_t begin = job.column_begin[x];
    const std::int32_t end = job.column_begin[x + 1];
    float* const out = static_cast<float*>(job.dst) + x * job.channels;
    std::int64_t c = 0;
    for (; c + kWide * n <= job.channels; c += kWide * n) {
      CellVectors<Weighted, kWide>(d, job, begin, end, c, stream, out + c);
    }
    for (; c + 4 * n <= job.channels; c += 4 * n) {
      CellVectors<Weighted, 4>(d, job, begin, end, c, stream, out + c);
    }
    for (; c + n <= job.channels; c += n)
      CellVectors<Weighted, 1>(d, job, begin, end, c, stream, out + c);
    if (c < job.channels) {  // the last vector overlaps its neighbour
      c = job.channels - n;
      CellVectors<Weighted, 1>(d, job, begin, end, c, stream, out + c);
    }
  }
}

template <bool Weighted>
void GatherFloats(const GatherJob& job) {
  const hn::ScalableTag<float> full;
  const hn::CappedTag<float, 8> eight;
  const hn::CappedTag<float, 4> four;
  if (job.channels >= static_cast<std::int64_t>(hn::Lanes(full)))
    return GatherVectors<Weighted>(full, job);
  if (job.channels >= static_cast<std::int64_t>(hn::Lanes(eight)))
    return GatherVectors<Weighted>(eight, job);
  if (job.channels >= static_cast<std::int64_t>(hn::Lanes(four)))
    return GatherVectors<Weighted>(four, job);
  Gather<float, float, float, Weighted>(job);
}

void fill_gradient(KernelTable& table) {
  constexpr int f16 = static_cast<int>(DType::float16), bf16 = static_cast<int>(DType::bfloat16),
                f32 = static_cast<int>(DType::float32), f64 = static_cast<int>(DType::float64);
  table.gather[f32][kPlainGather] = GatherFloats<false>;
  table.gather[f64][kPlainGather] = Gather<double, double, double, false>;
  table.gather[f16][kPlainGather] = Gather<float16, float16, float16, false>;
  table.gather[bf16][kPlainGather] = Gather<bfloat16, bfloat16, bfloat16, false>;
  table.gather[static_cast<int>(DType::int8)][kPlainGather] =
      Gather<std::int8_t, std::int8_t, std::int8_t, false>;
  table.gather[static_cast<int>(DType::uint8)][kPlainGather] =
      Gather<std::uint8_t, std::uint8_t, std::uint8_t, false>;
  table.gather[static_cast<int>(DType::int32)][kPlainGather] =
      Gather<std::int32_t, std::int32_t, std::int32_t, false>;
  table.gather[f32][kFloatGather] = GatherFloats<true>;
  table.gather[f32][kFusedGather] = Gather<float, float, float, true, Products::of_weights_fused>;
  ForEachElement([&]<class T>(std::type_identity<T>) {
    table.gather[static_cast<int>(dtype_of<T>)][kProductGather] =
        Gather<T, float, float, true, Products::of_weights>;
  });
  table.gather[static_cast<int>(DType::boolean)][kProductGather] =
      Gather<std::uint8_t, float, float, true, Products::of_weights>;
  table.gather[f16][kFloatGather] = Gather<float16, float, float, true>;
  table.gather[bf16][kFloatGather] = Gather<bfloat16, float, float, true>;
  table.gather[f32][kMixedGather] = Gather<float, float, double, true>;
  table.gather[f64][kMixedGather] = Gather<double, float, double, true>;
  table.gather[f32][kDoubleGather] = Gather<float, double, double, true>;
  table.gather[f64][kDoubleGather] = Gather<double, double, double, true>;
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_gradient)
}  // namespace halfpixel::kernels
#endif
