// Several weighted sums of the same rows, taps ascending, every product and every sum rounded.
#include "kernels/kernels.hpp"
#include "kernels/prefetch.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/rows_group.cpp"
#include "kernels/simd.hpp"

// after Highway
#include "kernels/load-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr int kMost = TapsRowsGroupJob::kMost;

// Vectors of each sum that stay in registers: of these there are 32 on AVX-512 and Arm, else 16.
constexpr int kUnroll = HALFPIXEL_AVX512 || HWY_ARCH_ARM_A64 ? 4 : 2;

// Rows are read side by side, more of them than a processor follows by itself: each is asked for
// this many bytes ahead.
constexpr std::int64_t kAhead = 384;

// Source rows [begin, end) that exactly the outputs [first, first + count) take.
struct Segment {
  std::int64_t begin, end;
  int first, count;
  const float* weights;  // [row, output]
};
struct Segments {
  Segment at[2 * kMost];
  int count = 0;
  float weights[TapsRowsGroupJob::kMostRows * kMost];
};

// Cuts the rows where an output begins or ends. False when the outputs that take a row are not
// neighbours.
bool CutIntoSegments(const TapsRowsGroupJob& job, Segments& segments) {
  float* weights = segments.weights;
  for (std::int64_t r = 0; r < job.row_count;) {
    Segment segment{r, job.row_count, 0, 0, weights};
    for (int o = 0; o < kMost && job.out[o].dst != nullptr; ++o) {
      const auto& out = job.out[o];
      if (out.begin >= out.end || out.end <= r) continue;
      segment.end = HWY_MIN(segment.end, out.begin > r ? out.begin : out.end);
      if (out.begin > r) continue;
      if (segment.count > 0 && segment.first + segment.count != o) return false;
      if (segment.count++ == 0) segment.first = o;
    }
    for (; r < segment.end; ++r) {
      for (int o = segment.first; o < segment.first + segment.count; ++o) {
        *weights++ = job.out[o].weights[r - job.out[o].begin];
      }
    }
    if (segment.count > 0) segments.at[segments.count++] = segment;
  }
  return true;
}

template <int First, int Count, class T, class D>
HWY_INLINE void SegmentRows(D d, const TapsRowsGroupJob& job, const Segment& segment,
                            std::int64_t i, hn::Vec<D> (&sum)[kMost][kUnroll]) {
  if constexpr (First + Count <= kMost) {
    const auto n = static_cast<std::int64_t>(hn::Lanes(d));
    const float* HWY_RESTRICT weights = segment.weights;
    for (std::int64_t r = segment.begin; r < segment.end; ++r, weights += Count) {
      const T* const row = static_cast<const T*>(job.rows[r]) + i;
      prefetch(reinterpret_cast<const char*>(row) + kAhead);
      hn::Vec<D> value[kUnroll];
      for (int u = 0; u < kUnroll; ++u) value[u] = LoadFloats(d, row + u * n);
      for (int o = 0; o < Count; ++o) {
        const auto w = hn::Set(d, weights[o]);
        for (int u = 0; u < kUnroll; ++u) {
          sum[First + o][u] = hn::Add(sum[First + o][u], hn::Mul(value[u], w));
        }
      }
    }
  }
}

// The sums are registers: which of them a segment adds to must be known when this is compiled.
template <int First, class T, class D>
HWY_INLINE void SegmentFrom(D d, const TapsRowsGroupJob& job, const Segment& segment,
                            std::int64_t i, hn::Vec<D> (&sum)[kMost][kUnroll]) {
  switch (segment.count) {
    case 1:
      return SegmentRows<First, 1, T>(d, job, segment, i, sum);
    case 2:
      return SegmentRows<First, 2, T>(d, job, segment, i, sum);
    case 3:
      return SegmentRows<First, 3, T>(d, job, segment, i, sum);
    case 4:
      return SegmentRows<First, 4, T>(d, job, segment, i, sum);
  }
}

// Elements [i, i + kUnroll vectors).
template <class T, class D>
HWY_INLINE void GroupBlock(D d, const TapsRowsGroupJob& job, const Segments& segments,
                           std::int64_t i) {
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  hn::Vec<D> sum[kMost][kUnroll];
  for (int o = 0; o < kMost; ++o) {
    const bool running = job.out[o].dst != nullptr && job.out[o].running;
    for (int u = 0; u < kUnroll; ++u) {
      sum[o][u] = running ? hn::LoadU(d, job.out[o].dst + i + u * n) : hn::Set(d, job.start);
    }
  }
  for (int s = 0; s < segments.count; ++s) {
    const Segment& segment = segments.at[s];
    switch (segment.first) {
      case 0:
        SegmentFrom<0, T>(d, job, segment, i, sum);
        break;
      case 1:
        SegmentFrom<1, T>(d, job, segment, i, sum);
        break;
      case 2:
        SegmentFrom<2, T>(d, job, segment, i, sum);
        break;
      case 3:
        SegmentFrom<3, T>(d, job, segment, i, sum);
        break;
    }
  }
  for (int o = 0; o < kMost && job.out[o].dst != nullptr; ++o) {
    for (int u = 0; u < kUnroll; ++u) hn::StoreU(sum[o][u], d, job.out[o].dst + i + u * n);
  }
}

// Returns where it stopped: at the end, if the last block may overlap its neighbour, which sums
// that go on from what is there must not.
template <class T>
std::int64_t GroupBlocks(const TapsRowsGroupJob& job, const Segments& segments) {
  const hn::ScalableTag<float> d;
  const std::int64_t step = kUnroll * static_cast<std::int64_t>(hn::Lanes(d));
  std::int64_t i = 0;
  for (; i + step <= job.floats; i += step) GroupBlock<T>(d, job, segments, i);
  if (i == 0 || i == job.floats) return i;
  for (const auto& out : job.out) {
    if (out.dst != nullptr && out.running) return i;
  }
  GroupBlock<T>(d, job, segments, job.floats - step);
  return job.floats;
}

// One output, elements from i on.
template <class T>
void Single(const TapsRowsGroupJob& job, const TapsRowsGroupJob::Output& out, std::int64_t i) {
  if constexpr (HasVectorLoad<T>()) {
    const hn::ScalableTag<float> d;
    const auto n = static_cast<std::int64_t>(hn::Lanes(d));
    for (; i + n <= job.floats; i += n) {
      auto sum = out.running ? hn::LoadU(d, out.dst + i) : hn::Set(d, job.start);
      for (std::int64_t r = out.begin; r < out.end; ++r) {
        const auto value = LoadFloats(d, static_cast<const T*>(job.rows[r]) + i);
        sum = hn::Add(sum, hn::Mul(value, hn::Set(d, out.weights[r - out.begin])));
      }
      hn::StoreU(sum, d, out.dst + i);
    }
  }
  for (; i < job.floats; ++i) {
    float sum = out.running ? out.dst[i] : job.start;
    for (std::int64_t r = out.begin; r < out.end; ++r) {
      sum = sum + ToFloat(static_cast<const T*>(job.rows[r])[i]) * out.weights[r - out.begin];
    }
    out.dst[i] = sum;
  }
}

template <class T>
void TapsRowsGroup(const TapsRowsGroupJob& job) {
  std::int64_t done = 0;
  if constexpr (HasVectorLoad<T>()) {
    Segments segments;
    if (CutIntoSegments(job, segments)) done = GroupBlocks<T>(job, segments);
  }
  for (const auto& out : job.out) {
    if (out.dst != nullptr) Single<T>(job, out, done);
  }
}

void fill_rows_group(KernelTable& table) {
  ForEachElement([&]<class T>(std::type_identity<T>) {
    table.taps_rows_group[static_cast<int>(dtype_of<T>)] = TapsRowsGroup<T>;
  });
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_rows_group)
}  // namespace halfpixel::kernels
#endif
