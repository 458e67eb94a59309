// Random values: repeatable with a seed, of the distribution they claim.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include <halfpixel/error.hpp>
#include <halfpixel/tensor.hpp>

namespace {

using halfpixel::DType;
using halfpixel::Tensor;
namespace random = halfpixel::random;

bool equal(const Tensor& a, const Tensor& b) {
  const auto x = a.span<float>();
  const auto y = b.span<float>();
  return std::equal(x.begin(), x.end(), y.begin(), y.end());
}

TEST(Random, SeedsDecide) {
  EXPECT_TRUE(equal(random::normal({100}, 0, 1, DType::float32, 7),
                    random::normal({100}, 0, 1, DType::float32, 7)));
  EXPECT_FALSE(equal(random::normal({100}, 0, 1, DType::float32, 7),
                     random::normal({100}, 0, 1, DType::float32, 8)));
  EXPECT_FALSE(equal(random::normal({100}), random::normal({100})));
  EXPECT_TRUE(equal(random::uniform({9}, 0, 1, DType::float32, 0),
                    random::uniform({9}, 0, 1, DType::float32, 0)));
  // A negative seed is a seed.
  EXPECT_TRUE(equal(random::normal({9}, 0, 1, DType::float32, -1),
                    random::normal({9}, 0, 1, DType::float32, -1)));
}

TEST(Random, HasTensorFlowsSpellingToo) {
  EXPECT_EQ(&halfpixel::tf::random::normal, &random::normal);
  EXPECT_EQ(&halfpixel::tf::random::uniform, &random::uniform);
}

// SplitMix64's first values for seed 0, published with the algorithm.
TEST(Random, UniformIsSplitMix64) {
  const Tensor x = random::uniform({3}, 0.0, 1.0, DType::float64, 0);
  const std::uint64_t want[] = {0xE220A8397B1DCDAFu, 0x6E789E6AA1B965F4u, 0x06C45D188009454Fu};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(x.span<double>()[static_cast<std::size_t>(i)],
              static_cast<double>(want[i] >> 11) * 0x1p-53);
  }
}

TEST(Random, NormalHasItsMomentsAndUniformItsBounds) {
  const Tensor x = random::normal({200000}, 3.0, 2.0, DType::float64, 1);
  double sum = 0, squares = 0;
  for (const double v : x.span<double>()) sum += v, squares += v * v;
  const double mean = sum / 200000, variance = squares / 200000 - mean * mean;
  EXPECT_NEAR(mean, 3.0, 0.02);
  EXPECT_NEAR(variance, 4.0, 0.05);
  const Tensor uniform = random::uniform({100000}, -2.0, 5.0, DType::float32, 1);
  for (const float v : uniform.span<float>()) {
    ASSERT_TRUE(v >= -2.0f && v < 5.0f) << v;
  }
}

TEST(Random, UniformNeverReachesItsUpperBound) {
  const float high =
      std::nextafter(1.0f, 2.0f);  // one step above low: half of all values round to it
  const Tensor x = random::uniform({1000}, 1.0, high, DType::float32, 3);
  for (const float v : x.span<float>()) EXPECT_EQ(v, 1.0f);
}

TEST(Random, RefusesOtherDtypes) {
  EXPECT_THROW(random::normal({2}, 0, 1, DType::int32), halfpixel::Error);
  EXPECT_THROW(random::uniform({2}, 0, 1, DType::float16), halfpixel::Error);
}

}  // namespace
