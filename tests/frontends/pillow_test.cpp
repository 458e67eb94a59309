// PIL.Image.resize against what Pillow itself computed, and what surprises about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include <halfpixel/cpu.hpp>
#include <halfpixel/pillow.hpp>

#include "core/equal.hpp"
#include "core/random_bytes.hpp"
#include "frontends/dialect_testing.hpp"
#include "frontends/pillow_cases.hpp"

namespace {

namespace pillow = halfpixel::pillow;
using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Size;
using halfpixel::Tensor;
using oracle::message_of;
using testing::HasSubstr;

TEST(Pillow, CommittedCasesAreEqualBitForBit) {
  oracle::expect_committed_bits("oracle_pillow", 300, oracle::run_pillow);
}

TEST(Pillow, EveryTargetLayoutAndWindowHasTheSameBits) {
  const auto plan = [](const oracle::Case& c) {
    const oracle::PillowCall call = oracle::pillow_call(c);
    return pillow::plan_resize(c.in.shape(), c.in.dtype(), call.size, call.options);
  };
  // Two steps are no plan; and channels that alpha weighs must lie side by side.
  const auto known = [](const oracle::Case& c) {
    return !c.has("reducing_gap") && c.text("mode") != "LA" && c.text("mode") != "RGBA";
  };
  oracle::expect_bits_everywhere("oracle_pillow", 0, plan, known);
}

TEST(Pillow, SteepShrinkingIsTheSameInPieces) {
  // More taps than fit into the scratch, with alpha and without.
  for (const std::int64_t channels : {3, 4}) {
    const Tensor x = halfpixel::test::random_bytes({3000, 7, channels}, DType::uint8, 5);
    const Tensor y = pillow::resize(x, {3, 2}, {.version = 12});
    const Tensor z = pillow::resize(x, {3, 2});
    EXPECT_EQ(y.shape(), (Shape{2, 3, channels}));
    EXPECT_EQ(z.shape(), y.shape());
  }
}

// Pillow 13 begins with the pass that leaves less to the other.
// All rows of a wide source are needed for one pixel, more than a ring of rows holds.
TEST(Pillow, AllOfAWideImageBecomesOnePixel) {
  Tensor image = zeros({200, 480, 3}, DType::uint8);
  std::fill_n(image.data<std::uint8_t>(), 67 * 480 * 3, std::uint8_t{255});
  for (const auto& target : halfpixel::cpu::available_targets()) {
    halfpixel::cpu::set_target(target);
    const Tensor pixel = pillow::resize(image, {1, 1}, {.resample = pillow::to_resampling("BOX")});
    for (const int value : pixel.span<std::uint8_t>()) EXPECT_EQ(value, 85) << target;
  }
  halfpixel::cpu::set_target(halfpixel::cpu::available_targets().front());
}

TEST(Pillow, TheOrderOfThePassesIsTheVersions) {
  const Tensor x = halfpixel::test::random_bytes({40, 30, 3}, DType::uint8, 6);
  EXPECT_FALSE(halfpixel::same_bits(pillow::resize(x, {29, 9}),
                                    pillow::resize(x, {29, 9}, {.version = 12})));
  EXPECT_TRUE(halfpixel::same_bits(pillow::resize(x, {9, 29}),
                                   pillow::resize(x, {9, 29}, {.version = 12})));
}

TEST(Pillow, RefusesInPillowsWords) {
  const auto of = [](const Shape& shape, DType dtype, const Size& size,
                     const pillow::ResizeOptions& options = {}) {
    return message_of([&] { pillow::plan_resize(shape, dtype, size, options); });
  };
  const Shape photo{8, 9, 3};
  EXPECT_THAT(of(photo, DType::uint8, {0, 4}), HasSubstr("height and width must be > 0"));
  EXPECT_THAT(of(photo, DType::uint8, {4, 4}, {.reducing_gap = 0.5}),
              HasSubstr("reducing_gap must be 1.0 or greater"));
  EXPECT_THAT(of(photo, DType::uint8, {4, 4}, {.box = {{-1, 0, 4, 4}}}),
              HasSubstr("box offset can't be negative"));
  EXPECT_THAT(of(photo, DType::uint8, {4, 4}, {.box = {{0, 0, 10, 4}}}),
              HasSubstr("box can't exceed original image size"));
  EXPECT_THAT(of(photo, DType::uint8, {4, 4}, {.box = {{3, 0, 2, 4}}}),
              HasSubstr("box can't be empty"));
  EXPECT_THAT(of(photo, DType::uint16, {4, 4}), HasSubstr("no mode has 3 channels of uint16"));
  EXPECT_THAT(of({8, 9}, DType::uint16, {2, 2}, {.reducing_gap = 1.0}),
              HasSubstr("image has wrong mode"));
  EXPECT_THAT(message_of([] { pillow::to_resampling("CUBIC"); }),
              HasSubstr("Unknown resampling filter (CUBIC). Use Image.Resampling.NEAREST (0)"));
  EXPECT_THAT(message_of([] { pillow::to_mode("I;16B"); }), HasSubstr("got 'I;16B'"));
}

TEST(Pillow, NamesAndNumbersArePillows) {
  for (const auto filter : pillow::resamplings()) {
    EXPECT_EQ(pillow::to_resampling(pillow::name_of(filter)), filter);
    EXPECT_EQ(pillow::to_resampling(std::to_string(static_cast<int>(filter))), filter);
  }
  for (const auto mode : pillow::modes()) EXPECT_EQ(pillow::to_mode(pillow::name_of(mode)), mode);
}

}  // namespace
