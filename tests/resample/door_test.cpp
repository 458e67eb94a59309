// What a plan says at the door: wrong views are refused before a byte is written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include <halfpixel/error.hpp>

#include "resample/checker.hpp"

namespace {

using halfpixel::ConstTensorView;
using halfpixel::DType;
using halfpixel::Error;
using halfpixel::ErrorCode;
using halfpixel::Shape;
using halfpixel::Tensor;
using halfpixel::TensorView;
using problems::Method;
using problems::Problem;
using testing::AllOf;
using testing::HasSubstr;

const Problem kProblem{.h = 4, .w = 4, .c = 2, .out_h = 8, .out_w = 8};

std::string message_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Door, WrongShapeOrDtypeIsRefusedWithBothShapes) {
  const auto plan = kProblem.plan();
  const Tensor x({1, 4, 4, 2}, DType::float32);
  Tensor y = halfpixel::full({1, 8, 8, 2}, 7.0);
  EXPECT_THAT(
      message_of([&] { plan.run(halfpixel::zeros({1, 4, 5, 2}), y); }),
      AllOf(HasSubstr("[test] input"), HasSubstr("(1, 4, 4, 2)"), HasSubstr("(1, 4, 5, 2)")));
  EXPECT_THAT(message_of([&] { plan.run(halfpixel::zeros({4, 4, 2}), y); }),
              HasSubstr("(4, 4, 2)"));
  EXPECT_THAT(message_of([&] { plan.run(halfpixel::zeros({1, 4, 4, 2}, DType::float64), y); }),
              AllOf(HasSubstr("float32"), HasSubstr("float64")));
  Tensor small({1, 8, 7, 2}, DType::float32);
  EXPECT_THAT(message_of([&] { plan.run(x, small); }),
              AllOf(HasSubstr("[test] out"), HasSubstr("(1, 8, 8, 2)"), HasSubstr("(1, 8, 7, 2)")));
  Tensor wide({1, 8, 8, 2}, DType::float64);
  EXPECT_THAT(message_of([&] { plan.run(x, wide); }), HasSubstr("float64"));
  for (const float value : y.span<float>()) EXPECT_EQ(value, 7.0f);
}

TEST(Door, OverlapIsRefusedByTheNameOut) {
  std::vector<float> memory(32 + 128);
  const auto plan = kProblem.plan();
  const ConstTensorView x(memory.data(), {1, 4, 4, 2});
  EXPECT_THAT(message_of([&] { plan.run(x, TensorView(memory.data() + 31, {1, 8, 8, 2})); }),
              HasSubstr("out"));
  EXPECT_NO_THROW(plan.run(x, TensorView(memory.data() + 32, {1, 8, 8, 2})));
  const std::int64_t backwards[] = {128, -16, -2, -1};
  const TensorView reversed(memory.data() + 32 + 127, {1, 8, 8, 2}, backwards);
  EXPECT_NO_THROW(plan.run(x, reversed));
  const TensorView low(memory.data() + 32 + 126, {1, 8, 8, 2}, backwards);
  EXPECT_THAT(message_of([&] { plan.run(x, low); }), HasSubstr("out"));
  const halfpixel::resample::Window window{{0, 1}, {0, 8}};
  const ConstTensorView line(memory.data(), {1, 1, 4, 2});
  EXPECT_THAT(message_of([&] {
                plan.run_window(line, TensorView(memory.data() + 4, {1, 1, 8, 2}), window);
              }),
              HasSubstr("out"));
}

TEST(Door, BatchOfNothingGivesNothing) {
  for (const Method method : problems::kMethods) {
    for (const bool gradient : {false, true}) {
      Problem p = kProblem;
      p.method = method, p.gradient = gradient, p.n = 0;
      if (!p.valid()) continue;
      const auto plan = p.plan();
      const Tensor x(p.input_shape(), DType::float32);
      Tensor y(p.output_shape(), DType::float32);
      EXPECT_EQ(plan.output_shape(), y.shape());
      EXPECT_NO_THROW(plan.run(x, y));
      EXPECT_NO_THROW(plan.run(ConstTensorView(static_cast<float*>(nullptr), p.input_shape()),
                               TensorView(static_cast<float*>(nullptr), p.output_shape())));
    }
  }
}

TEST(Door, PlansKeepTheTargetThatTheyWereMadeFor) {
  const auto targets = halfpixel::cpu::available_targets();
  ASSERT_FALSE(targets.empty());
  const checker::ScopedTarget scope(targets.back());
  const auto plan = kProblem.plan();
  halfpixel::cpu::set_target(targets.front());
  EXPECT_THAT(plan.describe(), HasSubstr("target   " + targets.back() + "\n"));
  EXPECT_THROW(halfpixel::cpu::set_target("abacus"), Error);
  EXPECT_EQ(halfpixel::cpu::target(), targets.front());
}

TEST(Door, SourcesMayRepeatOneElement) {
  const float seven = 7.0f;
  const std::int64_t nowhere[] = {0, 0, 0, 0};
  Problem p{.n = 2, .h = 3, .w = 5, .c = 3, .out_h = 4, .out_w = 9};
  for (const Method method : {Method::nearest_neighbor, Method::bilinear, Method::bicubic}) {
    p.method = method;
    Tensor y(p.output_shape(), DType::float32);
    p.plan().run(ConstTensorView(&seven, p.input_shape(), nowhere), y);
    for (const float value : y.span<float>()) EXPECT_NEAR(value, 7.0f, 1e-5f);
  }
}

}  // namespace
