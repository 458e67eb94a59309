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

// Unrolled by the compiler's front end, so that the sums are registers from the beginning.
template <std::size_t... R>
HWY_INLINE void Block(std::index_sequence<R...>, const float* HWY_RESTRICT a, std::int64_t a_step,
                      const float* HWY_RESTRICT b, std::int64_t depth, float* HWY_RESTRICT c,
                      std::int64_t c_step) {
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
  (hn::StoreU(low[R], d, c + static_cast<std::int64_t>(R) * c_step), ...);
  (hn::StoreU(high[R], d, c + static_cast<std::int64_t>(R) * c_step + n), ...);
}

// The same of one vector of columns: twice the rows.
template <std::size_t... R>
HWY_INLINE void NarrowBlock(std::index_sequence<R...>, const float* HWY_RESTRICT a,
                            std::int64_t a_step, const float* HWY_RESTRICT b, std::int64_t depth,
                            float* HWY_RESTRICT c, std::int64_t c_step) {
  const hn::ScalableTag<float> d;
  using V = hn::Vec<decltype(d)>;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  V sum[] = {((void)R, hn::Zero(d))...};
  for (std::int64_t k = 0; k < depth; ++k, ++a, b += n) {
    const V b0 = hn::LoadU(d, b);
    ((sum[R] = hn::MulAdd(hn::Set(d, a[static_cast<std::int64_t>(R) * a_step]), b0, sum[R])), ...);
  }
  (hn::StoreU(sum[R], d, c + static_cast<std::int64_t>(R) * c_step), ...);
}

template <bool Narrow, int Rows>
HWY_NOINLINE void Rest(const ProductsJob& job, std::int64_t r) {
  if constexpr (Rows > 0) {
    if (job.rows - r < Rows) return Rest<Narrow, Rows - 1>(job, r);
    const float* const a = job.a + r * job.a_step;
    float* const c = job.c + r * job.c_step;
    if constexpr (Narrow) {
      NarrowBlock(std::make_index_sequence<Rows>(), a, job.a_step, job.b, job.depth, c, job.c_step);
    } else {
      Block(std::make_index_sequence<Rows>(), a, job.a_step, job.b, job.depth, c, job.c_step);
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
