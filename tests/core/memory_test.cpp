// Recycling of large buffers: reused, limited, given back.
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include <halfpixel/memory.hpp>
#include <halfpixel/tensor.hpp>

namespace {

namespace memory = halfpixel::memory;
using halfpixel::DType;
using halfpixel::Tensor;

constexpr std::int64_t kMebibyte = 1 << 20;

class Recycling : public testing::Test {
 protected:
  void SetUp() override {
    limit_ = memory::keep_limit();
    memory::release();
    before_ = memory::statistics();
  }
  void TearDown() override {
    memory::set_keep_limit(limit_);
    memory::release();
  }
  std::size_t reused() const { return memory::statistics().reused_count - before_.reused_count; }
  std::size_t limit_ = 0;
  memory::Statistics before_{};
};

TEST_F(Recycling, GivesTheSameBufferAgain) {
  const void* first = nullptr;
  {
    const Tensor x({kMebibyte}, DType::uint8);
    first = x.data();
    EXPECT_GE(memory::statistics().in_use_bytes, static_cast<std::size_t>(kMebibyte));
  }
  EXPECT_GE(memory::statistics().kept_bytes, static_cast<std::size_t>(kMebibyte));
  const Tensor y({kMebibyte - 100}, DType::uint8);
  EXPECT_EQ(y.data(), first);
  EXPECT_EQ(reused(), 1u);
  EXPECT_EQ(memory::statistics().kept_bytes, 0u);
}

TEST_F(Recycling, DoesNotGiveABufferTwice) {
  {
    const Tensor x({kMebibyte}, DType::uint8);
  }
  const Tensor y({kMebibyte}, DType::uint8);
  const Tensor z({kMebibyte}, DType::uint8);
  EXPECT_NE(y.data(), z.data());
}

TEST_F(Recycling, LeavesSmallBuffersAlone) {
  {
    const Tensor x({1000}, DType::uint8);
  }
  EXPECT_EQ(memory::statistics().kept_bytes, 0u);
}

TEST_F(Recycling, KeepsNoMoreThanTheLimit) {
  memory::set_keep_limit(3 * kMebibyte);
  EXPECT_EQ(memory::keep_limit(), 3u * kMebibyte);
  {
    std::vector<Tensor> many;
    for (int i = 0; i < 8; ++i) many.emplace_back(Tensor({kMebibyte}, DType::uint8));
  }
  EXPECT_LE(memory::statistics().kept_bytes, 3u * kMebibyte);
  EXPECT_GT(memory::statistics().kept_bytes, 0u);
  memory::set_keep_limit(0);
  EXPECT_EQ(memory::statistics().kept_bytes, 0u);
  {
    const Tensor x({kMebibyte}, DType::uint8);
  }
  EXPECT_EQ(memory::statistics().kept_bytes, 0u);
}

TEST_F(Recycling, ReleasesEverything) {
  {
    const Tensor x({5 * kMebibyte}, DType::uint8);
  }
  memory::release();
  EXPECT_EQ(memory::statistics().kept_bytes, 0u);
}

TEST_F(Recycling, EverySizeHoldsWhatItPromises) {
  for (std::int64_t bytes = 250 * 1024; bytes < 5 * kMebibyte; bytes = bytes * 9 / 8 + 13) {
    for (int round = 0; round < 2; ++round) {
      Tensor x({bytes}, DType::uint8);
      std::fill_n(x.data<std::uint8_t>(), bytes, std::uint8_t{1});
    }
  }
  EXPECT_EQ(memory::statistics().in_use_bytes, before_.in_use_bytes);
}

TEST_F(Recycling, ServesManyThreads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 200; ++i) {
        Tensor x({(1 + (i + t) % 3) * 300 * 1024}, DType::uint8);
        x.data<std::uint8_t>()[0] = static_cast<std::uint8_t>(t);
        x.data<std::uint8_t>()[x.size() - 1] = static_cast<std::uint8_t>(t);
        if (i % 50 == 0) memory::release();
        if (x.data<std::uint8_t>()[0] != t) std::abort();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(memory::statistics().in_use_bytes, before_.in_use_bytes);
}

}  // namespace
