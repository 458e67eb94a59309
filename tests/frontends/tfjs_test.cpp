// resizeBilinear and resizeNearestNeighbor against what TensorFlow.js itself computed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/tfjs.hpp>

#include "core/equal.hpp"
#include "frontends/dialect_testing.hpp"
#include "frontends/tfjs_cases.hpp"

namespace {

namespace tfjs = halfpixel::tfjs;
using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Tensor;
using oracle::message_of;
using testing::HasSubstr;
using tfjs::Backend;

TEST(Tfjs, CommittedCasesAreEqualBitForBit) {
  oracle::expect_committed_bits("oracle_tfjs", 300, oracle::run_tfjs);
}

TEST(Tfjs, EveryTargetLayoutAndWindowHasTheSameBits) {
  const auto plan_of = [](const oracle::Case& c) {
    const auto make = c.operation == "tfjs.resize_bilinear" ? tfjs::plan_resize_bilinear
                                                            : tfjs::plan_resize_nearest_neighbor;
    return make(c.in.shape(), c.in.dtype(), c.size("size"), oracle::tfjs_options(c));
  };
  for (const int rank : {3, 4}) {
    oracle::expect_bits_everywhere("oracle_tfjs", rank - 3, plan_of, [=](const oracle::Case& c) {
      return c.in.shape().rank() == rank;
    });
  }
}

Tensor row(std::initializer_list<float> values) {
  Tensor t(Shape{1, static_cast<std::int64_t>(values.size()), 1}, DType::float32);
  std::copy(values.begin(), values.end(), t.data<float>());
  return t;
}

// As TensorFlow 1, not as TensorFlow 2; and the two backends' own roundings.
TEST(Tfjs, DefaultsAreNotHalfPixel) {
  const Tensor x = row({0, 85, 170, 255});
  EXPECT_TRUE(halfpixel::same_bits(tfjs::resize_bilinear(x, {1, 8}),
                                   row({0, 42.5, 85, 127.5, 170, 212.5, 255, 255})));
  EXPECT_TRUE(halfpixel::same_bits(tfjs::resize_nearest_neighbor(x, {1, 7}),
                                   row({0, 0, 85, 85, 170, 170, 255})));
  const auto corners = [&](Backend backend) {
    return tfjs::resize_bilinear(x, {1, 8}, {.align_corners = true, .backend = backend})
        .data<float>()[1];
  };
  EXPECT_EQ(corners(Backend::cpu), 36.42856979370117F);
  EXPECT_EQ(corners(Backend::wasm), 36.42857360839844F);
}

// TensorFlow.js makes float32 of them on the way: 16777216 and -2147483648.
TEST(Tfjs, LargeIntegersStayWhatTheyAre) {
  Tensor x(Shape{1, 2, 1}, DType::int32);
  x.data<std::int32_t>()[0] = 16777217;
  x.data<std::int32_t>()[1] = 2147483647;
  EXPECT_TRUE(halfpixel::same_bits(tfjs::resize_nearest_neighbor(x, {1, 2}), x));
}

TEST(Tfjs, RefusesWhatTensorFlowJsRefuses) {
  const Shape images{1, 3, 4, 2};
  const auto bilinear = [&](const Shape& shape, DType dtype, const halfpixel::Size& size,
                            const tfjs::ResizeOptions& options) {
    return message_of([&] { tfjs::plan_resize_bilinear(shape, dtype, size, options); });
  };
  EXPECT_THAT(
      bilinear(images, DType::float32, {4, 4}, {.align_corners = true, .half_pixel_centers = true}),
      HasSubstr("If half_pixel_centers is true, align_corners must be false"));
  EXPECT_THAT(bilinear({3, 4}, DType::float32, {4, 4}, {}), HasSubstr("rank 3 or 4; got shape"));
  EXPECT_THAT(bilinear({1, 0, 4, 2}, DType::float32, {4, 4}, {}), HasSubstr("must not be empty"));
  EXPECT_THAT(bilinear(images, DType::float64, {4, 4}, {}), HasSubstr("got float64"));
  EXPECT_THAT(bilinear(images, DType::float32, 4, {}), HasSubstr("two integers; got 4"));
  EXPECT_THAT(bilinear(images, DType::float32, {0, 4}, {}),
              HasSubstr("`size` must be positive; got (0, 4)"));
  EXPECT_THAT(bilinear(images, DType::float32, {4, 4}, {.backend = static_cast<Backend>(7)}),
              HasSubstr("one of its enumerators; got 7"));
  EXPECT_EQ(bilinear(images, DType::boolean, {4, 4}, {}), "nothing was thrown");
  EXPECT_THAT(
      message_of([&] { tfjs::plan_resize_nearest_neighbor(images, DType::boolean, {4, 4}, {}); }),
      HasSubstr("got bool"));
}

TEST(Tfjs, NamesOfBackends) {
  for (const Backend backend : tfjs::all_backends())
    EXPECT_EQ(tfjs::to_backend(tfjs::name_of(backend)), backend);
  EXPECT_THAT(message_of([] { tfjs::to_backend("webgl"); }), HasSubstr("cpu, wasm; got webgl"));
}

}  // namespace
