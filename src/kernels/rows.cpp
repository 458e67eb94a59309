// Weighted sums of rows, one term at a time; every product and every sum rounded.
#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/rows.cpp"
#include "kernels/simd.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void AddRow(const AddRowJob& job) {
  const hn::ScalableTag<float> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const float* HWY_RESTRICT const row = job.row;
  float* HWY_RESTRICT const dst = job.dst;
  const bool running = job.running;
  const float start = job.start;
  const auto weight = hn::Set(d, job.weight);
  std::int64_t i = 0;
  for (; i + n <= job.floats; i += n) {
    const auto sum = running ? hn::LoadU(d, dst + i) : hn::Set(d, start);
    hn::StoreU(hn::Add(sum, hn::Mul(hn::LoadU(d, row + i), weight)), d, dst + i);
  }
  for (; i < job.floats; ++i) dst[i] = (running ? dst[i] : start) + row[i] * job.weight;
}

void fill_rows(KernelTable& table) {
  table.add_row = AddRow;
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_rows)
}  // namespace halfpixel::kernels
#endif
