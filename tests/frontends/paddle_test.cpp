// interpolate against what PaddlePaddle itself computed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include <halfpixel/error.hpp>
#include <halfpixel/paddle.hpp>

#include "core/equal.hpp"
#include "frontends/dialect_testing.hpp"
#include "frontends/paddle_cases.hpp"

namespace {

namespace paddle_functions = halfpixel::paddle::nn::functional;
using halfpixel::DataFormat;
using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Size;
using halfpixel::Tensor;
using paddle_functions::InterpolateOptions;
using PaddleMode = halfpixel::paddle::InterpolateMode;
using oracle::message_of;
using testing::HasSubstr;

TEST(Paddle, CommittedCasesAreEqualBitForBit) {
  oracle::expect_committed_bits("oracle_paddle", 300, oracle::run_paddle);
}

TEST(Paddle, EveryTargetLayoutAndWindowHasTheSameBits) {
  for (const int first : {1, 2}) {
    oracle::expect_bits_everywhere(
        "oracle_paddle", first,
        [](const oracle::Case& c) {
          return paddle_functions::plan_interpolate(c.in.shape(), c.in.dtype(),
                                                    oracle::paddle_options(c));
        },
        [=](const oracle::Case& c) {
          return c.in.rank() == 4 && (c.text("data_format") == "channels_last") == (first == 1);
        });
  }
}

Tensor floats(const Shape& shape, std::initializer_list<float> values) {
  Tensor t(shape, DType::float32);
  std::copy(values.begin(), values.end(), t.data<float>());
  return t;
}

TEST(Paddle, OnePixelIsTheMiddleInSomeModesAndTheFirstPixelInOthers) {
  const auto one = [](PaddleMode mode, const Shape& shape, const Size& size) {
    return paddle_functions::interpolate(floats(shape, {0, 85, 170, 255}),
                                         {.size = size, .mode = mode})
        .data<float>()[0];
  };
  EXPECT_EQ(one(PaddleMode::linear, {1, 1, 4}, 1), 127.5F);
  EXPECT_EQ(one(PaddleMode::bilinear, {1, 1, 1, 4}, {1, 1}), 0);
  EXPECT_EQ(one(PaddleMode::trilinear, {1, 1, 1, 1, 4}, {1, 1, 1}), 127.5F);
  EXPECT_EQ(one(PaddleMode::bicubic, {1, 1, 1, 4}, {1, 1}), -7.96875F);
}

TEST(Paddle, RowsAndColumnsAreFoundInDifferentPrecision) {
  const std::initializer_list<float> values = {0, 0, 0, 0, 0, 0, 0, 0, 1, 0,
                                               0, 0, 0, 0, 0, 0, 0, 0, 0};
  const auto value = [&](const Shape& shape, const Size& size) {
    return paddle_functions::interpolate(floats(shape, values),
                                         {.size = size, .mode = PaddleMode::bilinear})
        .data<float>()[5];
  };
  EXPECT_EQ(value({1, 1, 19, 1}, {13, 1}), 0.5384612083435059F);
  EXPECT_EQ(value({1, 1, 1, 19}, {1, 13}), 0.5384616851806641F);
}

TEST(Paddle, BytesAreCutOff) {
  Tensor x(Shape{1, 1, 1, 2}, DType::uint8);
  x.data<std::uint8_t>()[0] = 0;
  x.data<std::uint8_t>()[1] = 255;
  const Tensor y =
      paddle_functions::interpolate(x, {.size = Size{1, 4}, .mode = PaddleMode::bilinear});
  EXPECT_EQ(y.data<std::uint8_t>()[1], 63);  // 63.75
  EXPECT_EQ(y.data<std::uint8_t>()[2], 191);
}

TEST(Paddle, RefusesWhatPaddleRefuses) {
  const auto said = [](const Shape& shape, DType dtype, const InterpolateOptions& options) {
    return message_of([&] { paddle_functions::plan_interpolate(shape, dtype, options); });
  };
  const Shape images{1, 2, 3, 4};
  const Size size{5, 6};
  EXPECT_THAT(said(images, DType::float32, {}), HasSubstr("must not be None; got neither"));
  EXPECT_THAT(said(images, DType::float32, {.size = size, .scale_factor = {2}}),
              HasSubstr("Only one of size or scale_factor"));
  EXPECT_THAT(said(images, DType::float32, {.size = 5}), HasSubstr("== len(size): 2; got 5"));
  EXPECT_THAT(said(images, DType::float32, {.size = Size{5, 0}}),
              HasSubstr("must be greater than 0; got 0"));
  EXPECT_THAT(said(images, DType::float32, {.scale_factor = {2, 2, 2}}),
              HasSubstr("one number or 2; got 3"));
  for (const double factor : {0.0, -1.0, std::nan("")}) {
    EXPECT_THAT(said(images, DType::float32, {.scale_factor = {factor}}),
                HasSubstr("greater than zero"));
  }
  for (const double factor : {0.1, 1e300}) {
    EXPECT_THAT(said(images, DType::float32, {.scale_factor = {factor}}),
                HasSubstr("scale_factor must leave"));
  }
  EXPECT_THAT(said(images, DType::float32, {.size = size, .align_corners = true}),
              HasSubstr("align_corners option can only be set"));
  EXPECT_THAT(
      said(images, DType::float32, {.size = size, .mode = PaddleMode::bilinear, .align_mode = 2}),
      HasSubstr("align_mode can only be 0 or 1; got 2"));
  EXPECT_THAT(said(images, DType::float32, {.size = size, .mode = PaddleMode::linear}),
              HasSubstr("only supports 3-D tensors; got rank 4"));
  EXPECT_THAT(said({1, 2, 3}, DType::float32, {.size = 5}), HasSubstr("4-D and 5-D"));
  EXPECT_THAT(said({1, 0, 3, 4}, DType::float32, {.size = size}), HasSubstr("must not be empty"));
  EXPECT_THAT(said(images, DType::float32, {.scale_factor = {2}, .mode = PaddleMode::area}),
              HasSubstr("can not be None in area mode"));
  EXPECT_THAT(
      said(images, DType::float32,
           {.size = size, .mode = PaddleMode::area, .data_format = DataFormat::channels_last}),
      HasSubstr("pooling of channels_first"));
  EXPECT_THAT(said({1, 2, 3}, DType::uint8, {.size = 5, .mode = PaddleMode::linear}),
              HasSubstr("takes the left pixel"));
  EXPECT_THAT(said(images, DType::uint8, {.size = size, .mode = PaddleMode::bicubic}),
              HasSubstr("float32 or float64; got uint8"));
  EXPECT_THAT(said(images, DType::int8, {.size = size}), HasSubstr("int32 or int64; got int8"));
  EXPECT_THAT(said(images, DType::float32, {.size = size, .mode = static_cast<PaddleMode>(9)}),
              HasSubstr("one of its enumerators; got 9"));
}

TEST(Paddle, NamesOfModes) {
  for (const PaddleMode mode : halfpixel::paddle::interpolate_modes())
    EXPECT_EQ(halfpixel::paddle::to_interpolate_mode(halfpixel::paddle::name_of(mode)), mode);
  EXPECT_THAT(message_of([] { halfpixel::paddle::to_interpolate_mode("cubic"); }),
              HasSubstr("bicubic, area; got cubic"));
}

}  // namespace
