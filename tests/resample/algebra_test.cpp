// What must hold whatever the numbers: gradients are adjoints, repetitions compose, constants stay.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "resample/checker.hpp"
#include "resample/random_problems.hpp"
#include "resample/repeat_plans.hpp"

namespace {

using halfpixel::DataFormat;
using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Tensor;
using halfpixel::resample::Plan;
using problems::Method;
using problems::Problem;

Tensor run(const Plan& plan, const Tensor& x) {
  Tensor y(plan.output_shape(), plan.output_dtype());
  plan.run(x, y);
  return y;
}

// <a, b> and the sum of |a b|, in double.
std::pair<double, double> dot(const Tensor& a, const Tensor& b) {
  double sum = 0, size = 0;
  for (std::int64_t i = 0; i < a.size(); ++i) {
    const double product = static_cast<double>(a.data<float>()[i]) * b.data<float>()[i];
    sum += product;
    size += std::fabs(product);
  }
  return {sum, size};
}

// <Ax, y> = <x, A'y>: the gradient of every linear method is its adjoint.
RC_GTEST_PROP(Algebra, GradientsAreAdjoints, ()) {
  Problem p = problems::draw_problem(20, 4);
  RC_PRE(p.method != Method::area);
  p.dtype = DType::float32;
  p.gradient = false;
  const Plan forward = p.plan();
  p.gradient = true;
  const Plan backward = p.plan();
  const Tensor x = problems::values(forward.input_shape(), DType::float32, 1, false);
  const Tensor y = problems::values(forward.output_shape(), DType::float32, 2, false);
  const auto [left, left_size] = dot(run(forward, x), y);
  const auto [right, right_size] = dot(x, run(backward, y));
  RC_ASSERT(std::fabs(left - right) <= 1e-5 * (left_size + right_size) + 1e-6);
}

TEST(Algebra, RepetitionsCompose) {
  for (int d = 0; d < halfpixel::kDTypeCount; ++d) {
    const auto dtype = static_cast<DType>(d);
    for (const auto format : {DataFormat::channels_last, DataFormat::channels_first}) {
      const Shape shape{2, 3, 4, 5};
      const Tensor x = problems::values(shape, dtype, 8, true);
      const Plan two = problems::repeat_plan(shape, dtype, {2, 2}, format, false);
      const Plan three = problems::repeat_plan(two.output_shape(), dtype, {3, 3}, format, false);
      const Plan six = problems::repeat_plan(shape, dtype, {6, 6}, format, false);
      EXPECT_EQ(oracle::difference(run(three, run(two, x)), run(six, x)), std::nullopt);
    }
  }
}

TEST(Algebra, NearestByWholeFactorsComposesAndIsRepetition) {
  const Problem two{
      .method = Method::nearest_neighbor, .h = 5, .w = 7, .c = 3, .out_h = 10, .out_w = 14};
  const Problem three{
      .method = Method::nearest_neighbor, .h = 10, .w = 14, .c = 3, .out_h = 30, .out_w = 42};
  const Problem six{
      .method = Method::nearest_neighbor, .h = 5, .w = 7, .c = 3, .out_h = 30, .out_w = 42};
  const Tensor x = problems::values(two.input_shape(), DType::float32, 8, false);
  const Tensor want = run(six.plan(), x);
  EXPECT_EQ(oracle::difference(run(three.plan(), run(two.plan(), x)), want), std::nullopt);
  const Plan repeat =
      problems::repeat_plan(x.shape(), DType::float32, {6, 6}, DataFormat::channels_last, false);
  EXPECT_EQ(oracle::difference(run(repeat, x), want), std::nullopt);
}

RC_GTEST_PROP(Algebra, ConstantsStay, ()) {
  Problem p = problems::draw_problem(30, 3);
  p.gradient = false;
  p.dtype = DType::float32;
  const Plan plan = p.plan();
  const Tensor y = run(plan, halfpixel::full(plan.input_shape(), 3.0));
  for (const float value : y.span<float>()) {
    // Legacy coordinates let bicubic's and the plain filters' weights end at the border; all sum to
    // one.
    RC_ASSERT(std::fabs(value - 3.0f) <= 1e-4f);
  }
}

}  // namespace
