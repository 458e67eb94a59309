// Weighted sums in a program's own order: plain loops over neighbouring sums, which the compiler
// turns into vectors of each target. Products and sums are fused where the order says so and
// nowhere else; targets without the instruction call the library's exact one.
#include "kernels/ordered.hpp"

#include <cmath>
#include <type_traits>

#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/ordered.cpp"
#include "kernels/simd.hpp"

// after Highway
#include "kernels/stream-inl.hpp"
#include "kernels/sum_order-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// A sum of `total` terms, of which this is [before, before + terms).
struct Piece {
  std::int64_t before, terms, total;
  bool last() const { return before + terms == total; }
};

// Where the numbers of each term begin: in rows of their own, or (rows is null) side by side in one
// row, whose ends stand for what lies outside. One type for both, so that sums are compiled once.
template <class T>
struct Terms {
  const void* const* rows = nullptr;
  const T* src = nullptr;
  std::int64_t first = 0, second = 0, src_len = 0, origin = 0, width = 0;
  bool pair = false;  // the second term is at `second`, wherever the first is

  HWY_INLINE HWY_ATTR const T* operator()(std::int64_t k) const {
    if (rows != nullptr) return static_cast<const T*>(rows[k]);
    const std::int64_t position = pair && k == 1 ? second : first + k;
    const std::int64_t inside = position < 0 ? 0 : position >= src_len ? src_len - 1 : position;
    return src + (inside - origin) * width;
  }
};

template <SumOrder kOrder, class T, int kLanes, class At>
HWY_INLINE HWY_ATTR void SumBlock(At at, const T* weights, const Piece& piece, T start, T* dst) {
  T sum[kLanes];
  for (int i = 0; i < kLanes; ++i) sum[i] = piece.before == 0 ? start : dst[i];
  const T divisor = kOrder == SumOrder::divided ? weights[piece.total - piece.before] : T{1};
  const T* const first = at(0);
  for (std::int64_t j = 0; j < piece.terms; ++j) {
    const std::int64_t k = kOrder == SumOrder::descending ? piece.terms - 1 - j : j;
    const T* const x = at(k);
    const T w = weights[k];
    for (int i = 0; i < kLanes; ++i) {
      sum[i] = Step<kOrder>(sum[i], x[i], w, divisor, piece.before + j, piece.total, first[i],
                            weights[0]);
    }
  }
  if constexpr (kOrder == SumOrder::scaled || kOrder == SumOrder::mean) {
    if (piece.last()) {
      const T by = weights[piece.terms];
      for (int i = 0; i < kLanes; ++i) {
        if constexpr (kOrder == SumOrder::scaled)
          sum[i] *= by;
        else
          sum[i] /= by;
      }
    }
  }
  for (int i = 0; i < kLanes; ++i) dst[i] = sum[i];
}

// The same of whole sums of kTerms, which stay in registers.
template <SumOrder kOrder, int kTerms, class T, int kLanes, class At>
HWY_INLINE HWY_ATTR void FewBlock(At at, const T* weights, T start, T* HWY_RESTRICT dst) {
  const T divisor = kOrder == SumOrder::divided ? weights[kTerms] : T{1};
  const T* x[kTerms];
  for (int k = 0; k < kTerms; ++k) x[k] = at(k);
  for (int i = 0; i < kLanes; ++i) {
    T sum = start;
    for (int j = 0; j < kTerms; ++j) {
      const int k = kOrder == SumOrder::descending ? kTerms - 1 - j : j;
      sum = Step<kOrder>(sum, x[k][i], weights[k], divisor, j, kTerms, x[0][i], weights[0]);
    }
    dst[i] = sum;
  }
}

// Of numbers of 64 bits too this file would take minutes to compile.
template <class T>
HWY_INLINE bool HasFewTerms(const Piece& piece) {
  return sizeof(T) == 4 && piece.terms == piece.total && (piece.total == 2 || piece.total == 4);
}

template <SumOrder kOrder, class T, int kLanes>
HWY_INLINE HWY_ATTR void FewTerms(const auto& at, const T* weights, std::int64_t terms, T start,
                                  T* dst) {
  if (terms == 2) FewBlock<kOrder, 2, T, kLanes>(at, weights, start, dst);
  if (terms == 4) FewBlock<kOrder, 4, T, kLanes>(at, weights, start, dst);
}

// Before they are finished.
template <SumOrder kOrder, class T>
HWY_NOINLINE HWY_ATTR void Sum(const Terms<T>& at, const T* weights, const Piece& piece,
                               std::int64_t count, T start, T* dst) {
  constexpr int kWide = 128 / sizeof(T), kNarrow = 8;
  std::int64_t i = 0;
  const auto moved = [&](std::int64_t k) HWY_ATTR { return at(k) + i; };
  if (piece.total == 0) {
    for (; i < count; ++i) dst[i] = start;
  }
  if constexpr (sizeof(T) == 4) {
    if (HasFewTerms<T>(piece)) {
      for (; i + kWide <= count; i += kWide)
        FewTerms<kOrder, T, kWide>(moved, weights, piece.total, start, dst + i);
      for (; i + kNarrow <= count; i += kNarrow)
        FewTerms<kOrder, T, kNarrow>(moved, weights, piece.total, start, dst + i);
    }
  }
  for (; i + kWide <= count; i += kWide)
    SumBlock<kOrder, T, kWide>(moved, weights, piece, start, dst + i);
  for (; i + kNarrow <= count; i += kNarrow)
    SumBlock<kOrder, T, kNarrow>(moved, weights, piece, start, dst + i);
  for (; i < count; ++i) SumBlock<kOrder, T, 1>(moved, weights, piece, start, dst + i);
}

// Whole sums of kTerms floats, in vectors.
template <SumOrder kOrder, int kTerms>
void FewRows(const OrderedRowsJob& job) {
  const hn::ScalableTag<float> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const auto* const weights = static_cast<const float*>(job.weights);
  const auto start = static_cast<float>(job.start);
  const float divisor = kOrder == SumOrder::divided ? weights[kTerms] : 1.0f;
  const float* HWY_RESTRICT row[kTerms];
  float weight[kTerms];
  hn::Vec<decltype(d)> weight_vector[kTerms];
  for (int k = 0; k < kTerms; ++k) {
    row[k] = static_cast<const float*>(job.rows[k]);
    weight[k] = weights[k];
    weight_vector[k] = hn::Set(d, weights[k]);
  }
  const auto starts = hn::Set(d, start), divisors = hn::Set(d, divisor);
  auto* HWY_RESTRICT const dst = static_cast<float*>(job.dst);
  const std::int64_t count = job.count;
  if (count < n) {
    for (std::int64_t i = 0; i < count; ++i) {
      float x[kTerms];
      for (int k = 0; k < kTerms; ++k) x[k] = row[k][i];
      dst[i] = SumOf<kOrder, kTerms>(x, weight, start, divisor);
    }
    return;
  }
  const auto vector = [&](std::int64_t i) HWY_ATTR {
    hn::Vec<decltype(d)> x[kTerms];
    for (int k = 0; k < kTerms; ++k) x[k] = hn::LoadU(d, row[k] + i);
    return SumOf<kOrder, kTerms>(x, weight_vector, starts, divisors);
  };
  const std::int64_t before = job.stream ? BeforeAligned(d, dst, count) : -1;
  std::int64_t i = HWY_MAX(before, 0);
  if (before >= 0) {
    if (i > 0) StoreLanes(d, vector(0), dst, 0, i);
    for (; i + n <= count; i += n) hn::Stream(vector(i), d, dst + i);
  }
  for (; i + n <= count; i += n) hn::StoreU(vector(i), d, dst + i);
  if (i < count) StoreLanes(d, vector(count - n), dst + count - n, i - (count - n), n);
}

template <SumOrder kOrder, class T>
void Rows(const OrderedRowsJob& job) {
  if constexpr (std::is_same_v<T, float> && (kVectorsFuse || !fuses(kOrder))) {
    const bool few = job.terms == job.total && job.finish.kind == Finish::Kind::none;
    if (few && job.total == 2) return FewRows<kOrder, 2>(job);
    if (few && job.total == 4) return FewRows<kOrder, 4>(job);
  }
  auto* const dst = static_cast<T*>(job.dst);
  const Piece piece{job.before, job.terms, job.total};
  Sum<kOrder, T>({.rows = job.rows}, static_cast<const T*>(job.weights), piece, job.count,
                 static_cast<T>(job.start), dst);
  if (piece.last()) FinishAll(dst, job.count, job.finish);
}

// Sums of integers that are made in float32, from the last term to the first.
void RowsInFloats(const OrderedRowsJob& job) {
  const auto row = [&](std::int64_t k)
                       HWY_ATTR { return static_cast<const std::int32_t*>(job.rows[k]); };
  const auto* const weights = static_cast<const std::int32_t*>(job.weights);
  const float unit = 1.0f / static_cast<float>(std::int64_t{1} << job.finish.bits);
  const auto low = static_cast<float>(job.finish.low), high = static_cast<float>(job.finish.high);
  // Added and taken away again, it leaves a whole number, ties to even.
  constexpr float kRound = 0x1.8p23f;
  auto* HWY_RESTRICT const dst = static_cast<std::int32_t*>(job.dst);
  const auto few = [&](auto terms) HWY_ATTR {
    for (std::int64_t i = 0; i < job.count; ++i) {
      float sum = 0;
      for (std::int64_t k = terms - 1; k >= 0; --k) {
        const float product =
            static_cast<float>(row(k)[i]) * (static_cast<float>(weights[k]) * unit);
        sum = k == terms - 1 ? product : product + sum;
      }
      const float inside = sum < low ? low : sum > high ? high : sum;
      dst[i] = static_cast<std::int32_t>(inside + kRound - kRound);
    }
  };
  if (job.terms == 4)
    few(std::integral_constant<std::int64_t, 4>());
  else
    few(job.terms);
}

template <SumOrder kOrder, class T>
void Columns(const OrderedColumnsJob& job) {
  const auto* const src = static_cast<const T*>(job.src);
  auto* const dst = static_cast<T*>(job.dst);
  constexpr int kEight = NumbersJob::kRows;
  constexpr std::int64_t kMostInPlace = 4 * kEight;  // rows of a few channels: no call for each
  const auto* weights = static_cast<const T*>(job.weights) + job.before;
  bool last = true;
  for (std::int64_t x = 0; x < job.outputs; ++x, weights += job.taps) {
    const std::int64_t first = job.first[x] + job.before;
    const std::int64_t second = job.second != nullptr ? job.second[x] : 0;
    const std::int64_t total = job.second != nullptr ? 2 : job.count[x];
    const Piece piece{job.before, job.terms == 0 ? total : job.terms, total};
    const Terms<T> at{nullptr,     src,        first,     second,
                      job.src_len, job.origin, job.width, job.second != nullptr};
    const bool edge = first < 0 || first + total > job.src_len;
    const T start = edge && job.edges_from_zero ? T{0} : static_cast<T>(job.start);
    T* const to = dst + x * job.width;
    if constexpr (sizeof(T) == 4) {
      if (job.width <= kMostInPlace && job.width % kEight == 0 && HasFewTerms<T>(piece)) {
        const T* const begin[4] = {at(0), at(1), total > 2 ? at(2) : nullptr,
                                   total > 2 ? at(3) : nullptr};
        for (std::int64_t i = 0; i < job.width; i += kEight) {
          const auto moved = [&](std::int64_t k) HWY_ATTR { return begin[k] + i; };
          FewTerms<kOrder, T, kEight>(moved, weights, total, start, to + i);
        }
        continue;
      }
    }
    Sum<kOrder, T>(at, weights, piece, job.width, start, to);
    last = piece.last();
  }
  if (last) FinishAll(dst, job.outputs * job.width, job.finish);
}

template <class T>
void Interleave(const NumbersJob& job) {
  auto* const packed = static_cast<T*>(job.packed);
  for (std::int64_t i = 0; i < job.count; ++i) {
    for (int r = 0; r < NumbersJob::kRows; ++r) {
      packed[NumbersJob::kRows * i + r] = static_cast<const T*>(job.rows[r])[i];
    }
  }
}

template <class T>
void Deinterleave(const NumbersJob& job) {
  const auto* const packed = static_cast<const T*>(job.packed);
  for (int r = 0; r < NumbersJob::kRows; ++r) {
    auto* const row = static_cast<T*>(job.rows[r]);
    if (row == nullptr) continue;
    for (std::int64_t i = 0; i < job.count; ++i) row[i] = packed[NumbersJob::kRows * i + r];
  }
}

template <class T, SumOrder... kOrder>
OrderedKernels KernelsOf() {
  OrderedKernels kernels{};
  ((kernels.rows[static_cast<int>(kOrder)] = Rows<kOrder, T>,
    kernels.columns[static_cast<int>(kOrder)] = Columns<kOrder, T>),
   ...);
  if constexpr (sizeof(T) == 8) kernels.interleave = Interleave<T>;
  if constexpr (sizeof(T) == 8) kernels.deinterleave = Deinterleave<T>;
  return kernels;
}

template <class T>
OrderedKernels Floating() {
  using enum SumOrder;
  return KernelsOf<T, ascending, descending, fused, fours_then_fused, first_pair_fused, lerp,
                   divided>();
}

void fill_ordered(KernelTable& table) {
  const auto of = [&](Number number) -> OrderedKernels& {
    return table.ordered[static_cast<int>(number)];
  };
  of(Number::float32) = Floating<float>();
  of(Number::float64) = Floating<double>();
  const auto doubles = [&]<SumOrder kOrder>() {
    of(Number::float64).rows[static_cast<int>(kOrder)] = Rows<kOrder, double>;
    of(Number::float64).columns[static_cast<int>(kOrder)] = Columns<kOrder, double>;
  };
  doubles.template operator()<SumOrder::scaled>();
  doubles.template operator()<SumOrder::mean>();
  of(Number::int32) = KernelsOf<std::int32_t, SumOrder::ascending, SumOrder::high_products>();
  of(Number::int32).rows[static_cast<int>(SumOrder::descending)] = RowsInFloats;
  of(Number::int64) = KernelsOf<std::int64_t, SumOrder::ascending, SumOrder::high_products>();
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_ordered)
}  // namespace halfpixel::kernels
#endif
