// What every executor promises of its indices and its threads.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include <halfpixel/executor.hpp>

namespace halfpixel::test {

struct Counts {
  explicit Counts(std::int64_t n) : of(static_cast<std::size_t>(n)) {}
  std::vector<std::atomic<int>> of;
  static void count(void* context, std::int64_t i) noexcept {
    static_cast<Counts*>(context)->of[static_cast<std::size_t>(i)].fetch_add(1);
  }
  bool all_one() const {
    for (const auto& n : of) {
      if (n.load() != 1) return false;
    }
    return true;
  }
};

inline bool every_index_once(Executor& executor, std::int64_t count) {
  Counts counts(count);
  executor.parallel_for(count, Counts::count, &counts);
  return counts.all_one();
}

// Each of three tasks waits for the others: only three threads at once get through.
inline void check_three_threads(Executor& executor) {
  std::atomic<int> arrived{0};
  executor.parallel_for(
      3,
      [](void* context, std::int64_t) noexcept {
        auto& n = *static_cast<std::atomic<int>*>(context);
        n.fetch_add(1);
        while (n.load() < 3) std::this_thread::yield();
      },
      &arrived);
  EXPECT_EQ(arrived.load(), 3);
}

}  // namespace halfpixel::test
