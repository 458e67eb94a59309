// The caller's floating-point state: it changes nothing, and it is given back as it was.
#include <gtest/gtest.h>

#include <cfenv>

#include "resample/checker.hpp"
#include "resample/repeat_plans.hpp"

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace {

using halfpixel::DType;
using halfpixel::Tensor;
using problems::kMethods;
using problems::Method;
using problems::Problem;

template <class F>
void for_each_problem(F&& f) {
  std::uint64_t seed = 1;
  for (const Method method : kMethods) {
    for (const bool gradient : {false, true}) {
      for (const DType dtype : {DType::float32, DType::float16, DType::int32}) {
        const Problem p{.gradient = gradient,
                        .method = method,
                        .dtype = dtype,
                        .h = 5,
                        .w = 7,
                        .c = 3,
                        .out_h = 9,
                        .out_w = 4};
        if (p.valid()) f(p, seed++);
      }
    }
  }
}

#if defined(__SSE2__)
// Every rounding mode, flushing, sticky flags set and not, exceptions unmasked.
constexpr unsigned kStates[] = {0x1F80, 0x1FBF, 0x3F80, 0x5F80, 0x7F80,
                                0x9FC0, 0x1F00, 0x0080, 0xFFFF};

TEST(FloatState, OfTheCallerNeitherMattersNorChanges) {
  const unsigned before = _mm_getcsr();
  for_each_problem([&](const Problem& p, std::uint64_t seed) {
    const Tensor x = problems::values(p.input_shape(), p.dtype, seed, true);
    const Tensor want = p.twin(x);
    for (const unsigned state : kStates) {
      Tensor got(want.shape(), want.dtype());
      _mm_setcsr(state);
      const auto plan = p.plan();
      const unsigned planned = _mm_getcsr();
      _mm_setcsr(state);
      plan.run(x, got, halfpixel::serial_executor());
      const unsigned after = _mm_getcsr();
      _mm_setcsr(before);
      EXPECT_EQ(after, state) << p;
      EXPECT_EQ(planned & 0xFFC0, state & 0xFFC0) << p;  // planning may raise flags
      EXPECT_EQ(oracle::difference(got, want), std::nullopt) << p << " in state " << state;
    }
  });
}
#endif

TEST(FloatState, StickyFlagsAreNotRaised) {
  for_each_problem([&](const Problem& p, std::uint64_t seed) {
    const Tensor x = problems::values(p.input_shape(), p.dtype, seed, true);
    Tensor y(p.output_shape(), p.plan().output_dtype());
    const auto plan = p.plan();
    std::feclearexcept(FE_ALL_EXCEPT);
    plan.run(x, y, halfpixel::serial_executor());
    EXPECT_EQ(std::fetestexcept(FE_ALL_EXCEPT), 0) << p;
  });
}

TEST(FloatState, SubnormalsAreFlushedWhereTensorFlowComputesAndKeptWhereItCopies) {
  const float tiny = std::numeric_limits<float>::denorm_min() * 1000;
  const Tensor x(halfpixel::Shape{1, 1, 2, 1}, {tiny, -tiny});
  const auto run = [&](Method method, std::int64_t width) {
    const Problem p{.method = method, .w = 2, .out_w = width};
    Tensor y(p.output_shape(), DType::float32);
    p.plan().run(x, y);
    return y;
  };
  EXPECT_EQ(run(Method::nearest_neighbor, 4).span<float>()[0], tiny);
  EXPECT_EQ(run(Method::bilinear, 2).span<float>()[0], tiny);  // the same size: handed through
  for (const Method method : {Method::bilinear, Method::bicubic, Method::area, Method::lanczos3}) {
    const Tensor y = run(method, 5);
    for (const float value : y.span<float>()) EXPECT_EQ(value, 0.0f);
  }
}

}  // namespace
