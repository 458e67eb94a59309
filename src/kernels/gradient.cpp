// Gradients as gathers: each cell collects what TensorFlow's loops would have scattered into it, in
// the order in which they would have.
#include "kernels/kernels.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gradient.cpp"
#include "kernels/simd.hpp"

// after Highway
#include "kernels/load-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {

// a + b rounded to T: 16-bit sums lose what T cannot hold, integers wrap.
template <class T>
HWY_INLINE T AddIn(T a, T b) {
  if constexpr (std::is_same_v<T, float16>) {
    float16 sum;
    sum.bits = float16_bits(ToFloat(a) + ToFloat(b));
    return sum;
  } else if constexpr (std::is_same_v<T, bfloat16>) {
    bfloat16 sum;
    sum.bits = bfloat16_bits(ToFloat(a) + ToFloat(b));
    return sum;
  } else if constexpr (std::is_integral_v<T>) {
    using U = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<U>(static_cast<U>(a) + static_cast<U>(b)));
  } else {
    return a + b;
  }
}

// The kernels with weights take upstream gradients as float32, whatever the image's dtype.
template <class P, class G>
HWY_INLINE P As(G value) {
  return static_cast<P>(ToFloat(value));
}

// Channels per pass: the sums of a pass stay in registers or in the nearest cache lines.
constexpr std::int64_t kChunk = 64;

// P: type of products. G: type of dy. S: type of sums.
template <class G, class P, class S, bool Weighted>
void Gather(const GatherJob& job) {
  S* const out = static_cast<S*>(job.dst);
  for (std::int64_t x = 0; x < job.count; ++x) {
    const std::int32_t begin = job.column_begin[x];
    const std::int32_t end = job.column_begin[x + 1];
    for (std::int64_t c0 = 0; c0 < job.channels; c0 += kChunk) {
      const std::int64_t n = std::min(kChunk, job.channels - c0);
      S sum[kChunk] = {};
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
                for (std::int64_t c = 0; c < n; ++c) {
                  sum[c] = sum[c] + static_cast<S>(As<P>(dy[c]) * wy * wx);
                }
              }
            }
          }
        }
      }
      std::copy(sum, sum + n, out + x * job.channels + c0);
    }
  }
}

// What sums over copies are kept in: bfloat16 rounds once per axis, the others at every addition.
template <class T>
using CopySum = std::conditional_t<std::is_same_v<T, bfloat16>, float, T>;

// Copies begin, begin + step … below end, added to `sum`.
template <class S, class Value>
HWY_INLINE S AddCopies(S sum, std::int64_t begin, std::int64_t end, std::int64_t step,
                       const Value& value) {
  for (std::int64_t j = begin; j < end; j += step) {
    if constexpr (std::is_same_v<S, float>)
      sum += ToFloat(value(j));
    else
      sum = AddIn<S>(sum, value(j));
  }
  return sum;
}

// The sum over copies that are neighbours in memory, as Eigen's vectors of 32 bytes make it: each
// lane by itself, four vectors at a time while there are four; the lanes halved onto each other
// (float16 in float32); what fills no vector summed apart.
template <class T, class Value>
CopySum<T> SumNeighbours(std::int64_t count, const Value& value) {
  using S = CopySum<T>;
  using Wide = std::conditional_t<std::is_same_v<T, double>, double, float>;
  constexpr std::int64_t kVector = std::is_same_v<T, double> ? 4 : 8;
  const std::int64_t unrolled = count / (4 * kVector) * (4 * kVector);
  const std::int64_t whole = count / kVector * kVector;
  Wide lanes[kVector];
  for (std::int64_t lane = 0; lane < kVector; ++lane) {
    S sum{};
    for (std::int64_t u = 0; u < 4; ++u) {
      const S part = AddCopies(S{}, u * kVector + lane, unrolled, 4 * kVector, value);
      sum = u == 0 ? part : AddIn<S>(sum, part);
    }
    sum = AddCopies(sum, unrolled + lane, whole, kVector, value);
    if constexpr (std::is_same_v<T, double>)
      lanes[lane] = sum;
    else
      lanes[lane] = ToFloat(sum);
  }
  for (std::int64_t half = kVector / 2; half > 0; half /= 2) {
    for (std::int64_t i = 0; i < half; ++i) lanes[i] += lanes[i + half];
  }
  S across{};
  if constexpr (std::is_same_v<T, float16>)
    across.bits = float16_bits(lanes[0]);
  else
    across = lanes[0];
  return AddIn<S>(AddCopies(S{}, whole, count, 1, value), across);
}

template <class T, class Value>
HWY_INLINE T SumCopies(std::int64_t count, bool neighbours, const Value& value) {
  const CopySum<T> sum =
      neighbours ? SumNeighbours<T>(count, value) : AddCopies(CopySum<T>{}, 0, count, 1, value);
  if constexpr (std::is_same_v<T, bfloat16>) {
    bfloat16 rounded;
    rounded.bits = bfloat16_bits(sum);
    return rounded;
  } else {
    return sum;
  }
}

template <class T>
void BlockSum(const BlockSumJob& job) {
  T* const out = static_cast<T*>(job.dst);
  for (std::int64_t x = 0; x < job.count; ++x) {
    for (std::int64_t c = 0; c < job.channels; ++c) {
      const char* const cell =
          job.src + x * job.columns * job.src_step + c * static_cast<std::int64_t>(sizeof(T));
      out[x * job.channels + c] =
          SumCopies<T>(job.planes, job.plane_neighbours, [&](std::int64_t p) {
            return SumCopies<T>(job.rows, job.row_neighbours, [&](std::int64_t r) {
              const char* const row = cell + p * job.src_plane_step + r * job.src_row_step;
              return SumCopies<T>(job.columns, job.column_neighbours, [&](std::int64_t k) {
                return *reinterpret_cast<const T*>(row + k * job.src_step);
              });
            });
          });
    }
  }
}

void fill_gradient(KernelTable& table) {
  constexpr int f16 = static_cast<int>(DType::float16), bf16 = static_cast<int>(DType::bfloat16),
                f32 = static_cast<int>(DType::float32), f64 = static_cast<int>(DType::float64);
  table.gather[f32][0] = Gather<float, float, float, false>;
  table.gather[f64][0] = Gather<double, double, double, false>;
  table.gather[f16][0] = Gather<float16, float16, float16, false>;
  table.gather[bf16][0] = Gather<bfloat16, bfloat16, bfloat16, false>;
  table.gather[static_cast<int>(DType::int8)][0] =
      Gather<std::int8_t, std::int8_t, std::int8_t, false>;
  table.gather[static_cast<int>(DType::uint8)][0] =
      Gather<std::uint8_t, std::uint8_t, std::uint8_t, false>;
  table.gather[static_cast<int>(DType::int32)][0] =
      Gather<std::int32_t, std::int32_t, std::int32_t, false>;
  table.gather[f32][1] = Gather<float, float, float, true>;
  table.gather[f64][1] = Gather<double, double, double, true>;
  table.gather[f32][2] = Gather<float, float, float, true>;
  table.gather[f16][2] = Gather<float16, float, float, true>;
  table.gather[bf16][2] = Gather<bfloat16, float, float, true>;
  table.gather[f64][2] = Gather<double, float, double, true>;
  table.block_sum[f32] = BlockSum<float>;
  table.block_sum[f64] = BlockSum<double>;
  table.block_sum[f16] = BlockSum<float16>;
  table.block_sum[bf16] = BlockSum<bfloat16>;
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_gradient)
}  // namespace halfpixel::kernels
#endif
