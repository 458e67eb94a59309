// imageops::resize of the Rust crate image against what it computed itself, and what surprises
// about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/image_rs.hpp>

#include "core/equal.hpp"
#include "frontends/dialect_testing.hpp"
#include "frontends/image_rs_cases.hpp"

namespace {

namespace image_rs = halfpixel::image_rs;
using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Tensor;
using image_rs::FilterType;
using image_rs::imageops::resize;
using oracle::message_of;
using oracle::row_of;
using testing::HasSubstr;

TEST(ImageRs, CommittedCasesAreEqualBitForBit) {
  oracle::expect_committed_bits("oracle_image_rs", 300, oracle::run_image_rs);
}

TEST(ImageRs, EveryTargetLayoutAndWindowHasTheSameBits) {
  oracle::expect_bits_everywhere("oracle_image_rs", 0, [](const oracle::Case& c) {
    const oracle::ImageRsCall call = oracle::image_rs_call(c);
    return image_rs::imageops::plan_resize(c.in.shape(), c.in.dtype(), call.nwidth, call.nheight,
                                           call.filter);
  });
}

TEST(ImageRs, FloatsAreClampedUnlessTheSizeStays) {
  const Tensor x = row_of<float>({-1, 0.5F, 2});
  EXPECT_TRUE(halfpixel::same_bits(resize(x, 6, 1, FilterType::nearest),
                                   row_of<float>({0, 0, 0.5F, 0.5F, 1, 1})));
  EXPECT_TRUE(halfpixel::same_bits(resize(x, 3, 1, FilterType::nearest), x));
}

// The columns keep their number, and are filtered all the same.
TEST(ImageRs, GaussianBlursAnAxisThatKeepsItsLength) {
  const Tensor y = resize(row_of<std::uint8_t>({0, 255, 0}), 3, 2, FilterType::gaussian);
  const std::uint8_t want[] = {30, 201, 30, 30, 201, 30};
  EXPECT_TRUE(std::equal(want, want + 6, y.data<std::uint8_t>()));
}

TEST(ImageRs, RefusesWhatItHasNot) {
  const auto of = [](const Shape& shape, DType dtype, std::int64_t nwidth, std::int64_t nheight,
                     FilterType filter = FilterType::triangle) {
    return message_of(
        [&] { image_rs::imageops::plan_resize(shape, dtype, nwidth, nheight, filter); });
  };
  const Shape photo{8, 9, 3};
  EXPECT_EQ(of(photo, DType::uint8, 4, 4), "nothing was thrown");
  EXPECT_THAT(of({9}, DType::uint8, 4, 4), HasSubstr("(height, width"));
  EXPECT_THAT(of({1, 8, 9, 3}, DType::uint8, 4, 4), HasSubstr("got shape (1, 8, 9, 3)"));
  EXPECT_THAT(of({8, 9, 5}, DType::uint8, 4, 4), HasSubstr("1 to 4 channels; got shape (8, 9, 5)"));
  EXPECT_THAT(of({8, 0, 3}, DType::uint8, 4, 4), HasSubstr("must not be empty"));
  for (const DType dtype : {DType::int8, DType::int16, DType::float16, DType::float64})
    EXPECT_THAT(of(photo, dtype, 4, 4), HasSubstr("uint8, uint16 or float32; got"));
  EXPECT_THAT(of(photo, DType::uint8, 0, 4), HasSubstr("`nwidth` must be positive; got 0"));
  EXPECT_THAT(of(photo, DType::uint8, 4, -1), HasSubstr("`nheight` must be positive; got -1"));
  EXPECT_THAT(of(photo, DType::uint8, std::int64_t{1} << 32, 4), HasSubstr("2147483647"));
  EXPECT_THAT(of(photo, DType::uint8, 4, 4, static_cast<FilterType>(9)), HasSubstr("got 9"));
}

TEST(ImageRs, NamesAreTheCrates) {
  for (const FilterType filter : image_rs::filter_types())
    EXPECT_EQ(image_rs::to_filter_type(image_rs::name_of(filter)), filter);
  EXPECT_THAT(message_of([] { image_rs::to_filter_type("bilinear"); }),
              HasSubstr("Nearest, Triangle, CatmullRom, Gaussian, Lanczos3; got bilinear"));
}

}  // namespace
