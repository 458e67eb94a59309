// Models by bands of rows: the bits of the whole image, in less memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers.hpp>
#include <halfpixel/keras/model.hpp>
#include <halfpixel/keras/ops.hpp>
#include <halfpixel/tf_bands.hpp>

#include "core/equal.hpp"

namespace halfpixel {
namespace {

using ::testing::HasSubstr;
namespace layers = keras::layers;
using keras::KerasTensor;

KerasTensor convolved(const KerasTensor& x, std::int64_t filters, std::int64_t kernel = 3,
                      std::int64_t stride = 1) {
  return layers::Conv2D({.filters = filters,
                         .kernel_size = kernel,
                         .strides = stride,
                         .padding = keras::Padding::same,
                         .activation = keras::Activation::relu})(x);
}
KerasTensor enlarged(const KerasTensor& x, keras::Interpolation how) {
  return layers::UpSampling2D({.data_format = DataFormat::channels_last, .interpolation = how})(x);
}

keras::Model model_of(const std::function<KerasTensor(const KerasTensor&)>& body,
                      std::int64_t channels = 3) {
  const auto x = keras::Input({.shape = {kUnknown, kUnknown, channels}});
  return keras::Model(x, body(x));
}

keras::Model espcn() {
  return model_of([](const KerasTensor& x) {
    auto y = convolved(convolved(x, 16, 5), 16);
    return keras::ops::depth_to_space(convolved(y, 12), 2);
  });
}

keras::Model decoder(keras::Interpolation how) {
  return model_of([&](const KerasTensor& x) {
    auto y = convolved(enlarged(convolved(x, 16), how), 8);
    return convolved(enlarged(y, how), 3);
  });
}

keras::Model u_net() {
  return model_of([](const KerasTensor& x) {
    const auto skip0 = convolved(x, 8);
    const auto skip1 = convolved(layers::MaxPooling2D()(skip0), 16);
    const auto low = convolved(convolved(skip1, 16, 3, 2), 16);
    auto y = layers::Concatenate()({enlarged(low, keras::Interpolation::bilinear), skip1});
    y = layers::BatchNormalization()(convolved(y, 16));
    y = layers::Conv2DTranspose(
        {.filters = 8, .kernel_size = 4, .strides = 2, .padding = keras::Padding::same})(y);
    return layers::Softmax()(convolved(layers::Concatenate()({y, skip0}), 4));
  });
}

// Layers beside convolutions, each of which has to say where its rows come from.
keras::Model many_layers() {
  return model_of([](const KerasTensor& x) {
    auto y = layers::ZeroPadding2D({.padding = {{2, 3}, {1, 1}}})(x);
    y = layers::DepthwiseConv2D({.kernel_size = 3, .padding = keras::Padding::same})(y);
    y = layers::LayerNormalization()(layers::Dense({.units = 8})(y));
    y = layers::AveragePooling2D({.pool_size = 3, .strides = 1, .padding = keras::Padding::same})(
        y);
    y = layers::PReLU({.shared_axes = {1, 2}})(y);
    y = layers::Conv2D({.filters = 6, .kernel_size = 3, .groups = 2})(y);
    y = layers::Cropping2D({.cropping = {{1, 0}, {0, 1}}})(y);
    return keras::ops::mean(y, {-1}, true);
  });
}

void expect_bands_are_whole(const keras::Model& model, std::int64_t height, std::int64_t width,
                            std::size_t memory, bool several = true,
                            tf::Precision precision = tf::Precision::relaxed) {
  const Tensor x = random::uniform({1, height, width, 3}, -1, 1, DType::float32, 3);
  const tf::FunctionOptions options{.precision = precision};
  const tf::BandedFunction bands(model, {x.shape(), x.dtype()},
                                 {.function = options, .memory_bytes = memory});
  SCOPED_TRACE(height);
  if (several) {
    EXPECT_GT(bands.bands(), 1);
  }
  const Tensor want = tf::function(model, options)(x);
  ASSERT_EQ(bands.output().shape, want.shape());
  Tensor got(want.shape(), want.dtype());
  bands.run(x, got);
  EXPECT_TRUE(same_bits(got, want)) << bands.bands() << " of " << bands.band_height();
  std::int64_t next = 0;
  for (std::int64_t i = 0; i < bands.bands(); ++i) {
    EXPECT_EQ(bands.rows(i).begin, next);
    next = bands.rows(i).end;
  }
  EXPECT_EQ(next, want.shape()[1]);
}

constexpr std::size_t kLittle = std::size_t{3} << 20;

TEST(TfBands, GiveTheBitsOfTheWhole) {
  for (const std::int64_t height : {640, 641, 643, 702}) {
    expect_bands_are_whole(espcn(), height, 33, kLittle);
    for (const auto how : {keras::Interpolation::nearest, keras::Interpolation::bilinear,
                           keras::Interpolation::bicubic}) {
      expect_bands_are_whole(decoder(how), height, 33, kLittle);
    }
  }
  expect_bands_are_whole(many_layers(), 643, 34, kLittle / 4);
  for (const std::int64_t height : {640, 704, 1028})
    expect_bands_are_whole(u_net(), height, 36, kLittle);
}

// What is computed in tiles rounds a row by rows beside it.
TEST(TfBands, InBfloat16GiveTheBitsOfTheWhole) {
  for (const std::int64_t height : {640, 643}) {
    for (const keras::Model& model :
         {espcn(), decoder(keras::Interpolation::nearest), decoder(keras::Interpolation::bilinear)})
      expect_bands_are_whole(model, height, 33, kLittle, false, tf::Precision::fast);
  }
  expect_bands_are_whole(u_net(), 256, 64, kLittle, false, tf::Precision::fast);
}

TEST(TfBands, OfTilesGiveTheBitsOfTheWhole) {
  const keras::Model tiles = model_of([](const KerasTensor& x) {
    const auto y = convolved(convolved(convolved(x, 64), 64), 32);
    return convolved(y, 3, 1);
  });
  const keras::Model strides = model_of([](const KerasTensor& x) {
    auto y = convolved(convolved(x, 64, 4, 2), 64, 5, 2);
    for (const std::int64_t kernel : {5, 4, 3}) {
      y = layers::Conv2DTranspose(
          {.filters = 32, .kernel_size = kernel, .strides = 2, .padding = keras::Padding::same})(y);
    }
    return convolved(y, 3, 1);
  });
  for (const std::int64_t height : {640, 643})
    expect_bands_are_whole(tiles, height, 33, 2 * kLittle);
  for (const std::int64_t height : {640, 656})
    expect_bands_are_whole(strides, height, 36, 4 * kLittle);
}

TEST(TfBands, TakeLessMemory) {
  const keras::Model model = espcn();
  const Shape shape{1, 3000, 64, 3};
  const tf::BandedFunction bands(model, {shape, DType::float32}, {.memory_bytes = kLittle});
  EXPECT_LT(bands.arena_bytes(), kLittle);
  const auto whole = tf::function(model).get_concrete_function({{shape, DType::float32}});
  EXPECT_LT(4 * bands.arena_bytes(), whole.arena_bytes());
}

// Whether this convolution is worth computing before its padding depends on the image's height.
TEST(TfBands, ChooseWhatTheWholeWouldChoose) {
  const auto x = keras::Input({.shape = {kUnknown, kUnknown, 8}});
  const auto y = layers::Conv2D({.filters = 8, .kernel_size = 3, .dilation_rate = {5, 1}})(x);
  const keras::Model model(x, y);
  const Tensor image = random::uniform({1, 1281, 49, 8}, -1, 1, DType::float32, 3);
  const Tensor want = tf::function(model)(image);
  Tensor got(want.shape(), want.dtype());
  for (const std::size_t memory : {std::size_t{2} << 20, std::size_t{4} << 20}) {
    try {
      const tf::BandedFunction bands(model, {image.shape(), image.dtype()},
                                     {.memory_bytes = memory});
      bands.run(image, got);
      EXPECT_TRUE(same_bits(got, want)) << bands.bands();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::out_of_memory);
    }
  }
}

TEST(TfBands, ImagesThatFitAreOneBand) {
  const tf::BandedFunction bands(espcn(), {{1, 100, 64, 3}, DType::float32});
  EXPECT_EQ(bands.bands(), 1);
  expect_bands_are_whole(espcn(), 20, 30, std::size_t{64} << 20, false);
}

// Neither has rows to give, however low the image.
TEST(TfBands, LowImagesWithoutRowsInTheResultAreRefused) {
  const auto low = [](const keras::Model& model) {
    return [&model] { tf::BandedFunction(model, {{1, 5, 4, 3}, DType::float32}); };
  };
  const keras::Model number =
      model_of([](const KerasTensor& x) { return keras::ops::sum(x, {0, 1, 2, 3}); });
  const keras::Model list =
      model_of([](const KerasTensor& x) { return keras::ops::reshape(x, {-1}); });
  const auto x = keras::Input({.shape = {kUnknown, kUnknown, 3}});
  const keras::Model two(x, {convolved(x, 2), convolved(x, 4)});
  for (const auto& model : {number, list, two}) EXPECT_THROW(low(model)(), Error);
}

TEST(TfBands, TakeImagesOfBytes) {
  const keras::Model model = espcn();
  const Tensor bytes =
      random::uniform({1, 640, 33, 3}, 0, 255, DType::float32, 5).astype(DType::uint8);
  const tf::BandedFunction bands(model, {bytes.shape(), DType::float32}, {.memory_bytes = kLittle});
  Tensor got(bands.output().shape, DType::float32);
  bands.run(bytes, got);
  EXPECT_TRUE(same_bits(got, tf::function(model)(bytes.astype(DType::float32))));
}

void expect_refused(const keras::Model& model, const Shape& shape, const std::string& word,
                    std::size_t memory = kLittle) {
  try {
    const tf::BandedFunction bands(model, {shape, DType::float32}, {.memory_bytes = memory});
    ADD_FAILURE() << "no error for " << word;
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(word));
  }
}

TEST(TfBands, RefuseWhatNeedsTheWholeImage) {
  const Shape shape{1, 640, 32, 3};
  expect_refused(model_of([](const KerasTensor& x) {
                   const auto mean = layers::GlobalAveragePooling2D({.keepdims = true})(x);
                   return layers::Multiply()({x, mean});
                 }),
                 shape, "global_average_pooling");
  expect_refused(model_of([](const KerasTensor& x) {
                   return layers::Resizing({.height = 64, .width = 64})(x);
                 }),
                 shape, "bands");
  expect_refused(espcn(), {2, 640, 32, 3}, "one image");
  expect_refused(espcn(), {1, kUnknown, 32, 3}, "one image");
  expect_refused(espcn(), shape, "memory_bytes", 1000);
}

}  // namespace
}  // namespace halfpixel
