// Weighted sums of cells (a few channels of one pixel) and of rows of them: what follows the
// products of a convolution behind a resize.
#include <cstring>

#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sums.cpp"
#include "kernels/simd.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Vectors of a cell from `c` on: two at once, then one by one; the last may reach beyond the cell,
// where the next one is written afterwards.
template <bool Ones, class D>
HWY_INLINE void SumCellsOf(D d, const SumCellsJob& job) {
  using V = hn::Vec<D>;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  float* HWY_RESTRICT dst = job.dst;
  for (std::int64_t x = 0; x < job.count; ++x, dst += job.width) {
    const std::int32_t begin = job.begin[x], end = job.begin[x + 1];
    const auto term = [&](std::int32_t e, std::int64_t c) HWY_ATTR {
      const V value = hn::LoadU(d, job.src + job.offset[e] + c);
      return Ones ? value : hn::Mul(value, hn::Set(d, job.weights[e]));
    };
    const auto add = [&](std::int32_t e, std::int64_t c, V sum) HWY_ATTR {
      const V value = hn::LoadU(d, job.src + job.offset[e] + c);
      return Ones ? hn::Add(value, sum) : hn::MulAdd(value, hn::Set(d, job.weights[e]), sum);
    };
    std::int64_t c = 0;
    if (begin == end) {
      for (; c < job.width; c += n) hn::StoreU(hn::Zero(d), d, dst + c);
      continue;
    }
    for (; c + n < job.width; c += 2 * n) {
      V low = term(begin, c), high = term(begin, c + n);
      for (std::int32_t e = begin + 1; e < end; ++e) {
        low = add(e, c, low);
        high = add(e, c + n, high);
      }
      hn::StoreU(low, d, dst + c);
      hn::StoreU(high, d, dst + c + n);
    }
    for (; c < job.width; c += n) {
      V sum = term(begin, c);
      for (std::int32_t e = begin + 1; e < end; ++e) sum = add(e, c, sum);
      hn::StoreU(sum, d, dst + c);
    }
  }
}

// Calls f with vectors that are not much wider than a cell.
template <class F>
HWY_INLINE void WithLanesFor(std::int64_t width, const F& f) {
  const hn::ScalableTag<float> full;
  const hn::CappedTag<float, 8> eight;
  const hn::CappedTag<float, 4> four;
  if (width > static_cast<std::int64_t>(hn::Lanes(eight))) return f(full);
  if (width > static_cast<std::int64_t>(hn::Lanes(four))) return f(eight);
  f(four);
}

void SumCells(const SumCellsJob& job) {
  WithLanesFor(job.width, [&](auto d) HWY_ATTR {
    if (job.ones) return SumCellsOf<true>(d, job);
    SumCellsOf<false>(d, job);
  });
}

template <bool Ones, class D>
HWY_INLINE void SumRowsOf(D d, const SumRowsJob& job) {
  using V = hn::Vec<D>;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const auto zero = hn::Zero(d);
  const auto finish = [&](V sum, V addend) HWY_ATTR {
    if (job.addend != nullptr) sum = hn::Add(sum, addend);
    return job.relu ? hn::IfThenElse(hn::Le(sum, zero), zero, sum) : sum;
  };
  const auto sum_at = [&](std::int64_t i, std::int64_t c) HWY_ATTR {
    V sum = zero;
    for (std::int64_t e = 0; e < job.terms; ++e) {
      const V value = hn::LoadU(d, job.rows[e] + i);
      if (e == 0)
        sum = Ones ? value : hn::Mul(value, hn::Set(d, job.weights[0]));
      else
        sum = Ones ? hn::Add(value, sum) : hn::MulAdd(value, hn::Set(d, job.weights[e]), sum);
    }
    return hn::Add(sum, hn::LoadU(d, job.bias + c));
  };
  for (std::int64_t x = 0; x < job.count; ++x) {
    float* const dst = job.dst + x * job.dst_step;
    const float* const more = job.addend != nullptr ? job.addend + x * job.addend_step : nullptr;
    std::int64_t c = 0;
    for (; c + n <= job.width; c += n) {
      const V addend = more != nullptr ? hn::LoadU(d, more + c) : zero;
      hn::StoreU(finish(sum_at(x * job.width + c, c), addend), d, dst + c);
    }
    if (c == job.width) continue;
    HWY_ALIGN float rest[HWY_MAX_BYTES / sizeof(float)] = {};
    const auto bytes = static_cast<std::size_t>(job.width - c) * sizeof(float);
    if (more != nullptr) std::memcpy(rest, more + c, bytes);
    const V addend = hn::LoadU(d, rest);
    hn::StoreU(finish(sum_at(x * job.width + c, c), addend), d, rest);
    std::memcpy(dst + c, rest, bytes);
  }
}

void SumRows(const SumRowsJob& job) {
  WithLanesFor(job.width, [&](auto d) HWY_ATTR {
    if (job.ones) return SumRowsOf<true>(d, job);
    SumRowsOf<false>(d, job);
  });
}

void fill_sums(KernelTable& table) {
  table.sum_cells = SumCells;
  table.sum_rows = SumRows;
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_sums)
}  // namespace halfpixel::kernels
#endif
