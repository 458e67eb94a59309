// Numbers in this file are printed by Keras 3.15 on TensorFlow 2.21, or follow from repetition.
#include <halfpixel/keras/up_sampling.hpp>

#include <cmath>
#include <limits>
#include <sstream>

#include "keras_testing.hpp"

namespace halfpixel {
namespace {

using keras::Interpolation;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using testing::same_bits;
using testing::transpose;
using testing::values;
namespace layers = keras::layers;

constexpr Interpolation kInterpolated[] = {Interpolation::bilinear, Interpolation::bicubic,
                                           Interpolation::lanczos3, Interpolation::lanczos5};
constexpr DType kAll[] = {DType::float16, DType::bfloat16, DType::float32, DType::float64,
                          DType::int8,    DType::int16,    DType::int32,   DType::int64,
                          DType::uint8,   DType::uint16,   DType::uint32,  DType::uint64,
                          DType::boolean};

TEST(UpSampling2D, RepeatsAsInKerasDocumentation) {
  const Tensor x = arange(12, DType::int64).reshape({2, 2, 1, 3});
  const Tensor y = layers::UpSampling2D({.size = {1, 2}})(x);
  EXPECT_EQ(y.shape(), Shape({2, 2, 2, 3}));
  EXPECT_EQ(y.dtype(), DType::int64);
  EXPECT_THAT(values<std::int64_t>(y), ElementsAre(0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5,  //
                                                   6, 7, 8, 6, 7, 8, 9, 10, 11, 9, 10, 11));
}

TEST(UpSampling1D, RepeatsEachStep) {
  const Tensor y = layers::UpSampling1D()(arange(12).reshape({2, 2, 3}));
  EXPECT_EQ(y.shape(), Shape({2, 4, 3}));
  EXPECT_THAT(values<float>(y), ElementsAre(0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5,  //
                                            6, 7, 8, 6, 7, 8, 9, 10, 11, 9, 10, 11));
}

TEST(UpSampling3D, RepeatsEachOfThreeAxes) {
  const Tensor y = layers::UpSampling3D({.size = {2, 1, 3}})(arange(4).reshape({1, 1, 2, 1, 2}));
  EXPECT_EQ(y.shape(), Shape({1, 2, 2, 3, 2}));
  EXPECT_THAT(values<float>(y), ElementsAre(0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3,  //
                                            0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3));
}

TEST(UpSampling, ComposesRepetitions) {
  const Tensor x = random::normal({2, 3, 5, 4}, 0, 1, DType::float32, 1);
  const layers::UpSampling2D two({.size = 2}), three({.size = 3}), six({.size = 6});
  EXPECT_TRUE(same_bits(three(two(x)), six(x)));
  EXPECT_TRUE(same_bits(
      layers::UpSampling2D({.size = {1, 6}})(layers::UpSampling2D({.size = {6, 1}})(x)), six(x)));
  const Tensor v = x.reshape({1, 2, 3, 5, 4});
  EXPECT_TRUE(same_bits(layers::UpSampling3D({.size = 3})(layers::UpSampling3D({.size = 2})(v)),
                        layers::UpSampling3D({.size = 6})(v)));
}

TEST(UpSampling, KeepsEveryDtypeButFloatsBecomeThePolicys) {
  for (const DType dtype : kAll) {
    const Tensor x = arange(2, dtype).reshape({1, 1, 2, 1});
    const Tensor y = layers::UpSampling2D({.size = {1, 2}})(x);
    EXPECT_EQ(y.dtype(), is_floating(dtype) ? DType::float32 : dtype);
    EXPECT_THAT(values<double>(y.astype(DType::float64)), ElementsAre(0, 0, 1, 1)) << dtype;
    for (const char* policy : {"float16", "bfloat16", "float64", "mixed_float16"}) {
      const keras::DTypePolicy wanted = policy;
      EXPECT_EQ(layers::UpSampling2D({.dtype = policy})(x).dtype(),
                is_floating(dtype) ? wanted.compute_dtype() : dtype);
    }
  }
}

TEST(UpSampling, CastsFloatsBeforeAnythingElse) {
  const Tensor x({1, 1, 2, 1}, {1e300, 0.1});
  EXPECT_THAT(values<float>(layers::UpSampling2D({.size = 1})(x)),
              ElementsAre(std::numeric_limits<float>::infinity(), 0.1f));
  EXPECT_THAT(values<double>(layers::UpSampling2D({.size = 1, .dtype = DType::float64})(x)),
              ElementsAre(1e300, 0.1));
}

TEST(UpSampling, BringsComputedFloatsBackBySaturation) {
  const double inf = std::numeric_limits<double>::infinity();
  const Tensor x({1, 1, 3, 1}, {1e300, -inf, 0.1});
  const auto same = [&x](const char* policy) {
    const layers::UpSampling2D layer(
        {.size = 1, .interpolation = Interpolation::bilinear, .dtype = policy});
    const Tensor y = layer(x);
    EXPECT_EQ(y.dtype(), keras::DTypePolicy(policy).compute_dtype());
    return values<double>(y.astype(DType::float64));
  };
  EXPECT_THAT(same("float32"), ElementsAre(inf, -inf, 0.10000000149011612));
  EXPECT_THAT(same("float64"),
              ElementsAre(3.4028234663852886e+38, -3.4028234663852886e+38, 0.10000000149011612));
  EXPECT_THAT(same("float16"), ElementsAre(65504.0, -65504.0, 0.0999755859375));
  const Tensor halves = Tensor({1, 1, 4, 1}, {65504.f, -65504.f, 65504.f, -65504.f});
  const Tensor y = layers::UpSampling2D(
      {.size = {1, 2}, .interpolation = Interpolation::bicubic, .dtype = "float16"})(halves);
  EXPECT_THAT(values<float>(y.astype(DType::float32)),
              ElementsAre(65504, 37760, -45504, -45024, 45024, 45504, -37760, -65504));
}

TEST(UpSampling, SaturationFlushesSubnormals) {
  Tensor x({1, 1, 2, 1}, DType::bfloat16);
  x.data<bfloat16>()[0].bits = 0x8021;
  x.data<bfloat16>()[1].bits = 0x0021;
  const Tensor y = layers::UpSampling2D(
      {.size = 1, .interpolation = Interpolation::bilinear, .dtype = "bfloat16"})(x);
  EXPECT_EQ(y.data<bfloat16>()[0].bits, 0x8000);
  EXPECT_EQ(y.data<bfloat16>()[1].bits, 0x0000);
  // Repetition copies.
  EXPECT_TRUE(same_bits(layers::UpSampling2D({.size = 1, .dtype = "bfloat16"})(x), x));
}

TEST(UpSampling2D, RoundsIntegersHalfToEvenAndSaturates) {
  const auto up = [](const Tensor& x, Size size, Interpolation interpolation) {
    return layers::UpSampling2D({.size = size, .interpolation = interpolation})(x);
  };
  EXPECT_THAT(values<std::uint8_t>(up(Tensor({1, 2, 2, 1}, {std::uint8_t{0}, std::uint8_t{1},
                                                            std::uint8_t{254}, std::uint8_t{255}}),
                                      2, Interpolation::bicubic)),
              ElementsAre(0, 0, 0, 0, 53, 53, 53, 54, 201, 202, 202, 202, 255, 255, 255, 255));
  EXPECT_THAT(
      values<std::int32_t>(up(Tensor({1, 1, 3, 1}, {0, 2, 5}), {1, 2}, Interpolation::bilinear)),
      ElementsAre(0, 0, 2, 3, 4, 5));
  const std::int8_t low = -128, high = 127;
  const Tensor extreme =
      up(Tensor({1, 2, 2, 1}, {low, high, low, high}), 2, Interpolation::lanczos3);
  EXPECT_THAT(values<std::int8_t>(extreme), ElementsAre(-128, -69, 68, 127, -128, -69, 68, 127,
                                                        -128, -69, 68, 127, -128, -69, 68, 127));
}

TEST(UpSampling2D, LargeIntegersGoThroughFloat32EvenAtTheSameSize) {
  const layers::UpSampling2D layer({.size = 1, .interpolation = Interpolation::bilinear});
  EXPECT_THAT(values<std::int32_t>(layer(Tensor({1, 1, 3, 1}, {16777217, 2147483647, -5}))),
              ElementsAre(16777216, std::numeric_limits<std::int32_t>::min(), -5));
  EXPECT_THAT(values<std::int64_t>(layer(
                  Tensor({1, 1, 2, 1}, {std::int64_t{9007199254740993}, std::int64_t{16777217}}))),
              ElementsAre(9007199254740992, 16777216));
}

TEST(UpSampling2D, ChannelsFirstHasTheBitsOfChannelsLast) {
  for (const DType dtype : {DType::float32, DType::float16, DType::uint8, DType::int32}) {
    for (const auto interpolation :
         {Interpolation::nearest, Interpolation::bilinear, Interpolation::bicubic,
          Interpolation::lanczos3, Interpolation::lanczos5}) {
      for (const std::int64_t channels : {1, 3, 8}) {
        const Tensor x =
            random::uniform({2, 5, 4, channels}, 0, 255, DType::float32, 3).astype(dtype);
        const layers::UpSampling2D last({.size = {3, 2},
                                         .data_format = DataFormat::channels_last,
                                         .interpolation = interpolation});
        const layers::UpSampling2D first({.size = {3, 2},
                                          .data_format = DataFormat::channels_first,
                                          .interpolation = interpolation});
        EXPECT_TRUE(same_bits(first(transpose(x, {0, 3, 1, 2})), transpose(last(x), {0, 3, 1, 2})))
            << name_of(interpolation) << " " << dtype << " " << channels;
      }
    }
  }
  const Tensor v = random::normal({2, 3, 4, 5, 2}, 0, 1, DType::float32, 5);
  EXPECT_TRUE(same_bits(
      layers::UpSampling3D({.size = {2, 1, 3}, .data_format = DataFormat::channels_first})(
          transpose(v, {0, 4, 1, 2, 3})),
      transpose(
          layers::UpSampling3D({.size = {2, 1, 3}, .data_format = DataFormat::channels_last})(v),
          {0, 4, 1, 2, 3})));
}

TEST(UpSampling1D, HasNoDataFormat) {
  const testing::KerasHome home;
  keras::config::set_image_data_format(DataFormat::channels_first);
  EXPECT_EQ(layers::UpSampling1D().compute_output_shape({2, 3, 4}), Shape({2, 6, 4}));
}

TEST(UpSampling, OutputShapesKeepUnknownExtents) {
  const layers::UpSampling2D two({.size = {2, 3}});
  EXPECT_EQ(two.compute_output_shape({kUnknown, kUnknown, 5, kUnknown}),
            Shape({kUnknown, kUnknown, 15, kUnknown}));
  EXPECT_EQ(layers::UpSampling2D({.size = {2, 3}, .data_format = DataFormat::channels_first})
                .compute_output_shape({kUnknown, 7, 5, kUnknown}),
            Shape({kUnknown, 7, 10, kUnknown}));
  EXPECT_EQ(layers::UpSampling1D().compute_output_shape({kUnknown, kUnknown, 8}),
            Shape({kUnknown, kUnknown, 8}));
  EXPECT_EQ(layers::UpSampling3D({.size = {1, 2, 3}, .data_format = DataFormat::channels_first})
                .compute_output_shape({1, 2, 3, 4, 5}),
            Shape({1, 2, 3, 8, 15}));
  EXPECT_EQ(two.size(), Size({2, 3}));
  EXPECT_EQ(layers::UpSampling3D({.size = 2}).size(), Size({2, 2, 2}));
}

TEST(UpSampling, BadOptionsThrowInTheConstructorInKerasWords) {
  const auto two = [](const Size& size) {
    return error_of([&size] { layers::UpSampling2D({.size = size}); });
  };
  const std::string tuple =
      "[UpSampling2D] The `size` argument must be a tuple of 2 integers. Received size=";
  EXPECT_EQ(two({0, 2}), tuple + "(0, 2), including values {0} that do not satisfy `value > 0`");
  EXPECT_EQ(two(-1), tuple + "-1, including values {-1} that do not satisfy `value > 0`");
  EXPECT_EQ(two({0, -1}),
            tuple + "(0, -1), including values {0, -1} that do not satisfy `value > 0`");
  EXPECT_EQ(two({0, 0}), tuple + "(0, 0), including values {0} that do not satisfy `value > 0`");
  EXPECT_EQ(two({2, 2, 2}), tuple + "(2, 2, 2)");
  EXPECT_EQ(
      error_of([] { layers::UpSampling3D({.size = {2, 2}}); }),
      "[UpSampling3D] The `size` argument must be a tuple of 3 integers. Received size=(2, 2)");
  EXPECT_EQ(error_of([] { layers::UpSampling1D({.size = 0}); }),
            "[UpSampling1D] Argument `size` should be a positive integer. Received: size=0");
  EXPECT_THAT(
      error_of([] { layers::UpSampling2D({.interpolation = static_cast<Interpolation>(9)}); }),
      HasSubstr("[UpSampling2D] Invalid value for argument `interpolation`."));
  EXPECT_EQ(error_of([] { layers::UpSampling3D({.data_format = static_cast<DataFormat>(9)}); }),
            "[UpSampling3D] The `data_format` argument must be one of {'channels_first', "
            "'channels_last'}. "
            "Received: data_format=9");
}

TEST(UpSampling, WrongRanksAreRefusedInKerasWords) {
  const Tensor x = zeros({2, 3, 4});
  EXPECT_EQ(error_of([&x] { layers::UpSampling2D({.name = "u"})(x); }),
            "[UpSampling2D] Input 0 with name 'None' of layer 'u' is incompatible with the layer: "
            "expected "
            "ndim=4, found ndim=3. Full shape received: (2, 3, 4)");
  EXPECT_THAT(error_of([&x] { layers::UpSampling3D()(x); }),
              HasSubstr("expected ndim=5, found ndim=3"));
  EXPECT_THAT(error_of([] { layers::UpSampling1D()(zeros({2, 3})); }),
              HasSubstr("expected ndim=3, found ndim=2. Full shape received: (2, 3)"));
  EXPECT_THAT(error_of([] { layers::UpSampling2D().compute_output_shape({kUnknown, 3}); }),
              HasSubstr("Full shape received: (None, 3)"));
}

TEST(UpSampling, SidesBeyondInt32AreRefused) {
  const layers::UpSampling2D layer({.size = {1 << 16, 1}});
  EXPECT_EQ(layer.compute_output_shape({1, 32767, 1, 1}), Shape({1, 2147418112, 1, 1}));
  for (const std::int64_t height : {std::int64_t{32768}, std::int64_t{1} << 60}) {
    EXPECT_THAT(
        error_of([&] { layer.compute_output_shape({1, height, 1, 1}); }),
        HasSubstr("[UpSampling2D] output sides must be at most 2147483647; got input shape (1, " +
                  std::to_string(height) + ", 1, 1) with size=(65536, 1)"));
    EXPECT_NE(error_of([&] { layer.plan({0, height, 1, 1}, DType::uint8); }), "no error");
  }
}

TEST(UpSampling, EmptyBatchesGiveEmptyResults) {
  for (const auto interpolation :
       {Interpolation::nearest, Interpolation::bilinear, Interpolation::lanczos5}) {
    const Tensor y = layers::UpSampling2D({.interpolation = interpolation})(zeros({0, 3, 4, 2}));
    EXPECT_EQ(y.shape(), Shape({0, 6, 8, 2}));
  }
}

TEST(UpSampling, EmptyAxesGiveEmptyResultsOnlyWhenRepeating) {
  for (const Shape& shape : {Shape{1, 0, 4, 2}, Shape{1, 3, 0, 2}, Shape{1, 3, 4, 0}}) {
    const Tensor x = zeros(shape);
    const Tensor y = layers::UpSampling2D()(x);
    EXPECT_EQ(y.size(), 0);
    EXPECT_EQ(y.shape(), layers::UpSampling2D().compute_output_shape(shape));
    for (const auto interpolation : kInterpolated) {
      EXPECT_NE(error_of([&] { layers::UpSampling2D({.interpolation = interpolation})(x); }),
                "no error");
    }
  }
  EXPECT_EQ(error_of([] {
              layers::UpSampling2D({.interpolation = Interpolation::bilinear})(zeros({1, 0, 4, 2}));
            }),
            "[UpSampling2D] `size` must have positive height and width. Received: size=(0, 8)");
}

TEST(UpSampling, DtypesWithoutAKernelAreRefusedWhenInterpolating) {
  for (const DType dtype : {DType::boolean, DType::uint32, DType::uint64}) {
    for (const auto interpolation : kInterpolated) {
      EXPECT_THAT(
          error_of([&] {
            layers::UpSampling2D({.interpolation = interpolation})(zeros({1, 2, 2, 1}, dtype));
          }),
          HasSubstr(std::string(name_of(dtype))));
    }
  }
}

TEST(UpSampling, PlansNeedKnownShapes) {
  EXPECT_EQ(error_of([] { layers::UpSampling2D().plan({kUnknown, 2, 2, 1}, DType::float32); }),
            "[UpSampling2D] input shape must be known; got (None, 2, 2, 1)");
}

TEST(UpSampling, WritesIntoTheCallersMemory) {
  const Tensor x = random::normal({2, 3, 4, 3}, 0, 1, DType::float32, 9);
  for (const auto interpolation : {Interpolation::nearest, Interpolation::bilinear}) {
    const layers::UpSampling2D layer({.interpolation = interpolation});
    Tensor out({2, 6, 8, 3}, DType::float32);
    layer(x, out);
    EXPECT_TRUE(same_bits(out, layer(x)));
    Tensor planned({2, 6, 8, 3}, DType::float32);
    layer.plan(x.shape(), x.dtype()).run(x, planned);
    EXPECT_TRUE(same_bits(out, planned));
  }
}

TEST(UpSampling, RefusesAnOutThatDoesNotFit) {
  const layers::UpSampling2D layer;
  const Tensor x = zeros({1, 2, 2, 1});
  Tensor small({1, 4, 3, 1}, DType::float32), wrong({1, 4, 4, 1}, DType::float64);
  EXPECT_EQ(error_of([&] { layer(x, small); }),
            "[UpSampling2D] `out` must be float32 of shape (1, 4, 4, 1); got float32 of shape (1, "
            "4, 3, 1)");
  EXPECT_THAT(error_of([&] { layer(x, wrong); }), HasSubstr("got float64"));
  std::vector<float> memory(20);
  EXPECT_THAT(error_of([&] {
                layer(ConstTensorView(memory.data(), {1, 2, 2, 1}),
                      TensorView(memory.data() + 3, {1, 4, 4, 1}));
              }),
              HasSubstr("`out` must not share memory"));
}

TEST(UpSampling, ReadsStridedViews) {
  const Tensor x = random::normal({2, 4, 6, 3}, 0, 1, DType::float32, 11);
  const std::int64_t strides[] = {72, 36, 6, 1};  // every second row and column
  const ConstTensorView view(x.data<float>(), {2, 2, 3, 3}, strides);
  for (const auto interpolation : {Interpolation::nearest, Interpolation::bicubic}) {
    const layers::UpSampling2D layer({.interpolation = interpolation});
    EXPECT_TRUE(same_bits(layer(view), layer(Tensor(view))));
  }
}

TEST(UpSampling, IsTheSameClassUnderTheOldName) {
  const bool same =
      std::is_same_v<tf::compat::v1::keras::layers::UpSampling2D, keras::layers::UpSampling2D>;
  EXPECT_TRUE(same);
}

}  // namespace
}  // namespace halfpixel
