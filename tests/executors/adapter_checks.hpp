// What every adapter promises: each index once, whoever calls, and the bits of the default pool.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include <halfpixel/executor.hpp>
#include <halfpixel/keras/up_sampling.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/tensor.hpp>
#include <halfpixel/tf_image.hpp>

#include "executors/index_checks.hpp"

namespace halfpixel::test {

inline void check_indices(Executor& executor) {
  for (const std::int64_t count : {0, 1, 2, 3, 7, 100, 10000}) {
    for (int round = 0; round < 10; ++round) ASSERT_TRUE(every_index_once(executor, count));
  }
}

// Calls from inside a task come back, whichever executor they go to.
inline void check_nested_calls(Executor& executor) {
  struct Nest {
    Executor* executor;
    std::atomic<int> good{0};
  } nest{&executor, {}};
  executor.parallel_for(
      20,
      [](void* context, std::int64_t) noexcept {
        auto& n = *static_cast<Nest*>(context);
        n.good += every_index_once(*n.executor, 30);
        n.good += every_index_once(default_executor(), 30);
      },
      &nest);
  EXPECT_EQ(nest.good.load(), 40);
}

inline void check_many_callers(Executor& executor) {
  std::atomic<int> good{0};
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([&] {
      for (int i = 0; i < 50; ++i) good += every_index_once(executor, 40);
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(good.load(), 200);
}

// How many tasks the plans asked for: an executor that is never asked shows nothing.
class Counting final : public Executor {
 public:
  explicit Counting(Executor& executor) : executor_(executor) {}
  int concurrency() const noexcept override { return executor_.concurrency(); }
  void parallel_for(std::int64_t count, Task task, void* context) noexcept override {
    tasks += count;
    executor_.parallel_for(count, task, context);
  }
  std::int64_t tasks = 0;

 private:
  Executor& executor_;
};

inline std::vector<resample::Plan> plans() {
  using tf::image::ResizeMethod;
  const Shape photo = {2, 301, 199, 3};
  std::vector<resample::Plan> list;
  for (const auto method : {ResizeMethod::nearest_neighbor, ResizeMethod::bilinear,
                            ResizeMethod::bicubic, ResizeMethod::area, ResizeMethod::lanczos3}) {
    list.push_back(tf::image::plan_resize(photo, DType::float32, {467, 411}, {.method = method}));
    list.push_back(tf::image::plan_resize(photo, DType::uint8, {467, 411}, {.method = method}));
  }
  list.push_back(tf::image::plan_resize(photo, DType::float32, {163, 77},
                                        {.method = ResizeMethod::lanczos5, .antialias = true}));
  const keras::layers::UpSampling2D layer({.size = {2, 3},
                                           .data_format = DataFormat::channels_last,
                                           .interpolation = keras::Interpolation::nearest,
                                           .name = "up",
                                           .dtype = DType::float32});
  list.push_back(layer.plan(photo, DType::float32));
  return list;
}

inline void check_bits(Executor& executor) {
  Counting counting(executor);
  for (const resample::Plan& plan : plans()) {
    const Tensor x =
        random::uniform(plan.input_shape(), 0, 255, DType::float32, 7).astype(plan.input_dtype());
    Tensor want(plan.output_shape(), plan.output_dtype());
    plan.run(x, want);
    Tensor got(plan.output_shape(), plan.output_dtype());
    std::memset(got.data(), 0x55, static_cast<std::size_t>(got.size_bytes()));
    plan.run(x, got, counting);
    EXPECT_EQ(std::memcmp(got.data(), want.data(), static_cast<std::size_t>(want.size_bytes())), 0)
        << plan.describe();
  }
  EXPECT_EQ(counting.tasks > 0, executor.concurrency() > 1);
}

}  // namespace halfpixel::test
