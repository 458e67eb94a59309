// Scale of Go's x/image/draw against what it computed itself, and what surprises about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/go.hpp>

#include "core/equal.hpp"
#include "frontends/dialect_testing.hpp"
#include "frontends/go_cases.hpp"

namespace {

namespace draw = halfpixel::go::draw;
using draw::Interpolator;
using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Tensor;
using oracle::message_of;
using oracle::row_of;
using testing::HasSubstr;

TEST(Go, CommittedCasesAreEqualBitForBit) {
  oracle::expect_committed_bits("oracle_go", 300, oracle::run_go);
}

TEST(Go, EveryTargetLayoutAndWindowHasTheSameBits) {
  oracle::expect_bits_everywhere(
      "oracle_go", 0,
      [](const oracle::Case& c) {
        const oracle::GoCall call = oracle::go_call(c);
        return draw::plan_scale(c.in.shape(), c.in.dtype(), call.width, call.height,
                                call.interpolator);
      },
      // Colours and their alpha lie side by side.
      [](const oracle::Case& c) { return c.in.shape().rank() < 3 || c.in.shape()[2] != 4; });
}

TEST(Go, ColoursStayBelowAlpha) {
  Tensor x(Shape{1, 2, 4}, DType::uint8);
  const std::uint8_t pixels[] = {200, 10, 0, 100, 200, 10, 0, 100};
  std::copy(pixels, pixels + 8, x.data<std::uint8_t>());
  const Tensor y = draw::scale(x, 1, 1, Interpolator::bi_linear);
  const std::uint8_t want[] = {100, 10, 0, 100};
  EXPECT_TRUE(std::equal(want, want + 4, y.data<std::uint8_t>()));
  // Of views too whose channels lie apart.
  const std::int64_t apart[] = {8, 1, 2};
  Tensor planes(Shape{1, 2, 4}, DType::uint8);
  for (std::int64_t i = 0; i < 8; ++i) planes.data<std::uint8_t>()[i % 4 * 2 + i / 4] = pixels[i];
  const halfpixel::ConstTensorView view(planes.data<std::uint8_t>(), Shape{1, 2, 4}, apart);
  EXPECT_TRUE(halfpixel::same_bits(draw::scale(view, 1, 1, Interpolator::bi_linear), y));
}

TEST(Go, RefusesWhatItHasNot) {
  const auto of = [](const Shape& shape, DType dtype, std::int64_t width, std::int64_t height,
                     Interpolator interpolator = Interpolator::bi_linear) {
    return message_of([&] { draw::plan_scale(shape, dtype, width, height, interpolator); });
  };
  const Shape photo{8, 9, 3};
  EXPECT_EQ(of(photo, DType::uint8, 4, 4), "nothing was thrown");
  EXPECT_THAT(of({9}, DType::uint8, 4, 4), HasSubstr("(height, width"));
  EXPECT_THAT(of({8, 9, 2}, DType::uint8, 4, 4), HasSubstr("1, 3 or 4 channels"));
  EXPECT_THAT(of({8, 0, 3}, DType::uint8, 4, 4), HasSubstr("must not be empty"));
  for (const DType dtype : {DType::int8, DType::float32, DType::float64})
    EXPECT_THAT(of(photo, dtype, 4, 4), HasSubstr("uint8 or uint16; got"));
  EXPECT_THAT(of(photo, DType::uint8, 0, 4), HasSubstr("`width` must be positive; got 0"));
  EXPECT_THAT(of(photo, DType::uint8, 4, -1), HasSubstr("`height` must be positive; got -1"));
  EXPECT_THAT(of(photo, DType::uint8, 4, 4, static_cast<Interpolator>(9)), HasSubstr("got 9"));
}

TEST(Go, NamesAreGos) {
  for (const Interpolator interpolator : draw::interpolators())
    EXPECT_EQ(draw::to_interpolator(draw::name_of(interpolator)), interpolator);
  EXPECT_THAT(message_of([] { draw::to_interpolator("Bilinear"); }),
              HasSubstr("NearestNeighbor, ApproxBiLinear, BiLinear, CatmullRom; got Bilinear"));
}

}  // namespace
