// RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR against what LiteRT itself computed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/litert.hpp>

#include "core/equal.hpp"
#include "frontends/dialect_testing.hpp"
#include "frontends/litert_cases.hpp"

namespace {

namespace litert = halfpixel::litert;
using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Tensor;
using litert::Kernels;
using oracle::message_of;
using testing::HasSubstr;

TEST(Litert, CommittedCasesAreEqualBitForBit) {
  oracle::expect_committed_bits("oracle_litert", 300, oracle::run_litert);
}

TEST(Litert, EveryTargetLayoutAndWindowHasTheSameBits) {
  oracle::expect_bits_everywhere("oracle_litert", 1, [](const oracle::Case& c) {
    const auto make = c.operation == "litert.resize_bilinear"
                          ? litert::plan_resize_bilinear
                          : litert::plan_resize_nearest_neighbor;
    return make(c.in.shape(), c.in.dtype(), c.size("size"), oracle::litert_options(c));
  });
}

Tensor row(std::initializer_list<std::int8_t> values) {
  Tensor t(Shape{1, 1, static_cast<std::int64_t>(values.size()), 1}, DType::int8);
  std::copy(values.begin(), values.end(), t.data<std::int8_t>());
  return t;
}

TEST(Litert, TiesOfInt8DependOnTheKernels) {
  const Tensor x = row({-3, -1, 1, 3});
  const auto with = [&](Kernels kernels) {
    return litert::resize_bilinear(x, {1, 8}, {.half_pixel_centers = true, .kernels = kernels});
  };
  EXPECT_TRUE(halfpixel::same_bits(with(Kernels::builtin), row({-3, -3, -2, -1, 1, 2, 3, 3})));
  EXPECT_TRUE(halfpixel::same_bits(with(Kernels::reference), row({-3, -3, -2, -1, 1, 2, 3, 3})));
  EXPECT_TRUE(halfpixel::same_bits(with(Kernels::xnnpack), row({-3, -2, -1, 0, 1, 2, 3, 3})));
}

// In fixed point the step from 1 to 58 pixels is rounded up: LiteRT reads a pixel that is not
// there.
TEST(Litert, NothingIsReadBeyondTheImage) {
  const Tensor x = row({100});
  const Tensor y = litert::resize_bilinear(x, {1, 58});
  for (std::int64_t i = 0; i < 58; ++i) EXPECT_EQ(y.data<std::int8_t>()[i], 100) << i;
}

TEST(Litert, RefusesWhatLitertRefuses) {
  const auto bilinear = [](const Shape& shape, DType dtype, const litert::ResizeOptions& options) {
    return message_of([&] { litert::plan_resize_bilinear(shape, dtype, {4, 4}, options); });
  };
  const Shape images{1, 3, 4, 2};
  const litert::ResizeOptions both{.align_corners = true, .half_pixel_centers = true};
  EXPECT_THAT(bilinear(images, DType::float32, both),
              HasSubstr("If half_pixel_centers is True, align_corners must be False"));
  litert::ResizeOptions delegated = both;
  delegated.kernels = Kernels::xnnpack;
  EXPECT_EQ(bilinear(images, DType::uint8, delegated), "nothing was thrown");
  EXPECT_THAT(bilinear(images, DType::int16, delegated), HasSubstr("align_corners must be False"));
  EXPECT_THAT(bilinear(images, DType::float64, {}), HasSubstr("got float64"));
  EXPECT_THAT(bilinear({3, 4, 2}, DType::float32, {}), HasSubstr("(N, H, W, C); got shape"));
  EXPECT_THAT(bilinear({1, 0, 4, 2}, DType::float32, {}), HasSubstr("must not be empty"));
  EXPECT_THAT(message_of([&] { litert::plan_resize_bilinear(images, DType::float32, {0, 4}, {}); }),
              HasSubstr("`size` must be positive; got (0, 4)"));
  EXPECT_THAT(
      message_of([&] { litert::plan_resize_nearest_neighbor(images, DType::int64, {4, 4}, both); }),
      HasSubstr("Output type is int64"));
  EXPECT_EQ(
      message_of([&] { litert::plan_resize_nearest_neighbor(images, DType::int16, {4, 4}, both); }),
      "nothing was thrown");
}

TEST(Litert, NamesOfKernels) {
  for (const Kernels kernels : litert::all_kernels()) {
    EXPECT_EQ(litert::to_kernels(litert::name_of(kernels)), kernels);
  }
  EXPECT_THAT(message_of([] { litert::to_kernels("XNNPACK"); }),
              HasSubstr("builtin, xnnpack, reference; got XNNPACK"));
}

}  // namespace
