// Loops over OpenMP's threads, for work that can be cut anywhere.
#pragma once

#include <omp.h>

#include <algorithm>
#include <cstdint>
#include <thread>

#include <halfpixel/executor.hpp>

namespace halfpixel::graph {

// Below this many elements another thread costs more than it brings.
inline constexpr std::int64_t kSerialElements = 16384;

// work(begin, end) for blocks of [0, count), on several threads when `elements` (of all the work)
// are many.
template <class Work>
void parallel_blocks(std::int64_t count, std::int64_t elements, const Work& work) noexcept {
  const std::int64_t most = std::min<std::int64_t>(num_threads(), count);
  const int threads = static_cast<int>(
      std::clamp<std::int64_t>(elements / kSerialElements, 1, std::max<std::int64_t>(most, 1)));
  if (threads == 1) {
    if (count > 0) work(std::int64_t{0}, count);
    return;
  }
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int t = 0; t < threads; ++t) {
    const std::int64_t begin = count * t / threads, end = count * (t + 1) / threads;
    if (begin < end) work(begin, end);
  }
}

// The most threads that a run may have: how often a kernel takes the scratch of one.
inline std::int64_t most_threads() {
  return std::max<std::int64_t>(num_threads(),
                                static_cast<std::int64_t>(std::thread::hardware_concurrency()));
}

// work(item, thread) for items of [0, count), thread below `most`: who is done takes the next.
template <class Work>
void parallel_items(std::int64_t count, std::int64_t most, const Work& work) noexcept {
  const auto threads = static_cast<int>(std::min<std::int64_t>({num_threads(), most, count}));
  if (threads <= 1) {
    for (std::int64_t item = 0; item < count; ++item) work(item, std::int64_t{0});
    return;
  }
#pragma omp parallel for num_threads(threads) schedule(dynamic)
  for (std::int64_t item = 0; item < count; ++item)
    work(item, static_cast<std::int64_t>(omp_get_thread_num()));
}

}  // namespace halfpixel::graph
