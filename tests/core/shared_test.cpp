// Owner and Shared: a std::shared_ptr that headers need not know.
#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "core/access.hpp"

namespace halfpixel {
namespace {

struct Front {
  int front = 1;
};
struct Back {
  int back = 2;
};
struct Both : Front, Back {};  // Back stands behind its beginning

TEST(Shared, OwnsWhatASharedPointerOwns) {
  const auto object = std::make_shared<Both>();
  detail::Shared<const Back> handle = object;
  EXPECT_EQ(object.use_count(), 2);
  EXPECT_EQ(handle.get(), object.get());
  EXPECT_EQ(handle->back, 2);
  detail::Shared<const Back> copy = handle;
  EXPECT_TRUE(copy == handle);
  EXPECT_EQ(object.use_count(), 3);
  const detail::Shared<const Back> moved = std::move(copy);
  EXPECT_EQ(copy.get(), nullptr);
  EXPECT_EQ(object.use_count(), 3);
  copy = moved;
  copy = *&copy;
  handle = std::move(copy);
  EXPECT_EQ(object.use_count(), 3);
  const std::shared_ptr<const Back> again = Access::pointer(handle);
  EXPECT_EQ(again.get(), object.get());
  EXPECT_EQ(object.use_count(), 4);
}

TEST(Shared, EndsWhatItMade) {
  const auto alive = std::make_shared<int>(0);
  {
    const auto handle = detail::Shared<const std::shared_ptr<int>>::make(alive);
    EXPECT_EQ(alive.use_count(), 2);
    EXPECT_EQ(*handle, alive);
  }
  EXPECT_EQ(alive.use_count(), 1);
  EXPECT_EQ(detail::Shared<int>().get(), nullptr);
}

TEST(Shared, CopiesMayBeMadeByManyThreads) {
  const auto object = std::make_shared<int>(3);
  const detail::Shared<int> handle = object;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        const detail::Shared<int> copy = handle;
        ASSERT_EQ(*copy, 3);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(object.use_count(), 2);
}

}  // namespace
}  // namespace halfpixel
