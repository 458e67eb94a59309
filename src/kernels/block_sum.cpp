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

// Every fourth copy by itself; what is left is added at the end.
template <class T, class Value>
CopySum<T> SumFourths(std::int64_t count, const Value& value) {
  using S = CopySum<T>;
  const std::int64_t whole = count / 4 * 4;
  S sum = AddCopies(S{}, 0, whole, 4, value);
  for (std::int64_t u = 1; u < 4; ++u) {
    sum = AddIn<S>(sum, AddCopies(S{}, u, whole, 4, value));
  }
  return AddCopies(sum, whole, count, 1, value);
}

// So many copies are needed for sums of every fourth one.
constexpr std::int64_t kFewestFourths = 16;

// The sum stands in a vector of results that lies in one inner run.
template <class T>
HWY_INLINE bool InVector(const BlockSumAxis& axis, std::int64_t index) {
  constexpr std::int64_t kVector = std::is_same_v<T, double> ? 4 : 8;
  if (axis.inner < kVector) return false;
  if (axis.inner % kVector == 0) return true;
  const std::int64_t begin = index / kVector * kVector;
  return begin + kVector <= axis.size && begin % axis.inner + kVector <= axis.inner;
}

// `index`: where the sum stands among those of the axis.
template <class T, class Value>
HWY_INLINE T SumCopies(const BlockSumAxis& axis, std::int64_t index, const Value& value) {
  CopySum<T> sum{};
  if (axis.inner == 1)
    sum = SumNeighbours<T>(axis.copies, value);
  else if (axis.copies >= kFewestFourths && InVector<T>(axis, index))
    sum = SumFourths<T>(axis.copies, value);
  else
    sum = AddCopies(sum, 0, axis.copies, 1, value);
  if constexpr (std::is_same_v<T, bfloat16>) {
    bfloat16 rounded;
    rounded.bits = bfloat16_bits(sum);
    return rounded;
  } else {
    return sum;
  }
}

// The same for a vector of channels whose sums are all made alike and are no neighbours.
template <class D, class Value>
HWY_INLINE hn::Vec<D> SumVectors(D d, std::int64_t count, const Value& value) {
  auto sum = hn::Zero(d);
  if (count < kFewestFourths) {
    for (std::int64_t j = 0; j < count; ++j) sum = hn::Add(sum, value(j));
    return sum;
  }
  const std::int64_t whole = count / 4 * 4;
  auto second = hn::Zero(d), third = hn::Zero(d), fourth = hn::Zero(d);
  for (std::int64_t j = 0; j < whole; j += 4) {
    sum = hn::Add(sum, value(j));
    second = hn::Add(second, value(j + 1));
    third = hn::Add(third, value(j + 2));
    fourth = hn::Add(fourth, value(j + 3));
  }
  sum = hn::Add(hn::Add(hn::Add(sum, second), third), fourth);
  for (std::int64_t j = whole; j < count; ++j) sum = hn::Add(sum, value(j));
  return sum;
}

// All sums of the axis are made alike, and not of neighbours.
HWY_INLINE bool AllAlike(const BlockSumAxis& axis) {
  return axis.inner != 1 && (axis.copies < kFewestFourths || axis.inner % 8 == 0);
}

// Sums of whole vectors of channels.
void BlockSumVectors(const BlockSumJob& job) {
  const hn::ScalableTag<float> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  for (std::int64_t x = 0; x < job.count; ++x) {
    float* const out = static_cast<float*>(job.dst) + x * job.channels;
    for (std::int64_t begin = 0; begin < job.channels; begin += n) {
      const std::int64_t c = HWY_MIN(begin, job.channels - n);  // the last vector may overlap
      const char* const cell = job.src + x * job.columns.copies * job.src_step + c * 4;
      const auto total = SumVectors(d, job.planes.copies, [&](std::int64_t p) {
        return SumVectors(d, job.rows.copies, [&](std::int64_t r) {
          const char* const row = cell + p * job.src_plane_step + r * job.src_row_step;
          return SumVectors(d, job.columns.copies, [&](std::int64_t k) {
            return hn::LoadU(d, reinterpret_cast<const float*>(row + k * job.src_step));
          });
        });
      });
      hn::StoreU(total, d, out + c);
    }
  }
}

template <class T>
void BlockSum(const BlockSumJob& job) {
  if constexpr (std::is_same_v<T, float>) {
    const bool alike = AllAlike(job.planes) && AllAlike(job.rows) && AllAlike(job.columns);
    if (alike && job.channels >= static_cast<std::int64_t>(hn::Lanes(hn::ScalableTag<float>()))) {
      return BlockSumVectors(job);
    }
  }
  T* const out = static_cast<T*>(job.dst);
  for (std::int64_t x = 0; x < job.count; ++x) {
    for (std::int64_t c = 0; c < job.channels; ++c) {
      const char* const cell = job.src + x * job.columns.copies * job.src_step +
                               c * static_cast<std::int64_t>(sizeof(T));
      const auto at = [&](const BlockSumAxis& axis) {
        return axis.first + x * axis.pixel_step + c * axis.channel_step;
      };
      out[x * job.channels + c] = SumCopies<T>(job.planes, at(job.planes), [&](std::int64_t p) {
        const std::int64_t row_at = at(job.rows) + p * job.rows.plane_step;
        return SumCopies<T>(job.rows, row_at, [&](std::int64_t r) {
          const char* const row = cell + p * job.src_plane_step + r * job.src_row_step;
          const std::int64_t column_at =
              at(job.columns) + p * job.columns.plane_step + r * job.columns.row_step;
          return SumCopies<T>(job.columns, column_at, [&](std::int64_t k) {
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
