// cv::resize against what OpenCV itself computed, and what surprises about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/opencv.hpp>

#include "core/equal.hpp"
#include "frontends/dialect_testing.hpp"
#include "frontends/opencv_cases.hpp"

namespace {

namespace cv = halfpixel::cv;
using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Tensor;
using Flags = cv::InterpolationFlags;
using oracle::message_of;
using testing::HasSubstr;

TEST(Opencv, CommittedCasesAreEqualBitForBit) {
  oracle::expect_committed_bits("oracle_opencv", 300, oracle::run_opencv);
}

TEST(Opencv, EveryTargetLayoutAndWindowHasTheSameBits) {
  oracle::expect_bits_everywhere("oracle_opencv", 0, [](const oracle::Case& c) {
    const oracle::OpencvCall call = oracle::opencv_call(c);
    return cv::plan_resize(c.in.shape(), c.in.dtype(), call.dsize, call.options);
  });
}

Tensor bytes(std::initializer_list<std::uint8_t> values) {
  return oracle::row_of(values);
}
Tensor shorts(std::initializer_list<std::int16_t> values) {
  return oracle::row_of(values);
}

TEST(Opencv, NearestExactSharesTiesWithPillow) {
  EXPECT_TRUE(halfpixel::same_bits(
      cv::resize(bytes({0, 1}), {7, 1}, {.interpolation = Flags::inter_nearest_exact}),
      bytes({0, 0, 0, 0, 1, 1, 1})));
}

TEST(Opencv, TiesOfInt16GoToEvenOrUp) {
  const Tensor x = shorts({0, 10, 20});
  EXPECT_TRUE(halfpixel::same_bits(cv::resize(x, {6, 1}), shorts({0, 2, 8, 12, 18, 20})));
  EXPECT_TRUE(
      halfpixel::same_bits(cv::resize(x, {6, 1}, {.interpolation = Flags::inter_linear_exact}),
                           shorts({0, 3, 8, 13, 18, 20})));
}

// Half of an odd width: the last cell is a single pixel, and sizes are rounded to even.
TEST(Opencv, FactorsKeepTheirStep) {
  EXPECT_TRUE(
      halfpixel::same_bits(cv::resize(bytes({0, 1, 2, 3, 4, 5, 6}), {},
                                      {.fx = 0.5, .fy = 1, .interpolation = Flags::inter_area}),
                           bytes({0, 2, 4, 6})));
  EXPECT_EQ(cv::plan_resize({5, 5, 3}, DType::uint8, {}, {.fx = 0.5, .fy = 1.5}).output_shape(),
            (Shape{8, 2, 3}));
}

TEST(Opencv, LinearOfHalfTheSizeIsArea) {
  const Tensor x = bytes({0, 1, 10, 20});
  Tensor two(Shape{2, 4}, DType::uint8);
  std::copy_n(x.data<std::uint8_t>(), 4, two.data<std::uint8_t>());
  std::copy_n(x.data<std::uint8_t>(), 4, two.data<std::uint8_t>() + 4);
  EXPECT_TRUE(halfpixel::same_bits(cv::resize(two, {2, 1}), bytes({1, 15})));
  EXPECT_TRUE(halfpixel::same_bits(cv::resize(two, {2, 1}, {.interpolation = Flags::inter_area}),
                                   bytes({1, 15})));
}

TEST(Opencv, TheSameSizeIsACopyOfAnyDtype) {
  const Tensor x = oracle::row_of<std::int32_t>({1, -2, 3});
  EXPECT_TRUE(halfpixel::same_bits(cv::resize(x, {3, 1}), x));
}

TEST(Opencv, RefusesWhatOpencvRefuses) {
  const auto of = [](const Shape& shape, DType dtype, const cv::Size& dsize,
                     const cv::ResizeOptions& options = {}) {
    return message_of([&] { cv::plan_resize(shape, dtype, dsize, options); });
  };
  const Shape photo{8, 9, 3};
  EXPECT_THAT(of(photo, DType::uint8, {}), HasSubstr("inv_scale_x > 0"));
  EXPECT_THAT(of(photo, DType::uint8, {}, {.fx = 2}), HasSubstr("`fy`"));
  EXPECT_THAT(of(photo, DType::uint8, {4, 0}), HasSubstr("inv_scale_x > 0"));
  EXPECT_THAT(of(photo, DType::uint8, {}, {.fx = 0.01, .fy = 0.01}), HasSubstr("!dsize.empty()"));
  EXPECT_THAT(of({0, 9, 3}, DType::uint8, {4, 4}), HasSubstr("!ssize.empty()"));
  EXPECT_THAT(of({9}, DType::uint8, {4, 4}), HasSubstr("(height, width"));
  EXPECT_THAT(of({2, 8, 9, 3}, DType::uint8, {4, 4}), HasSubstr("(height, width"));
  EXPECT_THAT(of({8, 9, 129}, DType::uint8, {4, 4}), HasSubstr("1 to 128 channels; got 129"));
  EXPECT_THAT(of(photo, DType::int64, {4, 4}, {.interpolation = Flags::inter_nearest}),
              HasSubstr("INTER_NEAREST does not take int64"));
  EXPECT_THAT(of(photo, DType::uint64, {4, 4}, {.interpolation = Flags::inter_nearest}),
              HasSubstr("does not take uint64"));
  for (const Flags flag :
       {Flags::inter_linear, Flags::inter_cubic, Flags::inter_area, Flags::inter_lanczos4}) {
    for (const DType dtype : {DType::int8, DType::int32, DType::float16}) {
      EXPECT_THAT(of(photo, dtype, {5, 5}, {.interpolation = flag}), HasSubstr("does not take"));
    }
  }
  EXPECT_THAT(of({8, 9, 5}, DType::uint8, {4, 4}, {.interpolation = Flags::inter_area}),
              HasSubstr("cn <= 4"));
  EXPECT_EQ(of({8, 8, 5}, DType::uint8, {4, 4}, {.interpolation = Flags::inter_area}),
            "nothing was thrown");
  // Half the size of an integer that INTER_AREA does not take.
  EXPECT_THAT(of({8, 8, 3}, DType::int8, {4, 4}, {.interpolation = Flags::inter_linear_exact}),
              HasSubstr("does not take int8"));
  EXPECT_EQ(of({8, 8, 2}, DType::int8, {4, 4}, {.interpolation = Flags::inter_linear_exact}),
            "nothing was thrown");
}

TEST(Opencv, NamesAreOpencvs) {
  for (const Flags flag : cv::interpolation_flags()) {
    EXPECT_EQ(cv::to_interpolation_flags(cv::name_of(flag)), flag);
  }
  EXPECT_EQ(cv::name_of(Flags::inter_linear_exact), "INTER_LINEAR_EXACT");
  EXPECT_THAT(message_of([] { cv::to_interpolation_flags("inter_linear"); }),
              HasSubstr("must be one of INTER_NEAREST, INTER_LINEAR"));
}

}  // namespace
