// Upsample against what MLX itself computed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include <halfpixel/error.hpp>
#include <halfpixel/mlx.hpp>

#include "core/equal.hpp"
#include "frontends/dialect_testing.hpp"
#include "frontends/mlx_cases.hpp"

namespace {

namespace nn = halfpixel::mlx::nn;
using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Tensor;
using nn::UpsampleMode;
using oracle::message_of;
using testing::HasSubstr;

TEST(Mlx, CommittedCasesAreEqualBitForBit) {
  oracle::expect_committed_bits("oracle_mlx", 300, oracle::run_mlx);
}

TEST(Mlx, EveryTargetLayoutAndWindowHasTheSameBits) {
  oracle::expect_bits_everywhere(
      "oracle_mlx", 1,
      [](const oracle::Case& c) {
        return nn::plan_upsample(c.in.shape(), c.in.dtype(), oracle::mlx_options(c));
      },
      [](const oracle::Case& c) { return c.in.rank() == 4; });
}

Tensor signal(std::initializer_list<float> values) {
  Tensor t(Shape{1, static_cast<std::int64_t>(values.size()), 1}, DType::float32);
  std::copy(values.begin(), values.end(), t.data<float>());
  return t;
}

TEST(Mlx, NearestOfOddFactorsRoundsACentredGrid) {
  EXPECT_TRUE(halfpixel::same_bits(nn::upsample(signal({0, 1, 2, 3}), {.scale_factor = {1.5}}),
                                   signal({0, 0, 1, 2, 2, 3})));
  EXPECT_TRUE(halfpixel::same_bits(nn::upsample(signal({0, 1, 2}), {.scale_factor = {2}}),
                                   signal({0, 0, 1, 1, 2, 2})));
}

// The step is 1 / factor, and what is left over is shared by both ends: torch has 0 0.5 1.1667 …
TEST(Mlx, LinearOfOddFactorsIsCentred) {
  const Tensor y =
      nn::upsample(signal({0, 1, 2, 3, 4}), {.scale_factor = {1.5}, .mode = UpsampleMode::linear});
  ASSERT_EQ(y.shape(), (Shape{1, 7, 1}));
  for (int i = 0; i < 7; ++i) EXPECT_NEAR(y.data<float>()[i], 2.0 / 3 * i, 1e-6) << i;
}

TEST(Mlx, DescribesItsSums) {
  const auto plan = nn::plan_upsample({1, 8, 8, 3}, DType::uint8,
                                      {.scale_factor = {2}, .mode = UpsampleMode::cubic});
  EXPECT_THAT(plan.describe(), HasSubstr("all taps, in the program's own order"));
  EXPECT_THAT(plan.describe(), HasSubstr("up to 4 taps"));
}

TEST(Mlx, RefusesWhatMlxRefuses) {
  const auto said = [](const Shape& shape, DType dtype, const nn::UpsampleOptions& options) {
    return message_of([&] { nn::plan_upsample(shape, dtype, options); });
  };
  const Shape images{1, 3, 4, 2};
  using enum UpsampleMode;
  EXPECT_THAT(said({3, 4}, DType::float32, {.scale_factor = {2}}), HasSubstr("at least 3D"));
  EXPECT_THAT(said(images, DType::float32, {.scale_factor = {2, 2, 2}}),
              HasSubstr("one number or 2; got 3"));
  EXPECT_THAT(said(images, DType::float32, {}), HasSubstr("got 0"));
  EXPECT_THAT(said(images, DType::float32, {.scale_factor = {2}, .antialias = true}),
              HasSubstr("not supported for nearest"));
  EXPECT_THAT(said(images, DType::float32,
                   {.scale_factor = {2}, .mode = linear, .align_corners = true, .antialias = true}),
              HasSubstr("align_corners=True is not supported"));
  for (const double factor :
       {0.0, 0.1, -1.0, 1e300, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_THAT(said(images, DType::float32, {.scale_factor = {factor}}),
                HasSubstr("scale_factor must leave"))
        << factor;
  }
  EXPECT_THAT(said(images, DType::float64, {.scale_factor = {2}, .mode = linear}),
              HasSubstr("got float64"));
  EXPECT_EQ(said(images, DType::float64, {.scale_factor = {2}}), "nothing was thrown");
  EXPECT_THAT(said({1, 3, 3, 3, 1}, DType::float32, {.scale_factor = {2}, .mode = cubic}),
              HasSubstr("not offered"));
  EXPECT_THAT(said({1, 3, 3, 3, 1}, DType::float32, {.scale_factor = {2}, .mode = linear}),
              HasSubstr("more than one plan"));
  EXPECT_THAT(
      said(images, DType::float32, {.scale_factor = {2}, .mode = static_cast<UpsampleMode>(9)}),
      HasSubstr("one of its enumerators; got 9"));
}

TEST(Mlx, FactorsOfExtentsGiveThem) {
  for (std::int64_t in = 1; in < 60; ++in) {
    for (std::int64_t out = 1; out < 60; ++out) {
      const double factor = nn::scale_factor_of(in, out);
      EXPECT_EQ(static_cast<std::int64_t>(factor * static_cast<double>(in)), out);
    }
  }
  EXPECT_THAT(message_of([] { nn::scale_factor_of(0, 3); }), HasSubstr("got 0 and 3"));
}

TEST(Mlx, NamesOfModes) {
  for (const UpsampleMode mode : nn::upsample_modes())
    EXPECT_EQ(nn::to_upsample_mode(nn::name_of(mode)), mode);
  EXPECT_THAT(message_of([] { nn::to_upsample_mode("bilinear"); }),
              HasSubstr("nearest, linear, cubic; got bilinear"));
}

}  // namespace
