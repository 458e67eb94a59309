// torch.nn.functional.interpolate against what PyTorch itself computed, and what surprises about
// it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/torch.hpp>

#include "core/equal.hpp"
#include "frontends/dialect_testing.hpp"
#include "frontends/torch_cases.hpp"

namespace {

namespace torch = halfpixel::torch;
namespace functional = halfpixel::torch::nn::functional;
using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Size;
using halfpixel::Tensor;
using oracle::message_of;
using testing::HasSubstr;
using Mode = torch::InterpolateMode;

TEST(Torch, CommittedCasesAreEqualBitForBit) {
  oracle::expect_committed_bits("oracle_torch", 200, oracle::run_torch);
}

TEST(Torch, EveryTargetLayoutAndWindowHasTheSameBits) {
  const auto plan = [](const oracle::Case& c) {
    const auto options = oracle::torch_call(c);
    if (c.has("input_shape")) {
      return functional::plan_interpolate_gradient(c.in.shape(), c.in.dtype(),
                                                   c.shape("input_shape"), options);
    }
    return functional::plan_interpolate(c.in.shape(), c.in.dtype(), options);
  };
  const auto known = [](const oracle::Case& c) { return c.in.rank() == 4; };
  oracle::expect_bits_everywhere("oracle_torch", 2, plan, known);
}

Tensor line(std::initializer_list<float> values) {
  return Tensor(Shape{1, 1, static_cast<std::int64_t>(values.size())}, values);
}

// The same words as Pillow's NEAREST, but not its pixels where a centre falls on a border.
TEST(Torch, NearestExactHasTiesOfItsOwn) {
  EXPECT_TRUE(halfpixel::same_bits(
      functional::interpolate(line({0, 1}), {.size = 7, .mode = Mode::nearest_exact}),
      line({0, 0, 0, 1, 1, 1, 1})));
}

TEST(Torch, AFactorIsAnotherStepThanItsSize) {
  const Tensor x = line({0, 1, 2, 3, 4});
  const Tensor by_size = functional::interpolate(x, {.size = 7, .mode = Mode::linear});
  const Tensor by_factor =
      functional::interpolate(x, {.scale_factor = {1.5}, .mode = Mode::linear});
  EXPECT_EQ(by_factor.shape(), by_size.shape());
  EXPECT_FALSE(halfpixel::same_bits(by_factor, by_size));
  EXPECT_TRUE(halfpixel::same_bits(
      functional::interpolate(
          x, {.scale_factor = {1.5}, .mode = Mode::linear, .recompute_scale_factor = true}),
      by_size));
}

TEST(Torch, AntialiasChangesTheCubicEvenWhenEnlarging) {
  const Tensor x = halfpixel::arange(16).reshape({1, 1, 4, 4});
  EXPECT_FALSE(halfpixel::same_bits(
      functional::interpolate(x, {.size = 8, .mode = Mode::bicubic}),
      functional::interpolate(x, {.size = 8, .mode = Mode::bicubic, .antialias = true})));
}

// Sums of a gradient of double: <A x, y> = <x, A' y>.
TEST(Torch, GradientsAreTheTransposed) {
  const Shape shape{1, 2, 9, 7};
  const Tensor x = halfpixel::random::normal(shape, 0.0, 1.0, DType::float64, 3);
  for (const Mode mode : {Mode::bilinear, Mode::bicubic, Mode::area}) {
    for (const bool antialias : {false, true}) {
      if (antialias && mode == Mode::area) continue;
      const functional::InterpolateOptions options{
          .size = Size{5, 13}, .mode = mode, .antialias = antialias};
      const Tensor y = functional::interpolate(x, options);
      const Tensor dy = halfpixel::random::normal(y.shape(), 0.0, 1.0, DType::float64, 4);
      const Tensor dx = functional::interpolate_gradient(dy, shape, options);
      double forward = 0, backward = 0;
      for (std::int64_t i = 0; i < y.size(); ++i)
        forward += y.data<double>()[i] * dy.data<double>()[i];
      for (std::int64_t i = 0; i < x.size(); ++i)
        backward += x.data<double>()[i] * dx.data<double>()[i];
      EXPECT_NEAR(forward, backward, 1e-5);
    }
  }
}

TEST(Torch, RefusesInPyTorchsWords) {
  const auto of = [](const Shape& shape, const functional::InterpolateOptions& options,
                     DType dtype = DType::float32) {
    return message_of([&] { functional::plan_interpolate(shape, dtype, options); });
  };
  const Shape image{1, 3, 4, 4};
  EXPECT_THAT(of(image, {}), HasSubstr("either size or scale_factor should be defined"));
  EXPECT_THAT(of(image, {.size = 8, .scale_factor = {2}}),
              HasSubstr("only one of size or scale_factor should be defined"));
  EXPECT_THAT(of(image, {.size = 8, .mode = Mode::linear}),
              HasSubstr("Got 4D input, but linear mode needs 3D input"));
  EXPECT_THAT(of({1, 3}, {.size = 8}), HasSubstr("Only 3D, 4D and 5D input Tensors supported"));
  EXPECT_THAT(of(image, {.size = 8, .align_corners = false}),
              HasSubstr("align_corners option can only be set with the interpolating modes"));
  EXPECT_THAT(of(image, {.size = 8, .mode = Mode::nearest, .antialias = true}),
              HasSubstr("Anti-alias option is restricted to bilinear, bicubic, and lanczos"));
  EXPECT_THAT(of(image, {.size = 8, .mode = Mode::lanczos}),
              HasSubstr("Lanczos mode requires antialias=True"));
  EXPECT_THAT(of(image, {.size = 8, .mode = Mode::bilinear, .recompute_scale_factor = true}),
              HasSubstr("recompute_scale_factor is not meaningful with an explicit size."));
  EXPECT_THAT(of(image, {.size = Size{8, 8, 8}}),
              HasSubstr("must have the same number of spatial dimensions"));
  EXPECT_THAT(of(image, {.size = 0}), HasSubstr("Input and output sizes should be greater than 0"));
  EXPECT_THAT(of({1, 0, 4, 4}, {.size = 8}), HasSubstr("Non-empty 4D data tensor expected"));
  EXPECT_THAT(of(image, {.size = 8}, DType::int32), HasSubstr("not implemented for"));
  EXPECT_THAT(of({1, 3, 8}, {.size = 4, .mode = Mode::linear}, DType::uint8),
              HasSubstr("not implemented for"));
  EXPECT_EQ(of({0, 3, 4, 4}, {.size = 8}), "nothing was thrown");
}

// What PyTorch does not compute it takes in every dtype.
TEST(Torch, CopiesAndEmptyPoolsTakeEveryDtype) {
  const auto of = [](const Shape& shape, DType dtype, const Size& size, Mode mode,
                     bool antialias = false) {
    return message_of([&] {
      functional::plan_interpolate(shape, dtype,
                                   {.size = size, .mode = mode, .antialias = antialias});
    });
  };
  const std::string taken = "nothing was thrown";
  for (const Mode mode : {Mode::bilinear, Mode::bicubic, Mode::lanczos}) {
    for (const DType dtype : {DType::float16, DType::bfloat16, DType::int32, DType::boolean}) {
      EXPECT_EQ(of({1, 2, 4, 5}, dtype, Size{4, 5}, mode, true), taken) << name_of(mode);
      EXPECT_THAT(of({1, 2, 4, 5}, dtype, Size{4, 6}, mode, true),
                  HasSubstr("not implemented for"));
    }
  }
  for (const Shape& shape : {Shape{0, 2, 4, 4}, Shape{2, 0, 4, 4}}) {
    EXPECT_EQ(of(shape, DType::float32, Size{1, 1}, Mode::area), taken);
    for (const DType dtype : {DType::uint8, DType::int32}) {
      EXPECT_EQ(of(shape, dtype, Size{5, 3}, Mode::area), taken);
      EXPECT_THAT(of(shape, dtype, Size{1, 1}, Mode::area), HasSubstr("not implemented for"));
    }
  }
  EXPECT_THAT(of({1, 2, 4, 4}, DType::uint8, Size{5, 3}, Mode::area),
              HasSubstr("not implemented for"));
  EXPECT_THAT(of({2, 0, 4, 4, 4}, DType::float32, Size{5, 5, 5}, Mode::area),
              HasSubstr("Non-empty 5D data tensor expected"));
}

}  // namespace
