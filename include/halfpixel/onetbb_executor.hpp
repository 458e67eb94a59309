// Plans on oneTBB's threads: for programs that have them already, so that two pools do not fight
// for the cores. Not part of halfpixel.hpp: it needs oneTBB (CMake: TBB::tbb) in the program that
// includes it, and in nothing else.
#pragma once

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>

#include <atomic>
#include <cstdint>

#include <halfpixel/executor.hpp>

namespace halfpixel {

// Each call is one tbb::parallel_for. While a caller waits in it, it helps with that call alone and
// is given no other task, so callers may hold locks.
class TBBExecutor final : public Executor {
 public:
  // Works in the arena that the calling thread is in.
  TBBExecutor() noexcept = default;
  // Works in this one, which must outlive the executor.
  explicit TBBExecutor(tbb::task_arena& arena) noexcept : arena_(&arena) {}

  int concurrency() const noexcept override {
    return arena_ != nullptr ? arena_->max_concurrency() : tbb::this_task_arena::max_concurrency();
  }

  void parallel_for(std::int64_t count, Task task, void* context) noexcept override {
    // Indices are handed out here rather than by the ranges, so that those which TBB could not
    // place, for want of memory, are still known.
    std::atomic<std::int64_t> next{0};
    const auto take_one = [&] {
      const std::int64_t i = next.fetch_add(1, std::memory_order_relaxed);
      if (i < count) task(context, i);
      return i < count;
    };
    const auto loop = [&] {
      tbb::this_task_arena::isolate([&] {
        // A caller's cancelled group must not cancel this: a result is whole or was never begun.
        tbb::task_group_context alone(tbb::task_group_context::isolated);
        tbb::parallel_for(
            tbb::blocked_range<std::int64_t>(0, count),
            [&](const tbb::blocked_range<std::int64_t>& range) {
              for (std::int64_t i = range.begin(); i < range.end(); ++i) take_one();
            },
            tbb::simple_partitioner(), alone);
      });
    };
    try {
      if (arena_ != nullptr) {
        arena_->execute(loop);
      } else {
        loop();
      }
    } catch (...) {  // TBB has waited for what it had begun
      while (take_one()) {
      }
    }
  }

 private:
  tbb::task_arena* arena_ = nullptr;  // null: the caller's
};

}  // namespace halfpixel
