// Form ordered: weighted sums along one axis after the other, each in the order of additions that
// the spec names. Columns are filtered eight rows at once, interleaved, so that pixels of few
// channels fill vectors; rows stay in a ring while later sums need them.
#include <algorithm>
#include <cstdint>

#include "core/float_state.hpp"
#include "resample/ordered_strip.hpp"

namespace halfpixel::resample {
namespace {

template <class T>
void run_ordered_numbers(const Run& run, const char* src, char* dst, std::int64_t begin,
                         std::int64_t end) noexcept {
  OrderedScratch scratch;
  for_each_ordered_strip<T>(run, [&](const Strip& strip, bool fits) {
    OrderedStrip<T> band(run, src, dst, strip, scratch);
    if (fits)
      band.rows(begin, end);
    else
      band.pixels(begin, end);
  });
}

}  // namespace

std::int64_t scratch_of_ordered() noexcept {
  return static_cast<std::int64_t>(sizeof(OrderedScratch));
}

void run_ordered(const Run& run, const char* src, char* dst, std::int64_t begin,
                 std::int64_t end) noexcept {
  const ScopedFlush plain(false);
  switch (run.spec->sums.number) {
    case kernels::Number::float32:
      return run_ordered_numbers<float>(run, src, dst, begin, end);
    case kernels::Number::float64:
      return run_ordered_numbers<double>(run, src, dst, begin, end);
    case kernels::Number::int32:
      return run_ordered_numbers<std::int32_t>(run, src, dst, begin, end);
    case kernels::Number::int64:
      return run_ordered_numbers<std::int64_t>(run, src, dst, begin, end);
  }
}

}  // namespace halfpixel::resample
