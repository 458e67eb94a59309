// Rows packed eight by eight, so that one pixel of few channels fills vectors; and back.
#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pack.cpp"
#include "kernels/simd.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr int kRows = InterleaveJob::kRows;

#if HWY_TARGET != HWY_SCALAR
// Transposes 4x4 floats in every block of 128 bits.
template <class D>
HWY_INLINE void Transpose4(D d, hn::Vec<D>* v) {
  const hn::Repartition<double, D> dd;
  const auto a = hn::BitCast(dd, hn::InterleaveLower(d, v[0], v[1]));
  const auto b = hn::BitCast(dd, hn::InterleaveLower(d, v[2], v[3]));
  const auto e = hn::BitCast(dd, hn::InterleaveUpper(d, v[0], v[1]));
  const auto f = hn::BitCast(dd, hn::InterleaveUpper(d, v[2], v[3]));
  v[0] = hn::BitCast(d, hn::InterleaveLower(dd, a, b));
  v[1] = hn::BitCast(d, hn::InterleaveUpper(dd, a, b));
  v[2] = hn::BitCast(d, hn::InterleaveLower(dd, e, f));
  v[3] = hn::BitCast(d, hn::InterleaveUpper(dd, e, f));
}
#endif

void Interleave(const InterleaveJob& job) {
  std::int64_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::CappedTag<float, 8> d;
  constexpr std::int64_t n = hn::MaxLanes(d);
  for (; i + n <= job.floats; i += n) {
    hn::Vec<decltype(d)> v[kRows];
    for (int r = 0; r < kRows; ++r) v[r] = hn::LoadU(d, job.rows[r] + i);
    Transpose4(d, v);      // rows 0 to 3 of columns j, and of columns 4 + j in a second block
    Transpose4(d, v + 4);  // rows 4 to 7
    float* const packed = job.packed + kRows * i;
    for (int j = 0; j < 4; ++j) {
      if constexpr (n == 4) {
        hn::StoreU(v[j], d, packed + 8 * j);
        hn::StoreU(v[4 + j], d, packed + 8 * j + 4);
      } else {
        hn::StoreU(hn::ConcatLowerLower(d, v[4 + j], v[j]), d, packed + 8 * j);
        hn::StoreU(hn::ConcatUpperUpper(d, v[4 + j], v[j]), d, packed + 8 * (4 + j));
      }
    }
  }
#endif
  for (; i < job.floats; ++i) {
    for (int r = 0; r < kRows; ++r) job.packed[kRows * i + r] = job.rows[r][i];
  }
}

void Deinterleave(const InterleaveJob& job) {
  std::int64_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::CappedTag<float, 8> d;
  constexpr std::int64_t n = hn::MaxLanes(d);
  for (; i + n <= job.floats; i += n) {
    hn::Vec<decltype(d)> v[kRows];
    const float* const packed = job.packed + kRows * i;
    for (int j = 0; j < 4; ++j) {
      if constexpr (n == 4) {
        v[j] = hn::LoadU(d, packed + 8 * j);
        v[4 + j] = hn::LoadU(d, packed + 8 * j + 4);
      } else {
        const auto near = hn::LoadU(d, packed + 8 * j);
        const auto far = hn::LoadU(d, packed + 8 * (4 + j));
        v[j] = hn::ConcatLowerLower(d, far, near);
        v[4 + j] = hn::ConcatUpperUpper(d, far, near);
      }
    }
    Transpose4(d, v);
    Transpose4(d, v + 4);
    for (int r = 0; r < kRows; ++r) {
      if (job.rows[r] != nullptr) hn::StoreU(v[r], d, job.rows[r] + i);
    }
  }
#endif
  for (; i < job.floats; ++i) {
    for (int r = 0; r < kRows; ++r) {
      if (job.rows[r] != nullptr) job.rows[r][i] = job.packed[kRows * i + r];
    }
  }
}

void fill_pack(KernelTable& table) {
  table.interleave = Interleave;
  table.deinterleave = Deinterleave;
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_pack)
}  // namespace halfpixel::kernels
#endif
