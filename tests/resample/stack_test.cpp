// Threads with stacks of 256 KiB can run every plan: scratch lies on the stack
// (docs/decisions/0004).
#include <pthread.h>

#include <cstring>

#include <gtest/gtest.h>

#include <halfpixel/executor.hpp>
#include <halfpixel/tf_image.hpp>

namespace halfpixel {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // whose frames are several times as large
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

struct Job {
  const resample::Plan* plan;
  Tensor in, out;
  void run() { plan->run(in, out, serial_executor()); }
};

void run_on_small_stack(Job& job) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, 256 << 10), 0);
  pthread_t thread;
  const auto body = [](void* context) -> void* {
    static_cast<Job*>(context)->run();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, body, &job), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

void expect_same_on_small_stack(const resample::Plan& plan) {
  Job job{&plan, zeros(plan.input_shape(), plan.input_dtype()),
          Tensor(plan.output_shape(), plan.output_dtype())};
  std::memset(job.in.data(), 0x3f, static_cast<std::size_t>(job.in.size_bytes()));
  run_on_small_stack(job);
  const Tensor on_small = job.out.clone();
  job.run();
  const auto bytes = static_cast<std::size_t>(job.out.size_bytes());
  EXPECT_EQ(std::memcmp(on_small.data(), job.out.data(), bytes), 0);
}

// Few channels, many, and one pixel that is wider than scratch; floats, and samples on their way
// through floats.
TEST(Stack, PlansRunOn256KiB) {
  if (kSanitized) GTEST_SKIP() << "frames of sanitized code are larger";
  for (const std::int64_t channels : {1, 3, 64, 9000}) {
    const std::int64_t side = channels > 1000 ? 5 : 40;
    const Shape large{1, side, side, channels};
    const Shape small{1, side / 2, side / 2, channels};
    for (const auto method : tf::image::resize_methods()) {
      for (const bool antialias : {false, true}) {
        const tf::image::ResizeOptions options{.method = method, .antialias = antialias};
        for (const DType dtype : {DType::float32, DType::uint8, DType::float64}) {
          const Size up{side + 7, side + 9};
          expect_same_on_small_stack(tf::image::plan_resize(large, dtype, up, options));
          const Size down{small[1], small[2]};
          expect_same_on_small_stack(tf::image::plan_resize(large, dtype, down, options));
        }
        if (method == tf::image::ResizeMethod::area) continue;  // has no gradient
        expect_same_on_small_stack(
            tf::image::plan_resize_gradient(large, DType::float32, small, options));
        expect_same_on_small_stack(
            tf::image::plan_resize_gradient(small, DType::float32, large, options));
      }
    }
  }
}

}  // namespace
}  // namespace halfpixel
