// Times one call by itself, from nanoseconds to seconds.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <vector>

namespace halfpixel::bench {

struct Times {
  double min = 0;  // seconds a call
  double median = 0;
  double spread = 0;  // median distance from the median
};

inline double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

// values must not be empty.
inline Times times_of(const std::vector<double>& values) {
  Times times{*std::min_element(values.begin(), values.end()), median_of(values), 0};
  std::vector<double> distances;
  for (const double value : values) distances.push_back(std::abs(value - times.median));
  times.spread = median_of(distances);
  return times;
}

// Calls work() `repetitions` times, or batches of calls when one is too short for the clock.
template <class Work>
Times sample(std::int64_t repetitions, Work&& work) {
  using Clock = std::chrono::steady_clock;
  const auto seconds = [&](std::int64_t calls) {
    const auto begin = Clock::now();
    for (std::int64_t i = 0; i < calls; ++i) work();
    return std::chrono::duration<double>(Clock::now() - begin).count();
  };
  constexpr double kLongEnough = 50e-6;
  std::int64_t calls = 1;
  while (seconds(calls) < kLongEnough && calls < (1 << 20)) calls *= 2;
  std::vector<double> values;
  for (std::int64_t i = 0; i < std::max<std::int64_t>(repetitions, 1); ++i) {
    values.push_back(seconds(calls) / static_cast<double>(calls));
  }
  return times_of(values);
}

}  // namespace halfpixel::bench
