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
                      const float* HWY_RESTRICT b, std::int64_t depth, const float* before,
                      Sums to) {
  const hn::ScalableTag<float> d;
  using V = hn::Vec<decltype(d)>;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const float* const row[] = {a + static_cast<std::int64_t>(R) * a_step...};
  V low[] = {((void)R, hn::Zero(d))...}, high[] = {((void)R, hn::Zero(d))...};
  for (std::int64_t k = 0; k < depth; ++k, b += 2 * n) {
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
    if (before != nullptr) {
      l = hn::Add(l, hn::LoadU(d, before + r * 2 * n));
      h = hn::Add(h, hn::LoadU(d, before + r * 2 * n + n));
    }
    hn::StoreU(l, d, at);
    hn::StoreU(h, d, at + n);
  };
  (store(static_cast<std::int64_t>(R), low[R], high[R]), ...);
}

// The same of one vector of columns: twice the rows.
template <std::size_t... R>
HWY_INLINE void NarrowBlock(std::index_sequence<R...>, const float* HWY_RESTRICT a,
                            std::int64_t a_step, const float* HWY_RESTRICT b, std::int64_t depth,
                            const float* before, Sums to) {
  const hn::ScalableTag<float> d;
  using V = hn::Vec<decltype(d)>;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  V sum[] = {((void)R, hn::Zero(d))...};
  for (std::int64_t k = 0; k < depth; ++k, ++a, b += n) {
    const V b0 = hn::LoadU(d, b);
    ((sum[R] = hn::MulAdd(hn::Set(d, a[static_cast<std::int64_t>(R) * a_step]), b0, sum[R])), ...);
  }
  const auto store = [&](std::int64_t r, V s) HWY_ATTR {
    if (before != nullptr) s = hn::Add(s, hn::LoadU(d, before + r * n));
    hn::StoreU(s, d, to.at + r * to.step);
  };
  (store(static_cast<std::int64_t>(R), sum[R]), ...);
}

template <bool Narrow, int Rows>
HWY_NOINLINE void Rest(const ProductsJob& job, std::int64_t r) {
  if constexpr (Rows > 0) {
    if (job.rows - r < Rows) return Rest<Narrow, Rows - 1>(job, r);
    const float* const a = job.a + r * job.a_step;
    constexpr std::make_index_sequence<Rows> kRows;
    const std::int64_t width =
        (Narrow ? 1 : 2) * static_cast<std::int64_t>(hn::Lanes(hn::ScalableTag<float>()));
    const std::int64_t parts =
        job.depth <= kWhole ? 1 : HWY_MAX(2, (job.depth + kDepth - 1) / kDepth);
    // Rows of c may be a power of two apart: sums that are not whole yet are kept densely.
    HWY_ALIGN float partial[Rows * kMostWidth];
    std::int64_t k = 0;
    for (std::int64_t part = 0; part < parts; ++part) {
      const std::int64_t depth = job.depth * (part + 1) / parts - k;
      const float* const b = job.b + k * width;
      const float* const before = part == 0 ? nullptr : partial;
      const Sums to =
          part + 1 < parts ? Sums{partial, width} : Sums{job.c + r * job.c_step, job.c_step};
      if constexpr (Narrow) {
        NarrowBlock(kRows, a + k, job.a_step, b, depth, before, to);
      } else {
        Block(kRows, a + k, job.a_step, b, depth, before, to);
      }
      k += depth;
    }
  }
}

template <bool Narrow, int Rows>
void AllRows(const ProductsJob& job) {
  // Equal blocks: 15 rows are 8 and 7, not 14 and 1.
  const std::int64_t blocks = (job.rows + Rows - 1) / Rows;
  std::int64_t r = 0;
  for (std::int64_t left = blocks; left > 0; --left) {
    ProductsJob block = job;
    block.rows = r + (job.rows - r + left - 1) / left;
    Rest<Narrow, Rows>(block, r);
    r = block.rows;
  }
}

void fill_products(KernelTable& table) {
  static_assert(kPanelVectors == 2);
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
