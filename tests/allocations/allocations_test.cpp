// Running a plan allocates nothing. This program counts every call of malloc and its like, on all
// threads.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <new>
#include <utility>

#include <halfpixel/keras/resizing.hpp>
#include <halfpixel/keras/up_sampling.hpp>

#include "resample/checker.hpp"
#include "resample/repeat_plans.hpp"

namespace {
std::atomic<bool> counting{false};
std::atomic<std::int64_t> allocations{0};
void note() {
  if (counting.load(std::memory_order_relaxed)) allocations.fetch_add(1);
}
}  // namespace

// The sanitizers bring their own malloc; there operator new alone is counted.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HALFPIXEL_OWN_MALLOC 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HALFPIXEL_OWN_MALLOC 0
#endif
#endif
#if !defined(HALFPIXEL_OWN_MALLOC) && defined(__GLIBC__)
#define HALFPIXEL_OWN_MALLOC 1
#endif

#if HALFPIXEL_OWN_MALLOC
#pragma GCC visibility push(default)  // clang would hide them from the standard library
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void* malloc(std::size_t bytes) {
  note();
  return __libc_malloc(bytes);
}
void* calloc(std::size_t count, std::size_t bytes) {
  note();
  return __libc_calloc(count, bytes);
}
void* realloc(void* block, std::size_t bytes) {
  note();
  return __libc_realloc(block, bytes);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  note();
  return __libc_memalign(alignment, bytes);
}
}
#pragma GCC visibility pop
#else
void* operator new(std::size_t bytes) {
  note();
  void* const block = std::malloc(bytes == 0 ? 1 : bytes);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
void operator delete(void* block) noexcept {
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  std::free(block);
}
#endif

namespace {

using halfpixel::DataFormat;
using halfpixel::DType;
using halfpixel::Executor;
using halfpixel::Tensor;
using halfpixel::TensorView;
using halfpixel::resample::Plan;
using halfpixel::resample::Window;
using problems::Problem;

template <class F>
std::int64_t allocations_of(F&& f) {
  allocations = 0;
  counting = true;
  f();
  counting = false;
  return allocations.load();
}

std::array<Executor*, 3> executors() {
  static const auto pool = halfpixel::make_thread_pool(3);
  return {&halfpixel::serial_executor(), &halfpixel::default_executor(), pool.get()};
}

void check(const Plan& plan, const TensorView& src, const TensorView& dst) {
  for (Executor* const executor : executors()) {
    EXPECT_EQ(allocations_of([&] { plan.run(src, dst, *executor); }), 0) << plan.describe();
  }
}

TEST(Allocations, AreCounted) {
  // By a pointer: clang leaves out an allocation whose end it sees.
  void* (*volatile allocate)(std::size_t) = ::operator new;
  EXPECT_GT(allocations_of([&] { ::operator delete(allocate(1)); }), 0);
  EXPECT_GT(allocations_of([] { const Tensor x({10}, DType::float32); }), 0);
}

TEST(Allocations, RunMakesNone) {
  std::mt19937_64 engine(1);
  for (const DType dtype : problems::kDTypes) {
    for (const auto method : problems::kMethods) {
      for (int flags = 0; flags < 8; ++flags) {
        Problem p{.gradient = (flags & 1) != 0,
                  .method = method,
                  .antialias = (flags & 2) != 0,
                  .channels_first = (flags & 4) != 0,
                  .dtype = dtype,
                  .n = 2,
                  .h = 9,
                  .w = 5,
                  .c = 3,
                  .out_h = 4,
                  .out_w = 12};
        if (!p.valid()) continue;
        const Plan plan = p.plan();
        checker::Placed src(p.input_shape(), plan.input_dtype(),
                            testing_memory::random_layout(engine, 4));
        src.write(problems::values(p.input_shape(), dtype, 1, false));
        checker::Placed dst(p.output_shape(), plan.output_dtype(),
                            testing_memory::random_layout(engine, 4));
        check(plan, src.view(p.order()), dst.view(p.order()));
      }
    }
  }
}

TEST(Allocations, LargeImagesOnManyThreadsMakeNone) {
  for (const auto method : problems::kMethods) {
    const Problem p{.method = method,
                    .antialias = true,
                    .h = 400,
                    .w = 500,
                    .c = 3,
                    .out_h = 600,
                    .out_w = 700};
    const Plan plan = p.plan();
    Tensor x = problems::values(p.input_shape(), p.dtype, 1, false);
    Tensor y(p.output_shape(), plan.output_dtype());
    check(plan, x, y);
  }
}

TEST(Allocations, ManyChannelsAndWideReductionsMakeNone) {
  for (const auto method : problems::kMethods) {
    for (const auto& [width, out, channels] :
         {std::array<std::int64_t, 3>{9000, 2, 3}, {40, 3, 5000}, {3, 40, 1100}}) {
      const Problem p{.method = method, .antialias = true, .w = width, .c = channels, .out_w = out};
      const Plan plan = p.plan();
      Tensor x = problems::values(p.input_shape(), p.dtype, 1, false);
      Tensor y(p.output_shape(), plan.output_dtype());
      check(plan, x, y);
    }
  }
}

TEST(Allocations, RepetitionAndWindowsMakeNone) {
  for (const bool gradient : {false, true}) {
    for (const auto format : {DataFormat::channels_last, DataFormat::channels_first}) {
      const Plan plan =
          problems::repeat_plan({2, 30, 40, 20}, DType::float32, {3, 2}, format, gradient);
      Tensor x = problems::values(plan.input_shape(), DType::float32, 1, false);
      Tensor y(plan.output_shape(), DType::float32);
      check(plan, x, y);
    }
  }
  const Plan plan = Problem{.h = 9, .w = 9, .out_h = 20, .out_w = 20}.plan();
  const Window window{{3, 11}, {5, 20}};
  const Window need = plan.required_input(window);
  const Tensor x({1, need[0].end - need[0].begin, need[1].end - need[1].begin, 1}, DType::float32);
  Tensor y({1, 8, 15, 1}, DType::float32);
  const halfpixel::ConstTensorView src = x;
  const TensorView dst = y;
  EXPECT_EQ(allocations_of([&] { plan.run_window(src, dst, window); }), 0);
}

// Calls that name no plan find theirs: the second one builds no tables.
TEST(Allocations, PlansOfEarlierCallsAreFound) {
  namespace image = halfpixel::tf::image;
  namespace v1 = halfpixel::tf::compat::v1::image;
  namespace keras = halfpixel::keras;
  using halfpixel::Shape;
  using halfpixel::Size;
  using image::ResizeMethod;
  const Shape in{2, 5, 7, 3}, out{2, 10, 21, 3};
  const DType f32 = DType::float32;
  const Size size{10, 21};
  const keras::layers::UpSampling2D bilinear(
      {.size = {2, 3}, .interpolation = keras::Interpolation::bilinear});
  const keras::layers::UpSampling2D nearest({.size = {2, 3}});
  const keras::layers::Resizing crop({.height = 9, .width = 9, .crop_to_aspect_ratio = true});
  const Tensor x(in, f32), dy(out, f32);
  // Each result is one allocation of a tensor, or none for a plan.
  const std::pair<const char*, std::function<void()>> calls[] = {
      {"resize", [&] { image::plan_resize(in, f32, size, {.method = ResizeMethod::bicubic}); }},
      {"resize_gradient", [&] { image::plan_resize_gradient(out, f32, in); }},
      {"v1 resize", [&] { v1::plan_resize(in, f32, size, {.align_corners = true}); }},
      {"v1 bilinear", [&] { v1::plan_resize_bilinear(in, f32, size); }},
      {"v1 bicubic", [&] { v1::plan_resize_bicubic(in, f32, size); }},
      {"v1 area", [&] { v1::plan_resize_area(in, f32, size); }},
      {"UpSampling2D", [&] { bilinear.plan(in, f32); }},
      {"Resizing", [&] { crop.plan(in, f32); }},
      {"source_window", [&] { crop.source_window(in); }},
  };
  for (const auto& [name, call] : calls) {
    call();
    EXPECT_EQ(allocations_of(call), 0) << name;
  }
  const std::int64_t tensor = allocations_of([&] { const Tensor t(in, f32); });
  const std::pair<const char*, std::function<void()>> gradients[] = {
      {"v1 resize", [&] { v1::resize_gradient(dy, in); }},
      {"v1 bilinear", [&] { v1::resize_bilinear_gradient(dy, in); }},
      {"UpSampling2D bilinear", [&] { bilinear.gradient(dy, in); }},
      {"UpSampling2D nearest", [&] { nearest.gradient(dy, in); }},
  };
  for (const auto& [name, call] : gradients) {
    call();
    EXPECT_EQ(allocations_of(call), tensor) << name;
  }
}

}  // namespace
