// The same bits for any number of threads and any order of work.
#include <gtest/gtest.h>

#include <thread>

#include <halfpixel/executor.hpp>

#include "resample/checker.hpp"
#include "resample/repeat_plans.hpp"

namespace {

using halfpixel::DType;
using halfpixel::Tensor;
using halfpixel::resample::Plan;
using problems::Method;
using problems::Problem;

// Last task first, and says that it has many threads.
class Backwards final : public halfpixel::Executor {
 public:
  int concurrency() const noexcept override { return 5; }
  void parallel_for(std::int64_t count, Task task, void* context) noexcept override {
    tasks += count;
    for (std::int64_t i = count; i-- > 0;) task(context, i);
  }
  std::int64_t tasks = 0;
};

void check(const Plan& plan) {
  const Tensor x = problems::values(plan.input_shape(), plan.input_dtype(), 3, false);
  Tensor want(plan.output_shape(), plan.output_dtype());
  plan.run(x, want, halfpixel::serial_executor());
  const auto expect = [&](halfpixel::Executor& executor, const char* what) {
    Tensor got(plan.output_shape(), plan.output_dtype());
    std::memset(got.data(), 0x55, static_cast<std::size_t>(got.size_bytes()));
    plan.run(x, got, executor);
    EXPECT_EQ(oracle::difference(got, want), std::nullopt) << what << "; " << plan.describe();
  };
  for (const int threads : {1, 2, 3, 7}) {
    const auto pool = halfpixel::make_thread_pool(threads);
    expect(*pool, "pool");
  }
  expect(halfpixel::default_executor(), "default");
  Backwards backwards;
  expect(backwards, "backwards");
  EXPECT_GT(backwards.tasks, 1) << plan.describe();  // or nothing was shown
}

TEST(PlanThreads, EveryMethodGivesTheSameBits) {
  for (const Method method : problems::kMethods) {
    for (const bool gradient : {false, true}) {
      for (const bool antialias : {false, true}) {
        Problem p{.gradient = gradient,
                  .method = method,
                  .antialias = antialias,
                  .n = 2,
                  .h = 101,
                  .w = 97,
                  .c = 3,
                  .out_h = 203,
                  .out_w = 190};
        if (!p.valid()) continue;
        check(p.plan());
        std::swap(p.h, p.out_h), std::swap(p.w, p.out_w);
        check(p.plan());
        p.channels_first = true;
        check(p.plan());
      }
    }
  }
}

TEST(PlanThreads, RepetitionAndItsGradientGiveTheSameBits) {
  using halfpixel::DataFormat;
  for (const bool gradient : {false, true}) {
    for (const auto format : {DataFormat::channels_last, DataFormat::channels_first}) {
      check(problems::repeat_plan({40, 2001, 7}, DType::float32, 3, DataFormat::channels_last,
                                  gradient));
      check(problems::repeat_plan({3, 37, 41, 53}, DType::float32, {2, 3}, format, gradient));
      check(
          problems::repeat_plan({2, 11, 13, 17, 19}, DType::float32, {2, 1, 3}, format, gradient));
    }
  }
}

TEST(PlanThreads, OnePlanServesManyCallersAtOnce) {
  const Plan plan =
      Problem{
          .method = Method::lanczos3, .n = 2, .h = 60, .w = 60, .c = 4, .out_h = 120, .out_w = 130}
          .plan();
  const Tensor x = problems::values(plan.input_shape(), plan.input_dtype(), 4, false);
  Tensor want(plan.output_shape(), plan.output_dtype());
  plan.run(x, want, halfpixel::serial_executor());
  std::vector<std::thread> callers;
  std::vector<std::string> wrong(6);
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    callers.emplace_back([&, t] {
      for (int i = 0; i < 10 && wrong[t].empty(); ++i) {
        const Plan copy = plan;
        Tensor got(copy.output_shape(), copy.output_dtype());
        copy.run(x, got);
        wrong[t] = oracle::difference(got, want).value_or("");
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  for (const std::string& text : wrong) EXPECT_EQ(text, "");
}

}  // namespace
