// Plans on OpenMP's threads.
#include <halfpixel/openmp_executor.hpp>

#include <halfpixel/error.hpp>

#include "executors/adapter_checks.hpp"

namespace {

using halfpixel::OpenMPExecutor;

TEST(OpenMPExecutor, RunsEveryIndexOnce) {
  for (const int threads : {1, 2, 3, 7}) {
    OpenMPExecutor executor(threads);
    EXPECT_EQ(executor.concurrency(), threads);
    halfpixel::test::check_indices(executor);
  }
  OpenMPExecutor executor;
  halfpixel::test::check_indices(executor);
}

TEST(OpenMPExecutor, GivesTheBitsOfTheDefaultPool) {
  for (const int threads : {1, 2, 3, 7}) {
    OpenMPExecutor executor(threads);
    halfpixel::test::check_bits(executor);
  }
  OpenMPExecutor executor;
  halfpixel::test::check_bits(executor);
}

TEST(OpenMPExecutor, FollowsOpenMPUnlessTold) {
  const int before = omp_get_max_threads();
  const OpenMPExecutor follows, three(3);
  omp_set_num_threads(5);
  EXPECT_EQ(follows.concurrency(), 5);
  EXPECT_EQ(three.concurrency(), 3);
  omp_set_num_threads(before);
  EXPECT_EQ(follows.concurrency(), before);
}

TEST(OpenMPExecutor, UsesItsThreads) {
  OpenMPExecutor executor(3);
  halfpixel::test::check_three_threads(executor);
}

TEST(OpenMPExecutor, NestedCallsRunSerially) {
  OpenMPExecutor executor(3);
  halfpixel::test::check_nested_calls(executor);

  struct Nest {
    OpenMPExecutor* executor;
    std::atomic<int> serial{0};
  } nest{&executor, {}};
  omp_set_max_active_levels(4);  // OpenMP itself would nest
  executor.parallel_for(
      9,
      [](void* context, std::int64_t) noexcept {
        auto& n = *static_cast<Nest*>(context);
        const int thread = omp_get_ancestor_thread_num(1);
        struct Inner {
          int thread;
          bool same = true;
        } inner{thread};
        n.executor->parallel_for(
            5,
            [](void* c, std::int64_t) noexcept {
              auto& i = *static_cast<Inner*>(c);
              i.same = i.same && omp_get_ancestor_thread_num(1) == i.thread;
            },
            &inner);
        n.serial += inner.same && n.executor->concurrency() == 1;
      },
      &nest);
  omp_set_max_active_levels(1);
  EXPECT_EQ(nest.serial.load(), 9);
}

TEST(OpenMPExecutor, ServesManyCallersAtOnce) {
  OpenMPExecutor executor(3);
  halfpixel::test::check_many_callers(executor);
}

TEST(OpenMPExecutor, RefusesNoThreads) {
  EXPECT_THROW(OpenMPExecutor(0), halfpixel::Error);
  EXPECT_THROW(OpenMPExecutor(-2), halfpixel::Error);
}

}  // namespace
