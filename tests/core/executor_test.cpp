// Executors: every index once, whoever calls, whatever happens meanwhile.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/executor.hpp>

#include "executors/index_checks.hpp"

namespace {

using halfpixel::Executor;
using halfpixel::test::Counts;
using halfpixel::test::every_index_once;

TEST(Executor, RunsEveryIndexOnce) {
  for (const int threads : {1, 2, 3, 7, 40}) {
    const auto pool = halfpixel::make_thread_pool(threads);
    EXPECT_EQ(pool->concurrency(), threads);
    for (const std::int64_t count : {0, 1, 2, 3, 7, 100, 10000}) {
      for (int round = 0; round < 20; ++round) ASSERT_TRUE(every_index_once(*pool, count));
    }
  }
  EXPECT_TRUE(every_index_once(halfpixel::serial_executor(), 100));
  EXPECT_TRUE(every_index_once(halfpixel::default_executor(), 100));
  EXPECT_EQ(halfpixel::serial_executor().concurrency(), 1);
}

TEST(Executor, APoolMayBeHeldByAUniquePointer) {
  std::unique_ptr<Executor> pool = halfpixel::make_thread_pool(2);
  EXPECT_EQ(pool->concurrency(), 2);
  pool = halfpixel::make_thread_pool(3);
  EXPECT_EQ(pool->concurrency(), 3);
  halfpixel::OwnedExecutor own = halfpixel::make_thread_pool(2);
  own = halfpixel::make_thread_pool(4);
  EXPECT_EQ(own->concurrency(), 4);
  const std::shared_ptr<Executor> shared = std::move(own);
  EXPECT_TRUE(every_index_once(*shared, 100));
  EXPECT_EQ(own.get(), nullptr);
}

TEST(Executor, UsesItsThreads) {
  const auto pool = halfpixel::make_thread_pool(3);
  struct Meeting {
    std::atomic<int> arrived{0};
  } meeting;
  // Each of three tasks waits for the others: only three threads at once get through.
  pool->parallel_for(
      3,
      [](void* context, std::int64_t) noexcept {
        auto& m = *static_cast<Meeting*>(context);
        m.arrived.fetch_add(1);
        while (m.arrived.load() < 3) std::this_thread::yield();
      },
      &meeting);
  EXPECT_EQ(meeting.arrived.load(), 3);
}

TEST(Executor, SleepingThreadsWakeUp) {
  const auto pool = halfpixel::make_thread_pool(2);
  for (int i = 0; i < 5; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_TRUE(every_index_once(*pool, 50));
  }
}

TEST(Executor, NestedCallsRunSerially) {
  const auto pool = halfpixel::make_thread_pool(3);
  struct Nest {
    Executor* pool;
    std::atomic<int> good{0};
  } nest{pool.get(), {}};
  pool->parallel_for(
      20,
      [](void* context, std::int64_t) noexcept {
        auto& n = *static_cast<Nest*>(context);
        if (every_index_once(*n.pool, 30)) n.good.fetch_add(1);
        if (every_index_once(halfpixel::default_executor(), 30)) n.good.fetch_add(1);
      },
      &nest);
  EXPECT_EQ(nest.good.load(), 40);
}

TEST(Executor, ServesManyCallersAtOnce) {
  const auto pool = halfpixel::make_thread_pool(3);
  std::atomic<int> good{0};
  std::vector<std::thread> callers;
  for (int t = 0; t < 6; ++t) {
    callers.emplace_back([&] {
      for (int i = 0; i < 200; ++i) good += every_index_once(*pool, 40);
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(good.load(), 1200);
}

TEST(Executor, PoolsComeAndGo) {
  for (int i = 0; i < 50; ++i) {
    const auto pool = halfpixel::make_thread_pool(1 + i % 5);
    if (i % 2 == 0) {
      EXPECT_TRUE(every_index_once(*pool, 10));
    }
  }
}

TEST(Executor, TheSharedPoolIsResizedWhileInUse) {
  const int before = halfpixel::num_threads();
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> callers;
  for (int t = 0; t < 3; ++t) {
    callers.emplace_back([&] {
      while (!stop.load()) wrong += !every_index_once(halfpixel::default_executor(), 64);
    });
  }
  for (int i = 0; i < 60; ++i) halfpixel::set_num_threads(1 + i % 6);
  stop = true;
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(wrong.load(), 0);
  halfpixel::set_num_threads(5);
  EXPECT_EQ(halfpixel::num_threads(), 5);
  EXPECT_EQ(halfpixel::default_executor().concurrency(), 5);
  halfpixel::set_num_threads(before);
}

#if !defined(__SANITIZE_THREAD__)  // which ends children that start threads
TEST(Executor, TheSharedPoolSurvivesAFork) {
  const int threads = halfpixel::num_threads();
  halfpixel::set_num_threads(3);
  ASSERT_TRUE(every_index_once(halfpixel::default_executor(), 100));
  const pid_t child = fork();
  if (child == 0) {
    bool good = halfpixel::num_threads() == 3;
    good = good && every_index_once(halfpixel::default_executor(), 1000);
    halfpixel::set_num_threads(2);  // would wait for the parent's threads
    good = good && every_index_once(halfpixel::default_executor(), 1000);
    _exit(good ? 0 : 1);
  }
  int status = -1;
  for (int waited = 0; waited < 1000 && waitpid(child, &status, WNOHANG) == 0; ++waited)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  if (status == -1) kill(child, SIGKILL);
  EXPECT_EQ(status, 0);
  halfpixel::set_num_threads(threads);
}
#endif

TEST(Executor, RefusesNoThreads) {
  EXPECT_THROW(halfpixel::set_num_threads(0), halfpixel::Error);
  EXPECT_THROW(halfpixel::set_num_threads(-3), halfpixel::Error);
  EXPECT_THROW(halfpixel::make_thread_pool(0), halfpixel::Error);
  EXPECT_THROW(halfpixel::make_thread_pool(1 << 20), halfpixel::Error);
}

TEST(Executor, ThreadsCannotChangeInsideATask) {
  const int before = halfpixel::num_threads();
  halfpixel::set_num_threads(2);
  std::atomic<int> refused{0};
  halfpixel::default_executor().parallel_for(
      4,
      [](void* context, std::int64_t) noexcept {
        try {
          halfpixel::set_num_threads(3);
        } catch (const halfpixel::Error&) {
          static_cast<std::atomic<int>*>(context)->fetch_add(1);
        }
      },
      &refused);
  EXPECT_EQ(refused.load(), 4);
  EXPECT_EQ(halfpixel::num_threads(), 2);
  halfpixel::set_num_threads(before);
}

}  // namespace
