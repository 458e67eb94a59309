// resize of libvips against what it computed itself, and what surprises about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/vips.hpp>

#include "core/equal.hpp"
#include "core/random_bytes.hpp"
#include "frontends/dialect_testing.hpp"
#include "frontends/twins/vips_twin.hpp"
#include "frontends/vips_cases.hpp"

namespace {

namespace vips = halfpixel::vips;
using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Tensor;
using oracle::message_of;
using oracle::row_of;
using testing::HasSubstr;
using vips::Kernel;

TEST(Vips, CommittedCasesAreEqualBitForBit) {
  oracle::expect_committed_bits("oracle_vips", 300, oracle::run_vips);
}

TEST(Vips, EveryTargetLayoutAndWindowHasTheSameBits) {
  const auto plan_of = [](const oracle::Case& c) {
    const oracle::VipsCall call = oracle::vips_call(c);
    return vips::plan_resize(c.in.shape(), c.in.dtype(), call.scale, call.options);
  };
  int several = 0;
  oracle::expect_bits_everywhere("oracle_vips", 0, plan_of, [&](const oracle::Case& c) {
    const bool one = message_of([&] { plan_of(c); }) == "nothing was thrown";
    several += !one;
    return one;
  });
  EXPECT_LT(several, 150);
}

TEST(Vips, EnlargingLiesHalfAnOutputPixelOff) {
  const Tensor x = row_of<std::uint8_t>({0, 85, 170, 255});
  const Tensor y = vips::resize(x, 2, {.vscale = 1, .kernel = Kernel::linear});
  EXPECT_TRUE(halfpixel::same_bits(y, row_of<std::uint8_t>({0, 0, 43, 85, 128, 170, 213, 255})));
  // The side that stays is half a pixel off too.
  Tensor column(Shape{4, 1}, DType::uint8);
  std::copy_n(x.data<std::uint8_t>(), 4, column.data<std::uint8_t>());
  const Tensor blurred = vips::resize(column, 2, {.vscale = 1, .kernel = Kernel::linear});
  const std::uint8_t want[] = {0, 0, 43, 43, 128, 128, 213, 213};
  EXPECT_TRUE(std::equal(want, want + 8, blurred.data<std::uint8_t>()));
}

// Kernels that shrink far reach beyond the edges, where a row is repeated for each term: 1801 of
// them lie on 300 rows. More than a kernel has at once were written past the end of an array.
TEST(Vips, TermsMayBeMoreThanThereAreRows) {
  for (const DType dtype : {DType::uint8, DType::uint16, DType::float32}) {
    for (const Shape& shape : {Shape{300, 7, 3}, Shape{200, 9, 1}, Shape{7, 300, 3}}) {
      const Tensor x = halfpixel::test::random_bytes(shape, DType::uint8, 3).astype(dtype);
      const vips::ResizeOptions options{.vscale = vips::scale_of(shape[0], 1), .gap = 0};
      for (const std::int64_t width : {std::int64_t{1}, shape[1]}) {
        const double scale = vips::scale_of(shape[1], width);
        EXPECT_TRUE(halfpixel::same_bits(vips::resize(x, scale, options),
                                         twin::vips_resize(x, scale, options)))
            << shape.str() << " " << name_of(dtype) << " " << width;
      }
    }
  }
}

TEST(Vips, SizesAreRounded) {
  const auto of = [](std::int64_t side, double scale) {
    return vips::resized({side, 1}, DType::uint8, 1, {.vscale = scale})[0];
  };
  EXPECT_EQ(of(5, 0.5), 3);
  EXPECT_EQ(of(5, 1.5), 8);
  EXPECT_EQ(of(5, 0.001), 1);
  for (std::int64_t in = 1; in < 60; ++in)
    for (std::int64_t out = 1; out < 130; ++out) ASSERT_EQ(of(in, vips::scale_of(in, out)), out);
}

TEST(Vips, AccessChangesWherePositionsBegin) {
  // Centres that fall on the border of two phases.
  Tensor x(Shape{257, 1}, DType::uint16);
  for (std::int64_t i = 0; i < 257; ++i)
    x.data<std::uint16_t>()[i] = static_cast<std::uint16_t>(i * i * 40503 % 65521);
  const auto with = [&](vips::Access access) {
    return vips::resize(x, 1, {.vscale = 192.0 / 257, .access = access});
  };
  const Tensor all = with(vips::Access::random), streamed = with(vips::Access::sequential);
  int differ = 0;
  for (std::int64_t i = 0; i < 192; ++i)
    differ += all.data<std::uint16_t>()[i] != streamed.data<std::uint16_t>()[i];
  EXPECT_GT(differ, 0);
  EXPECT_LT(differ, 64);
}

TEST(Vips, PlansAreOfOneStep) {
  const auto of = [](double scale, double vscale, double gap) {
    return message_of([&] {
      vips::plan_resize({64, 64, 3}, DType::uint8, scale, {.vscale = vscale, .gap = gap});
    });
  };
  EXPECT_EQ(of(0.3, 0.4, 2), "nothing was thrown");
  EXPECT_EQ(of(1.3, 2.4, 2), "nothing was thrown");
  EXPECT_EQ(of(0.1, 0.1, 0), "nothing was thrown");
  EXPECT_THAT(of(0.1, 0.1, 2), HasSubstr("4 steps and no single plan: call vips::resize"));
  EXPECT_THAT(of(0.5, 1.5, 2), HasSubstr("2 steps and no single plan"));
}

TEST(Vips, RefusesWhatItHasNot) {
  const auto of = [](const Shape& shape, DType dtype, double scale,
                     const vips::ResizeOptions& options = {}) {
    return message_of([&] { vips::resized(shape, dtype, scale, options); });
  };
  const Shape photo{8, 9, 3};
  EXPECT_EQ(of(photo, DType::uint8, 0.5), "nothing was thrown");
  EXPECT_THAT(of({9}, DType::uint8, 2), HasSubstr("(height, width"));
  EXPECT_THAT(of({8, 0, 3}, DType::uint8, 2), HasSubstr("must not be empty"));
  for (const DType dtype : {DType::int8, DType::int32, DType::float64})
    EXPECT_THAT(of(photo, dtype, 2), HasSubstr("uint8, uint16 or float32; got"));
  for (const double scale : {0.0, -1.0, 1e8, std::nan("")})
    EXPECT_THAT(of(photo, DType::uint8, scale), HasSubstr("`scale` must be positive"));
  EXPECT_THAT(of(photo, DType::uint8, 2, {.vscale = 0}), HasSubstr("`vscale` must be positive"));
  EXPECT_THAT(of(photo, DType::uint8, 2, {.kernel = static_cast<Kernel>(9)}), HasSubstr("got 9"));
  for (const double gap : {0.5, -1.0, std::nan("")})
    EXPECT_THAT(of(photo, DType::uint8, 0.5, {.gap = gap}), HasSubstr("`gap` must be 0 or"));
  EXPECT_THAT(of(photo, DType::uint8, 0.01, {.kernel = Kernel::nearest, .gap = 0}),
              HasSubstr("shrunk to nothing"));
  EXPECT_THAT(of({4000, 2}, DType::uint8, 0.001, {.gap = 0}), HasSubstr("factor too large"));
  EXPECT_THAT(of({1000, 2}, DType::uint8, 1e6), HasSubstr("coordinates out of range"));
  EXPECT_THAT(of({1 << 24, 2}, DType::uint8, 0.5), HasSubstr("below 16777216"));
}

TEST(Vips, NamesArePyvips) {
  for (const Kernel kernel : vips::kernels())
    EXPECT_EQ(vips::to_kernel(vips::name_of(kernel)), kernel);
  EXPECT_THAT(message_of([] { vips::to_kernel("lanczos"); }),
              HasSubstr("lanczos2, lanczos3, mks2013, mks2021; got lanczos"));
  EXPECT_EQ(vips::to_access("sequential"), vips::Access::sequential);
  EXPECT_THAT(message_of([] { vips::to_access("seq"); }), HasSubstr("random, sequential; got seq"));
}

}  // namespace
