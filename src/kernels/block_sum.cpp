// Gradients of repetition: sums over the copies, in the order of Eigen's reductions.
#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/block_sum.cpp"
#include "kernels/simd.hpp"

// after Highway
#include "kernels/add-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

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

// Plain ascending sums of whole vectors of channels.
void BlockSumVectors(const BlockSumJob& job) {
  const hn::ScalableTag<float> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  for (std::int64_t x = 0; x < job.count; ++x) {
    float* const out = static_cast<float*>(job.dst) + x * job.channels;
    for (std::int64_t begin = 0; begin < job.channels; begin += n) {
      const std::int64_t c = HWY_MIN(begin, job.channels - n);  // the last vector may overlap
      const char* const cell = job.src + x * job.columns * job.src_step + c * 4;
      auto total = hn::Zero(d);
      for (std::int64_t p = 0; p < job.planes; ++p) {
        auto plane = hn::Zero(d);
        for (std::int64_t r = 0; r < job.rows; ++r) {
          auto row = hn::Zero(d);
          const char* at = cell + p * job.src_plane_step + r * job.src_row_step;
          for (std::int64_t k = 0; k < job.columns; ++k, at += job.src_step) {
            row = hn::Add(row, hn::LoadU(d, reinterpret_cast<const float*>(at)));
          }
          plane = hn::Add(plane, row);
        }
        total = hn::Add(total, plane);
      }
      hn::StoreU(total, d, out + c);
    }
  }
}

template <class T>
void BlockSum(const BlockSumJob& job) {
  if constexpr (std::is_same_v<T, float>) {
    const bool plain = !job.plane_neighbours && !job.row_neighbours && !job.column_neighbours;
    if (plain && job.channels >= static_cast<std::int64_t>(hn::Lanes(hn::ScalableTag<float>()))) {
      return BlockSumVectors(job);
    }
  }
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

void fill_block_sum(KernelTable& table) {
  table.block_sum[static_cast<int>(DType::float32)] = BlockSum<float>;
  table.block_sum[static_cast<int>(DType::float64)] = BlockSum<double>;
  table.block_sum[static_cast<int>(DType::float16)] = BlockSum<float16>;
  table.block_sum[static_cast<int>(DType::bfloat16)] = BlockSum<bfloat16>;
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_block_sum)
}  // namespace halfpixel::kernels
#endif
