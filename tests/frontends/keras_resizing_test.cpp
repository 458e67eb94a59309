// Numbers in this file are printed by Keras 3.15 on TensorFlow 2.21.
#include <halfpixel/keras/resizing.hpp>

#include <halfpixel/tf_image.hpp>

#include "keras_testing.hpp"

namespace halfpixel {
namespace {

using keras::Interpolation;
using keras::layers::Resizing;
using ::testing::Each;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using testing::same_bits;
using testing::transpose;
using testing::values;

std::vector<float> crop(std::int64_t height, std::int64_t width, const Tensor& x) {
  return values<float>(Resizing({.height = height,
                                 .width = width,
                                 .interpolation = Interpolation::nearest,
                                 .crop_to_aspect_ratio = true})(x));
}

std::vector<float> pad(std::int64_t height, std::int64_t width, double fill_value,
                       const Tensor& x) {
  return values<float>(Resizing({.height = height,
                                 .width = width,
                                 .interpolation = Interpolation::nearest,
                                 .pad_to_aspect_ratio = true,
                                 .fill_value = fill_value})(x));
}

TEST(Resizing, IsTfImageResizeForFloats) {
  const Tensor x = random::normal({2, 7, 5, 3}, 0, 1, DType::float32, 1);
  for (const bool antialias : {false, true}) {
    EXPECT_TRUE(same_bits(Resizing({.height = 4, .width = 9, .antialias = antialias})(x),
                          tf::image::resize(x, {4, 9}, {.antialias = antialias})));
  }
  const Tensor one = x.reshape({14, 5, 3});
  EXPECT_TRUE(
      same_bits(Resizing({.height = 4, .width = 9, .interpolation = Interpolation::bicubic})(one),
                tf::image::resize(one, {4, 9}, {.method = tf::image::ResizeMethod::bicubic})));
}

TEST(Resizing, KeepsIntegersAndCastsFloatsToThePolicy) {
  const Tensor x = arange(4, DType::uint8).reshape({1, 2, 2, 1});
  EXPECT_EQ(Resizing({.height = 3, .width = 3})(x).dtype(), DType::uint8);
  EXPECT_EQ(Resizing({.height = 3, .width = 3})(x.astype(DType::float64)).dtype(), DType::float32);
  EXPECT_EQ(
      Resizing({.height = 3, .width = 3, .dtype = "float16"})(x.astype(DType::float64)).dtype(),
      DType::float16);
  EXPECT_EQ(
      Resizing(
          {.height = 3, .width = 3, .interpolation = Interpolation::nearest, .dtype = "bfloat16"})(
          x.astype(DType::float32))
          .dtype(),
      DType::bfloat16);
}

TEST(Resizing, CropsTheMiddle) {
  EXPECT_THAT(crop(2, 2, arange(8).reshape({2, 4, 1})), ElementsAre(1, 2, 5, 6));
  EXPECT_THAT(crop(4, 2, arange(28).reshape({4, 7, 1})), ElementsAre(2, 3, 9, 10, 16, 17, 23, 24));
  EXPECT_THAT(crop(3, 5, arange(16).reshape({4, 4, 1})),
              ElementsAre(4, 5, 6, 6, 7, 8, 9, 10, 10, 11, 8, 9, 10, 10, 11));
}

TEST(Resizing, CropsToOnePixelAtLeast) {
  EXPECT_THAT(crop(1, 9, arange(8).reshape({2, 4, 1})), ElementsAre(0, 0, 1, 1, 2, 2, 2, 3, 3));
}

TEST(Resizing, PadsBothSides) {
  EXPECT_THAT(pad(4, 4, -1.5, arange(8).reshape({2, 4, 1})),
              ElementsAre(-1.5, -1.5, -1.5, -1.5, 0, 1, 2, 3, 4, 5, 6, 7, -1.5, -1.5, -1.5, -1.5));
  EXPECT_THAT(pad(2, 4, 9, arange(12).reshape({4, 3, 1})), ElementsAre(9, 3, 5, 9, 9, 9, 11, 9));
}

TEST(Resizing, PaddingAnOddDifferenceIsOneRowShort) {
  EXPECT_THAT(pad(5, 4, 9, arange(8).reshape({2, 4, 1})),
              ElementsAre(9, 9, 9, 9, 0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7, 9, 9, 9, 9));
}

TEST(Resizing, TheFillIsOfTheLayersDtype) {
  const Tensor x = arange(8, DType::float16).reshape({2, 4, 1});
  const auto filled = [&x](keras::DTypePolicy policy) {
    const Tensor y = Resizing({.height = 4,
                               .width = 4,
                               .interpolation = Interpolation::nearest,
                               .pad_to_aspect_ratio = true,
                               .fill_value = 0.1,
                               .dtype = policy})(x);
    EXPECT_EQ(y.dtype(), policy.compute_dtype());
    return values<double>(y.astype(DType::float64))[0];
  };
  EXPECT_EQ(filled("float32"), 0.10000000149011612);
  EXPECT_EQ(filled("float16"), 0.0999755859375);
  EXPECT_EQ(filled("float64"), 0.1);
}

TEST(Resizing, CropAndPadWorkOnBatchesAndChannelsFirst) {
  for (const bool crops : {true, false}) {
    for (const DType dtype : {DType::float32, DType::uint8}) {
      const Tensor x = random::uniform({2, 9, 4, 3}, 0, 255, DType::float32, 3).astype(dtype);
      const auto layer = [crops](DataFormat format) {
        return Resizing({.height = 5,
                         .width = 6,
                         .crop_to_aspect_ratio = crops,
                         .pad_to_aspect_ratio = !crops,
                         .fill_value = 7,
                         .antialias = true,
                         .data_format = format});
      };
      const Tensor last = layer(DataFormat::channels_last)(x);
      EXPECT_EQ(last.shape(), Shape({2, 5, 6, 3}));
      EXPECT_EQ(last.dtype(), dtype);
      EXPECT_TRUE(same_bits(layer(DataFormat::channels_first)(transpose(x, {0, 3, 1, 2})),
                            transpose(last, {0, 3, 1, 2})));
      // One image of the batch.
      const std::int64_t image = 9 * 4 * 3 * static_cast<std::int64_t>(size_of(dtype));
      const ConstTensorView second(static_cast<const char*>(x.data()) + image, dtype, {9, 4, 3});
      EXPECT_TRUE(same_bits(
          layer(DataFormat::channels_last)(second),
          Tensor(ConstTensorView(static_cast<const char*>(last.data()) + last.size_bytes() / 2,
                                 dtype, {5, 6, 3}))));
    }
  }
}

TEST(Resizing, WholeFillsAreTakenForIntegers) {
  const Tensor x = full({2, 4, 1}, 1, DType::uint8);
  const auto padded = [&x](double fill_value) {
    return values<std::uint8_t>(Resizing({.height = 4,
                                          .width = 4,
                                          .interpolation = Interpolation::nearest,
                                          .pad_to_aspect_ratio = true,
                                          .fill_value = fill_value})(x));
  };
  EXPECT_THAT(padded(0), ElementsAre(0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0));
  EXPECT_EQ(padded(255)[0], 255);
  for (const double bad : {0.5, -1.0, 256.0, 1e300}) {
    EXPECT_THAT(error_of([&] { padded(bad); }),
                HasSubstr("[Resizing] `fill_value` must be a value of uint8"));
  }
  const Resizing wide(
      {.height = 4, .width = 4, .pad_to_aspect_ratio = true, .fill_value = 9223372036854775808.0});
  EXPECT_THAT(error_of([&] { wide(zeros({2, 4, 1}, DType::int64)); }), HasSubstr("`fill_value`"));
}

TEST(Resizing, OutputShapesHaveTheTargetSides) {
  const Resizing last({.height = 5, .width = 6, .data_format = DataFormat::channels_last});
  EXPECT_EQ(last.compute_output_shape({kUnknown, kUnknown, 3, kUnknown}),
            Shape({kUnknown, 5, 6, kUnknown}));
  EXPECT_EQ(last.compute_output_shape({kUnknown, kUnknown, 3}), Shape({5, 6, 3}));
  const Resizing first({.height = 5, .width = 6, .data_format = DataFormat::channels_first});
  EXPECT_EQ(first.compute_output_shape({2, 3, kUnknown, 4}), Shape({2, 3, 5, 6}));
  EXPECT_EQ(first.compute_output_shape({3, 4, 4}), Shape({3, 5, 6}));
}

TEST(Resizing, BadOptionsThrowInTheConstructor) {
  const auto message = [](keras::layers::ResizingOptions options) {
    return error_of([&options] { Resizing layer(options); });
  };
  EXPECT_EQ(message({.height = 0, .width = 4}),
            "[Resizing] `size` must have positive height and width. Received: size=(0, 4)");
  EXPECT_THAT(message({.height = 4, .width = -1}), HasSubstr("Received: size=(4, -1)"));
  EXPECT_THAT(message({}), HasSubstr("Received: size=(0, 0)"));
  EXPECT_THAT(message({.height = std::int64_t{1} << 31, .width = 1}),
              HasSubstr("must be at most 2147483647"));
  EXPECT_THAT(
      message({.height = 1, .width = 1, .crop_to_aspect_ratio = true, .pad_to_aspect_ratio = true}),
      HasSubstr("Only one of `pad_to_aspect_ratio` & `crop_to_aspect_ratio` can be `True`."));
  EXPECT_THAT(message({.height = 1, .width = 1, .interpolation = static_cast<Interpolation>(-1)}),
              HasSubstr("Invalid value for argument `interpolation`."));
  EXPECT_THAT(message({.height = 1, .width = 1, .data_format = static_cast<DataFormat>(5)}),
              HasSubstr("The `data_format` argument must be one of"));
  EXPECT_THAT(message({.height = 1, .width = 1, .name = "a/b"}), HasSubstr("`name`"));
}

TEST(Resizing, BadInputsThrowAtTheCall) {
  const Resizing layer({.height = 3, .width = 4});
  EXPECT_EQ(error_of([&] { layer(zeros({1, 1, 1, 1, 1})); }),
            "[Resizing] Expected image tensor to have rank 3 (single image) or 4 (batch of "
            "images). Received: "
            "data.shape=(1, 1, 1, 1, 1)");
  EXPECT_THAT(error_of([&] { layer(zeros({1, 1})); }), HasSubstr("data.shape=(1, 1)"));
  EXPECT_EQ(error_of([&] { layer(zeros({0, 4, 1})); }),
            "[Resizing] input image must be of non-zero size; got (0, 4, 1)");
  EXPECT_NE(error_of([&] { layer(zeros({2, 2, 0})); }), "no error");
  EXPECT_EQ(layer(zeros({0, 2, 2, 1})).shape(), Shape({0, 3, 4, 1}));
  for (const DType dtype : {DType::boolean, DType::uint32, DType::uint64}) {
    for (const auto interpolation : {Interpolation::nearest, Interpolation::bilinear}) {
      EXPECT_THAT(error_of([&] {
                    Resizing({.height = 3, .width = 4, .interpolation = interpolation})(
                        zeros({2, 2, 1}, dtype));
                  }),
                  HasSubstr(std::string(name_of(dtype))));
    }
  }
  const Resizing huge({.height = 2147483647, .width = 1, .crop_to_aspect_ratio = true});
  EXPECT_THAT(error_of([&] { huge(zeros({2, 2, 1})); }), HasSubstr("crop_to_aspect_ratio"));
}

TEST(Resizing, WritesIntoTheCallersMemory) {
  const Tensor x = random::normal({3, 9, 2}, 0, 1, DType::float32, 5);
  for (const int mode : {0, 1, 2}) {
    const Resizing layer({.height = 4,
                          .width = 4,
                          .crop_to_aspect_ratio = mode == 1,
                          .pad_to_aspect_ratio = mode == 2});
    Tensor out({4, 4, 2}, DType::float32);
    layer(x, out);
    EXPECT_TRUE(same_bits(out, layer(x)));
    Tensor wrong({4, 4, 1}, DType::float32);
    EXPECT_THAT(error_of([&] { layer(x, wrong); }),
                HasSubstr("`out` must be float32 of shape (4, 4, 2)"));
    std::vector<float> memory(80);
    EXPECT_THAT(error_of([&] {
                  layer(ConstTensorView(memory.data(), {3, 9, 2}),
                        TensorView(memory.data() + 40, {4, 4, 2}));
                }),
                HasSubstr("`out` must not share memory"));
  }
}

TEST(Resizing, ReadsStridedViewsWhenCroppingAndPadding) {
  const Tensor x = random::normal({6, 10, 3}, 0, 1, DType::float32, 7);
  const std::int64_t strides[] = {-60, 6, 1};  // every second row from below, every second column
  const ConstTensorView view(x.data<float>() + 5 * 30, {3, 5, 3}, strides);
  for (const bool crops : {true, false}) {
    const Resizing layer(
        {.height = 4, .width = 4, .crop_to_aspect_ratio = crops, .pad_to_aspect_ratio = !crops});
    EXPECT_TRUE(same_bits(layer(view), layer(Tensor(view))));
  }
}

}  // namespace
}  // namespace halfpixel
