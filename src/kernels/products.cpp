// Matrix products of a few columns at a time: the sums of a block of rows stay in registers while
// the packed columns pass by.
#include <cstddef>
#include <utility>

#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/products.cpp"
#include "kernels/simd.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Rows whose sums fit into the registers, beside two vectors of columns and one of the row's.
#if HALFPIXEL_AVX512 || HWY_ARCH_ARM_A64
inline constexpr int kMostRows = 14;
#else
inline constexpr int kMostRows = 6;
#endif

// Products that are added up one by one, at most. Longer sums are sums of such sums, which lose
// less: what tiles may lose (docs/exactness.md) counts in what the processor's direct convolution
// loses, and that of narrower vectors adds up fewer at a time.
#if HALFPIXEL_AVX512 || HWY_ARCH_ARM_A64
inline constexpr std::int64_t kDepth = 256, kWhole = 192;
#else
inline constexpr std::int64_t kDepth = 64, kWhole = 48;
#endif
inline constexpr int kMostWidth = 2 * HWY_MAX_BYTES / 4;  // of a block's rows

// Sums of a block of rows, their columns side by side.
struct Sums {
  float* at;
  std::int64_t step;
};

// Unrolled by the compiler's front end, so that the sums are registers from the beginning.
template <std::size_t... R>
HWY_INLINE void Block(std::index_sequence<R...>, const float* HWY_RESTRICT a, std::int64_t a_step,
                      const float* HWY_RESTRICT b, std::int64_t b_step, std::int64_t depth,
                      Sums before, Sums to) {
  const hn::ScalableTag<float> d;
  using V = hn::Vec<decltype(d)>;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const float* const row[] = {a + static_cast<std::int64_t>(R) * a_step...};
  V low[] = {((void)R, hn::Zero(d))...}, high[] = {((void)R, hn::Zero(d))...};
  for (std::int64_t k = 0; k < depth; ++k, b += b_step) {
    const V b0 = hn::LoadU(d, b), b1 = hn::LoadU(d, b + n);
    const auto add = [&](const float* x, V& l, V& h) HWY_ATTR {
      const V value = hn::Set(d, x[k]);
      l = hn::MulAdd(value, b0, l);
      h = hn::MulAdd(value, b1, h);
    };
    (add(row[R], low[R], high[R]), ...);
  }
  const auto store = [&](std::int64_t r, V l, V h) HWY_ATTR {
    float* const at = to.at + r * to.step;
    if (before.at != nullptr) {
      l = hn::Add(l, hn::LoadU(d, before.at + r * before.step));
      h = hn::Add(h, hn::LoadU(d, before.at + r * before.step + n));
    }
    hn::StoreU(l, d, at);
    hn::StoreU(h, d, at + n);
  };
  (store(static_cast<std::int64_t>(R), low[R], high[R]), ...);
}

// The same of one vector of columns: twice the rows.
template <std::size_t... R>
HWY_INLINE void NarrowBlock(std::index_sequence<R...>, const float* HWY_RESTRICT a,
                            std::int64_t a_step, const float* HWY_RESTRICT b, std::int64_t b_step,
                            std::int64_t depth, Sums before, Sums to) {
  const hn::ScalableTag<float> d;
  using V = hn::Vec<decltype(d)>;
  V sum[] = {((void)R, hn::Zero(d))...};
  for (std::int64_t k = 0; k < depth; ++k, ++a, b += b_step) {
    const V b0 = hn::LoadU(d, b);
    ((sum[R] = hn::MulAdd(hn::Set(d, a[static_cast<std::int64_t>(R) * a_step]), b0, sum[R])), ...);
  }
  const auto store = [&](std::int64_t r, V s) HWY_ATTR {
    if (before.at != nullptr) s = hn::Add(s, hn::LoadU(d, before.at + r * before.step));
    hn::StoreU(s, d, to.at + r * to.step);
  };
  (store(static_cast<std::int64_t>(R), sum[R]), ...);
}

// A part of the depth, of all rows of a group in turn: its columns stay in the nearest cache.
struct Part {
  std::int64_t begin, end;
  float* partial;  // sums that are not whole yet, dense: rows of c may be a power of two apart
  bool first, last;
};

// Rows [r, r + rows) of the group that begins at row `group`; at most Rows.
template <bool Narrow, int Rows>
HWY_NOINLINE void AddPart(const ProductsJob& job, const Part& part, std::int64_t group,
                          std::int64_t r, std::int64_t rows) {
  if constexpr (Rows > 0) {
    if (rows < Rows) return AddPart<Narrow, Rows - 1>(job, part, group, r, rows);
    constexpr std::make_index_sequence<Rows> kRows;
    const std::int64_t width =
        (Narrow ? 1 : 2) * static_cast<std::int64_t>(hn::Lanes(hn::ScalableTag<float>()));
    const float* const a = job.a + r * job.a_step + part.begin;
    const float* const b = job.b + part.begin * job.b_step;
    const Sums c = {job.c + r * job.c_step, job.c_step};
    const Sums partial = {part.partial + (r - group) * width, width};
    const Sums before = !part.first ? partial : job.add ? c : Sums{nullptr, 0};
    const Sums to = part.last ? c : partial;
    if constexpr (Narrow) {
      NarrowBlock(kRows, a, job.a_step, b, job.b_step, part.end - part.begin, before, to);
    } else {
      Block(kRows, a, job.a_step, b, job.b_step, part.end - part.begin, before, to);
    }
  }
}

template <bool Narrow, int Rows>
void AllRows(const ProductsJob& job) {
  constexpr std::int64_t kMostBlocks = 8;  // of a group
  HWY_ALIGN float partial[kMostBlocks * Rows * kMostWidth];
  // All of a panel that is not deep stays there by itself.
  const std::int64_t group_blocks = job.depth <= 4 * kDepth ? 1 : kMostBlocks;
  const std::int64_t parts =
      job.depth <= kWhole ? 1 : HWY_MAX(2, (job.depth + kDepth - 1) / kDepth);
  std::int64_t group = 0;
  for (std::int64_t left = (job.rows + Rows - 1) / Rows; left > 0; left -= group_blocks) {
    std::int64_t r = group;
    for (std::int64_t part = 0; part < parts; ++part) {
      const Part now = {job.depth * part / parts, job.depth * (part + 1) / parts, partial,
                        part == 0, part + 1 == parts};
      r = group;
      for (std::int64_t b = left; b > HWY_MAX(left - group_blocks, 0); --b) {
        // Equal blocks: 15 rows are 8 and 7, not 14 and 1.
        const std::int64_t rows = (job.rows - r + b - 1) / b;
        AddPart<Narrow, Rows>(job, now, group, r, rows);
        r += rows;
      }
    }
    group = r;
  }
}

// One row has sums for few columns at a time otherwise: what it waits for is b.
template <std::size_t... I>
HWY_INLINE void WideRow(std::index_sequence<I...>, const ProductsJob& job) {
  const hn::ScalableTag<float> d;
  using V = hn::Vec<decltype(d)>;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  V sum[] = {((void)I, hn::Zero(d))...};
  const float* b = job.b;
  for (std::int64_t k = 0; k < job.depth; ++k, b += job.b_step) {
    const V a = hn::Set(d, job.a[k]);
    ((sum[I] = hn::MulAdd(a, hn::LoadU(d, b + static_cast<std::int64_t>(I) * n), sum[I])), ...);
  }
  const auto store = [&](float* at, V s) HWY_ATTR {
    if (job.add) s = hn::Add(s, hn::LoadU(d, at));
    hn::StoreU(s, d, at);
  };
  (store(job.c + static_cast<std::int64_t>(I) * n, sum[I]), ...);
}
void OneRow(const ProductsJob& job) {
  WideRow(std::make_index_sequence<kRowVectors>(), job);
}

void fill_products(KernelTable& table) {
  static_assert(kPanelVectors == 2);
  table.products_row = OneRow;
  table.products = AllRows<false, kMostRows>;
  table.products_narrow = AllRows<true, kMostRows>;
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_products)
}  // namespace halfpixel::kernels
#endif
