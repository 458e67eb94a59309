// Where the greatest (or least) element of each row is: one pass for its value, one for its place.
#include "kernels/extremes.hpp"
#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/extremes.cpp"
#include "kernels/simd.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <bool Greatest>
HWY_INLINE std::int64_t PlaceOneByOne(const float* row, std::int64_t extent, bool zeros_apart) {
  std::int64_t best = 0;
  for (std::int64_t k = 1; k < extent; ++k) {
    if (exceeds<Greatest>(row[k], row[best], zeros_apart)) best = k;
  }
  return best;
}

// extent >= Lanes(d): whole vectors, then one that overlaps its neighbour.
template <bool Greatest, class D>
HWY_INLINE std::int64_t Place(D d, const float* row, std::int64_t extent, bool zeros_apart) {
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const auto last = hn::LoadU(d, row + extent - n);
  auto best = last;
  auto numbers = hn::Eq(last, last);
  for (std::int64_t k = 0; k + n < extent; k += n) {
    const auto value = hn::LoadU(d, row + k);
    best = Greatest ? hn::Max(best, value) : hn::Min(best, value);
    numbers = hn::And(numbers, hn::Eq(value, value));
  }
  // Nothing is above or below a NaN.
  if (!hn::AllTrue(d, numbers)) return PlaceOneByOne<Greatest>(row, extent, zeros_apart);
  const auto wanted = Greatest ? hn::MaxOfLanes(d, best) : hn::MinOfLanes(d, best);
  const auto first = [&](const auto& is) HWY_ATTR -> std::int64_t {
    for (std::int64_t k = 0; k + n < extent; k += n) {
      const std::intptr_t found = hn::FindFirstTrue(d, is(hn::LoadU(d, row + k)));
      if (found >= 0) return k + found;
    }
    const std::intptr_t found = hn::FindFirstTrue(d, is(last));
    return found >= 0 ? extent - n + found : -1;
  };
  if (zeros_apart && hn::GetLane(wanted) == 0.0F) {
    const hn::RebindToSigned<D> bits;
    const auto zero = hn::BitCast(bits, hn::Set(d, Greatest ? 0.0F : -0.0F));
    const std::int64_t found = first([&](auto value) HWY_ATTR {
      return hn::RebindMask(d, hn::Eq(hn::BitCast(bits, value), zero));
    });
    if (found >= 0) return found;
  }
  return first([&](auto value) HWY_ATTR { return hn::Eq(value, wanted); });
}

template <bool Greatest>
void Rows(const ExtremeJob& job) {
  const auto rows = [&](const auto& place) HWY_ATTR {
    for (std::int64_t r = 0; r < job.rows; ++r) {
      const std::int64_t at = place(job.src + r * job.extent);
      if (job.wide != nullptr)
        job.wide[r] = at;
      else
        job.narrow[r] = static_cast<std::int32_t>(at);
    }
  };
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<float> full;
  const hn::CappedTag<float, 8> eight;
  const hn::CappedTag<float, 4> four;
  const auto with = [&](auto d) HWY_ATTR {
    rows([&](const float* row)
             HWY_ATTR { return Place<Greatest>(d, row, job.extent, job.zeros_apart); });
  };
  if (job.extent >= static_cast<std::int64_t>(hn::Lanes(full))) return with(full);
  if (job.extent >= static_cast<std::int64_t>(hn::Lanes(eight))) return with(eight);
  if (job.extent >= static_cast<std::int64_t>(hn::Lanes(four))) return with(four);
#endif
  rows([&](const float* row) { return PlaceOneByOne<Greatest>(row, job.extent, job.zeros_apart); });
}

void fill_extremes(KernelTable& table) {
  table.least = Rows<false>;
  table.greatest = Rows<true>;
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_extremes)
}  // namespace halfpixel::kernels
#endif
