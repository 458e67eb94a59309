// Numbers in this file are printed by Keras 3.15 on TensorFlow 2.21.
#include <halfpixel/keras/up_sampling.hpp>

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

TEST(UpSamplingGradient, OfRepetitionSumsTheCopies) {
  const Tensor dy = arange(24).reshape({1, 4, 6, 1});
  EXPECT_THAT(values<float>(layers::UpSampling2D({.size = {2, 3}}).gradient(dy, {1, 2, 2, 1})),
              ElementsAre(24, 42, 96, 114));
  EXPECT_THAT(values<float>(layers::UpSampling3D({.size = {2, 1, 3}})
                                .gradient(arange(12).reshape({1, 4, 1, 3, 1}), {1, 2, 1, 1, 1})),
              ElementsAre(15, 51));
  EXPECT_THAT(
      values<float>(
          layers::UpSampling1D({.size = 3}).gradient(arange(12).reshape({1, 6, 2}), {1, 2, 2})),
      ElementsAre(6, 9, 24, 27));
}

TEST(UpSamplingGradient, OfRepetitionByOneIsACopy) {
  const Tensor dy({1, 1, 2, 1}, {-1e-40f, -0.0f});
  EXPECT_TRUE(same_bits(layers::UpSampling2D({.size = 1}).gradient(dy, {1, 1, 2, 1}), dy));
}

TEST(UpSamplingGradient, OfInterpolationIsTensorFlows) {
  const Tensor dy = arange(24).reshape({1, 4, 6, 1});
  const auto dx = [&dy](Interpolation interpolation) {
    return values<float>(layers::UpSampling2D({.size = {2, 3}, .interpolation = interpolation})
                             .gradient(dy, {1, 2, 2, 1}));
  };
  EXPECT_THAT(dx(Interpolation::bilinear), ElementsAre(29.16666603088379f, 45.833335876464844f,
                                                       92.16666412353516f, 108.83333587646484f));
  EXPECT_THAT(dx(Interpolation::bicubic), ElementsAre(22.511051177978516f, 41.41667556762695f,
                                                      96.58332061767578f, 115.48895263671875f));
  EXPECT_THAT(dx(Interpolation::lanczos3), ElementsAre(17.160633087158203f, 38.27111053466797f,
                                                       99.7288818359375f, 120.83937072753906f));
  EXPECT_THAT(dx(Interpolation::lanczos5), ElementsAre(14.250842094421387f, 36.690216064453125f,
                                                       101.30978393554688f, 123.74915313720703f));
}

TEST(UpSamplingGradient, ChannelsFirstHasTheBitsOfChannelsLast) {
  const Tensor dy = random::normal({2, 6, 8, 3}, 0, 1, DType::float32, 13);
  for (const auto interpolation :
       {Interpolation::nearest, Interpolation::bilinear, Interpolation::bicubic,
        Interpolation::lanczos3, Interpolation::lanczos5}) {
    const layers::UpSampling2D last(
        {.data_format = DataFormat::channels_last, .interpolation = interpolation});
    const layers::UpSampling2D first(
        {.data_format = DataFormat::channels_first, .interpolation = interpolation});
    EXPECT_TRUE(same_bits(first.gradient(transpose(dy, {0, 3, 1, 2}), {2, 3, 3, 4}),
                          transpose(last.gradient(dy, {2, 3, 4, 3}), {0, 3, 1, 2})))
        << name_of(interpolation);
  }
}

TEST(UpSamplingGradient, HasTheDtypeOfDy) {
  for (const DType dtype : {DType::float16, DType::bfloat16, DType::float32, DType::float64}) {
    const Tensor dy = full({1, 2, 2, 1}, 1.0, dtype);
    for (const auto interpolation : {Interpolation::nearest, Interpolation::bilinear}) {
      const Tensor dx =
          layers::UpSampling2D({.interpolation = interpolation}).gradient(dy, {1, 1, 1, 1});
      EXPECT_EQ(dx.dtype(), dtype);
      EXPECT_THAT(values<double>(dx.astype(DType::float64)), ElementsAre(4.0));
    }
  }
}

TEST(UpSamplingGradient, RefusesWhatHasNone) {
  const layers::UpSampling2D layer;
  EXPECT_EQ(error_of([&] { layer.gradient(zeros({1, 4, 4, 1}, DType::int32), {1, 2, 2, 1}); }),
            "[UpSampling2D] `dy` must be floating; got int32");
  EXPECT_EQ(error_of([&] { layer.gradient(zeros({1, 3, 4, 1}), {1, 2, 2, 1}); }),
            "[UpSampling2D] `dy` must have the output's shape (1, 4, 4, 1); got (1, 3, 4, 1)");
  EXPECT_THAT(error_of([&] { layer.gradient(zeros({1, 4, 4, 1}), {kUnknown, 2, 2, 1}); }),
              HasSubstr("input shape must be known"));
  EXPECT_THAT(error_of([&] { layer.gradient(zeros({4, 4, 1}), {2, 2, 1}); }),
              HasSubstr("expected ndim=4"));
  EXPECT_EQ(layer.gradient(zeros({0, 4, 4, 1}), {0, 2, 2, 1}).shape(), Shape({0, 2, 2, 1}));
}

}  // namespace
}  // namespace halfpixel
