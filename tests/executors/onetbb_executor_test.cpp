// Plans on oneTBB's threads.
#include <halfpixel/onetbb_executor.hpp>

#include <tbb/global_control.h>
#include <tbb/task_group.h>

#include <chrono>

#include "executors/adapter_checks.hpp"

namespace {

using halfpixel::TBBExecutor;

// TBB starts no more threads than there are cores unless told.
class TBBExecutorTest : public ::testing::Test {
  tbb::global_control threads_{tbb::global_control::max_allowed_parallelism, 7};
};

TEST_F(TBBExecutorTest, RunsEveryIndexOnce) {
  for (const int threads : {1, 2, 3, 7}) {
    tbb::task_arena arena(threads);
    TBBExecutor executor(arena);
    EXPECT_EQ(executor.concurrency(), threads);
    halfpixel::test::check_indices(executor);
  }
  TBBExecutor executor;
  EXPECT_EQ(executor.concurrency(), tbb::this_task_arena::max_concurrency());
  halfpixel::test::check_indices(executor);
}

TEST_F(TBBExecutorTest, GivesTheBitsOfTheDefaultPool) {
  for (const int threads : {1, 2, 3, 7}) {
    tbb::task_arena arena(threads);
    TBBExecutor executor(arena);
    halfpixel::test::check_bits(executor);
  }
  TBBExecutor executor;
  halfpixel::test::check_bits(executor);
}

TEST_F(TBBExecutorTest, UsesItsThreads) {
  tbb::task_arena arena(3);
  TBBExecutor executor(arena);
  halfpixel::test::check_three_threads(executor);
}

TEST_F(TBBExecutorTest, NestedCallsComeBack) {
  tbb::task_arena arena(3);
  TBBExecutor in_arena(arena), in_place;
  halfpixel::test::check_nested_calls(in_arena);
  halfpixel::test::check_nested_calls(in_place);
}

TEST_F(TBBExecutorTest, ServesManyCallersAtOnce) {
  tbb::task_arena arena(3);
  TBBExecutor in_arena(arena), in_place;
  halfpixel::test::check_many_callers(in_arena);
  halfpixel::test::check_many_callers(in_place);
}

// Work of a group that was cancelled is left out by TBB; a result of ours is not.
TEST_F(TBBExecutorTest, ACancelledCallerStillGetsEveryIndex) {
  tbb::task_arena arena(3);
  TBBExecutor in_arena(arena), in_place;
  bool good = false;
  tbb::task_group group;
  group.run_and_wait([&] {
    group.cancel();
    good = halfpixel::test::every_index_once(in_arena, 100) &&
           halfpixel::test::every_index_once(in_place, 100);
  });
  EXPECT_TRUE(good);
}

// A caller that waits must not be given its caller's other tasks: it may hold what they wait for.
TEST_F(TBBExecutorTest, WaitingCallersAreGivenNoOtherTasks) {
  static thread_local bool holds = false;
  std::atomic<int> mixed{0};
  TBBExecutor executor;
  tbb::task_arena arena(4);
  arena.execute([&] {
    tbb::parallel_for(0, 100, [&](int) {
      if (holds) ++mixed;
      holds = true;
      executor.parallel_for(
          4,
          [](void*, std::int64_t) noexcept {
            std::this_thread::sleep_for(std::chrono::microseconds(100));
          },
          nullptr);
      holds = false;
    });
  });
  EXPECT_EQ(mixed.load(), 0);
}

}  // namespace
