#include <gtest/gtest.h>

#include <halfpixel/cpu.hpp>
#include <halfpixel/keras/up_sampling.hpp>
#include <halfpixel/tf_image.hpp>

#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "frontends/plan_cache.hpp"

namespace halfpixel {
namespace {

using tf::image::ResizeMethod;

TEST(PlanCache, EveryOptionIsPartOfTheKey) {
  const Tensor x = random::uniform({1, 5, 6, 3}, 0, 1, DType::float32, 1);
  const auto result = [&](const tf::image::ResizeOptions& options, const Size& size) {
    return tf::image::plan_resize(x.shape(), x.dtype(), size, options).describe();
  };
  const std::string one = result({.method = ResizeMethod::bicubic}, {3, 4});
  EXPECT_EQ(one, result({.method = ResizeMethod::bicubic}, {3, 4}));
  EXPECT_NE(one, result({.method = ResizeMethod::bicubic}, {4, 3}));
  EXPECT_NE(one, result({.method = ResizeMethod::bicubic, .antialias = true}, {3, 4}));
  EXPECT_NE(one, result({.method = ResizeMethod::lanczos3}, {3, 4}));
  EXPECT_NE(one, tf::image::plan_resize(x.shape(), DType::uint8, {3, 4},
                                        {.method = ResizeMethod::bicubic})
                     .describe());
  EXPECT_NE(one, tf::image::plan_resize({5, 6, 3}, DType::float32, {3, 4},
                                        {.method = ResizeMethod::bicubic})
                     .describe());
}

TEST(PlanCache, LayersThatDifferInOneOptionDoNotShareAPlan) {
  using namespace keras;
  const Shape shape{1, 4, 4, 4};
  const auto plan = [&](layers::UpSampling2DOptions options) {
    return layers::UpSampling2D(std::move(options)).plan(shape, DType::float64);
  };
  const auto base = plan({});
  EXPECT_EQ(base.output_shape(), (Shape{1, 8, 8, 4}));
  EXPECT_EQ(plan({.size = {1, 2}}).output_shape(), (Shape{1, 4, 8, 4}));
  EXPECT_EQ(plan({.data_format = DataFormat::channels_first}).output_shape(), (Shape{1, 4, 8, 8}));
  EXPECT_EQ(plan({.dtype = DType::float64}).output_dtype(), DType::float64);
  EXPECT_NE(plan({.interpolation = Interpolation::bilinear}).describe(), base.describe());
}

TEST(PlanCache, PlansFollowTheTargetThatIsSet) {
  const std::string before = cpu::target();
  for (const std::string& name : cpu::available_targets()) {
    cpu::set_target(name);
    const auto plan = tf::image::plan_resize({1, 3, 3, 1}, DType::float32, {6, 6});
    EXPECT_NE(plan.describe().find(" " + name + "\n"), std::string::npos) << plan.describe();
  }
  cpu::set_target(before);
}

TEST(PlanCache, ServesManyThreadsAtOnce) {
  const Tensor x = random::uniform({1, 7, 5, 2}, 0, 1, DType::float32, 2);
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 300; ++i) {
        const std::int64_t side = 1 + (i * 7 + t) % 90;  // more sizes than slots
        const Tensor a = tf::image::resize(x, {side, 3});
        const Tensor b = tf::image::resize(x, {side, 3});
        if (a.shape() != Shape{1, side, 3, 2} ||
            std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size_bytes())) != 0) {
          ++wrong[static_cast<std::size_t>(t)];
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

}  // namespace
}  // namespace halfpixel
