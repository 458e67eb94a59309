// Sums over cells in a program's own order: plain loops, as in ordered.cpp.
#include "kernels/cells.hpp"

#include <algorithm>
#include <type_traits>

#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cells.cpp"
#include "kernels/simd.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {

// A number's place in its cell.
struct Place {
  std::int64_t at, whole_fours;  // counted over the cell, and where its last group of four ends
  bool opens, closes;            // the first and the last of its row
};

template <CellOrder kOrder, class T>
HWY_INLINE HWY_ATTR void Add(const T* HWY_RESTRICT x, std::int64_t width, const Place& place,
                             T* HWY_RESTRICT sum, T* HWY_RESTRICT group) {
  const auto all = [&](auto step) HWY_ATTR {
    for (std::int64_t c = 0; c < width; ++c) step(x[c], sum[c], group[c]);
  };
  if (kOrder == CellOrder::ascending ||
      (kOrder == CellOrder::fours && place.at >= place.whole_fours)) {
    return all([](T number, T& total, T&) HWY_ATTR { total = static_cast<T>(total + number); });
  }
  const bool opens = kOrder == CellOrder::rows ? place.opens : place.at % 4 == 0;
  const bool closes = kOrder == CellOrder::rows ? place.closes : place.at % 4 == 3;
  if (opens && closes) return all([](T number, T& total, T&) HWY_ATTR { total += number; });
  if (opens) return all([](T number, T&, T& part) HWY_ATTR { part = number; });
  if (!closes) return all([](T number, T&, T& part) HWY_ATTR { part += number; });
  return all([](T number, T& total, T& part) HWY_ATTR { total += part + number; });
}

template <CellOrder kOrder, class T>
void AddCells(const CellsJob& job) {
  const auto* const src = static_cast<const T*>(job.src);
  for (std::int64_t x = 0; x < job.outputs; ++x) {
    const std::int64_t first = job.first[x], count = job.count[x];
    const std::int64_t begin = std::max(first, job.begin), end = std::min(first + count, job.end);
    T* const sum = static_cast<T*>(job.sum) + x * job.width;
    T* const group = static_cast<T*>(job.group) + x * job.width;
    if (job.row == 0 && begin == first) std::fill_n(sum, job.width, static_cast<T>(job.start));
    Place place{job.row * count + begin - first, job.rows * count / 4 * 4, false, false};
    for (std::int64_t i = begin; i < end; ++i, ++place.at) {
      place.opens = i == first;
      place.closes = i == first + count - 1;
      Add<kOrder, T>(src + (i - job.begin) * job.width, job.width, place, sum, group);
    }
  }
}

template <class T>
void Done(const CellsDoneJob& job) {
  using Result = std::conditional_t<std::is_same_v<T, double>, double, float>;
  const auto* sum = static_cast<const T*>(job.sum);
  auto* dst = static_cast<Result*>(job.dst);
  const auto planes = static_cast<Result>(job.planes), rows = static_cast<Result>(job.rows);
  const auto scale = static_cast<Result>(job.finish.scale);
  for (std::int64_t x = 0; x < job.outputs; ++x, sum += job.width, dst += job.width) {
    const std::int64_t columns = job.count[x];
    const auto all = [&](auto finished) HWY_ATTR {
      for (std::int64_t c = 0; c < job.width; ++c) dst[c] = finished(sum[c]);
    };
    switch (job.finish.kind) {
      case CellFinish::Kind::scaled:
        all([&](T value) HWY_ATTR { return static_cast<Result>(value) * scale; });
        break;
      case CellFinish::Kind::quarter:
        if constexpr (std::is_integral_v<T>) {
          all([&](T value) HWY_ATTR { return static_cast<Result>((value + 2) >> 2); });
        }
        break;
      case CellFinish::Kind::divided:
        for (std::int64_t c = 0; c < job.width; ++c) {
          const auto value = static_cast<Result>(sum[c]);
          const auto count = static_cast<Result>(columns);
          dst[c] =
              c < job.at_once ? value / (planes * rows * count) : value / planes / rows / count;
        }
        break;
      case CellFinish::Kind::mean: {
        const auto numbers = static_cast<float>(job.planes * job.rows * columns);
        all([&](T value)
                HWY_ATTR { return static_cast<Result>(static_cast<float>(value) / numbers); });
        break;
      }
    }
  }
}

void fill_cells(KernelTable& table) {
  using enum CellOrder;
  const auto floating = [&]<class T>(Number number, T) {
    table.cells[static_cast<int>(number)] = {
        {AddCells<ascending, T>, AddCells<fours, T>, AddCells<rows, T>}, Done<T>};
  };
  floating(Number::float32, float{});
  floating(Number::float64, double{});
  using I = std::int32_t;
  table.cells[static_cast<int>(Number::int32)] = {
      {AddCells<ascending, I>, AddCells<ascending, I>, AddCells<ascending, I>}, Done<I>};
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_cells)
}  // namespace halfpixel::kernels
#endif
