#include <gmock/gmock.h>
#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers/preprocessing.hpp>
#include <halfpixel/keras/layers/reshaping.hpp>
#include <halfpixel/keras/model.hpp>
#include <halfpixel/keras/resizing.hpp>
#include <halfpixel/keras/up_sampling.hpp>

#include "core/equal.hpp"
#include "graph/running.hpp"

namespace halfpixel::keras {
namespace {

using graph::picked;
using Position = std::vector<std::int64_t>;

Tensor numbers(const Shape& shape) {
  return arange(shape.num_elements()).reshape(shape);
}

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(ShapeLayers, ReshapeFlattenPermuteRepeatVector) {
  const Tensor x = numbers({2, 3, 4, 5});
  EXPECT_TRUE(same_bits(layers::Reshape({.target_shape = {10, -1}})(x), x.reshape({2, 10, 6})));
  EXPECT_TRUE(same_bits(layers::Flatten()(x), x.reshape({2, 60})));
  EXPECT_TRUE(same_bits(
      layers::Permute({.dims = {3, 1, 2}})(x),
      picked(x, {2, 5, 3, 4}, [](const Position& p) { return Position{p[0], p[2], p[3], p[1]}; })));
  EXPECT_TRUE(same_bits(layers::Flatten({.data_format = DataFormat::channels_first})(x),
                        picked(x, {2, 4, 5, 3}, [](const Position& p) {
                          return Position{p[0], p[3], p[1], p[2]};
                        }).reshape({2, 60})));
  const Tensor rows = numbers({2, 3});
  EXPECT_TRUE(
      same_bits(layers::RepeatVector({.n = 4})(rows),
                picked(rows, {2, 4, 3}, [](const Position& p) { return Position{p[0], p[2]}; })));
  EXPECT_TRUE(same_bits(layers::Identity()(x), x));
  EXPECT_EQ(layers::Flatten().compute_output_shape({kUnknown, 3, kUnknown}),
            (Shape{kUnknown, kUnknown}));
}

TEST(ShapeLayers, PaddingAndCroppingUndoEachOther) {
  const Tensor x = numbers({2, 3, 4, 5});
  for (const DataFormat format : {DataFormat::channels_last, DataFormat::channels_first}) {
    const Tensor padded =
        layers::ZeroPadding2D({.padding = {{1, 2}, {0, 3}}, .data_format = format})(x);
    EXPECT_EQ(padded.shape(),
              format == DataFormat::channels_last ? (Shape{2, 6, 7, 5}) : (Shape{2, 3, 7, 8}));
    EXPECT_TRUE(same_bits(
        layers::Cropping2D({.cropping = {{1, 2}, {0, 3}}, .data_format = format})(padded), x));
  }
  const Tensor line = numbers({2, 3, 4}), volume = numbers({1, 2, 3, 4, 2});
  EXPECT_TRUE(same_bits(
      layers::Cropping1D({.cropping = {2, 1}})(layers::ZeroPadding1D({.padding = {2, 1}})(line)),
      line));
  EXPECT_TRUE(same_bits(layers::Cropping3D({.cropping = {1, 2, 0}})(
                            layers::ZeroPadding3D({.padding = {1, 2, 0}})(volume)),
                        volume));
  EXPECT_EQ(layers::ZeroPadding2D({.padding = {1, 2}}).get_config().find("padding")->json(),
            "[[1, 1], [2, 2]]");
  EXPECT_EQ(layers::ZeroPadding1D().get_config().find("padding")->json(), "[1, 1]");
}

TEST(ShapeLayers, ErrorsNameTheArgument) {
  EXPECT_THAT(message_of([] { layers::ZeroPadding2D({.padding = {-1, 0}}); }),
              ::testing::HasSubstr("`padding`"));
  EXPECT_THAT(message_of([] { layers::ZeroPadding2D({.padding = {1, 2, 3}}); }),
              ::testing::HasSubstr("`padding`"));
  EXPECT_THAT(message_of([] { layers::Cropping2D({.cropping = 2})(numbers({1, 4, 9, 1})); }),
              ::testing::HasSubstr("Values in `cropping` argument should be smaller"));
  EXPECT_THAT(message_of([] { layers::Permute({.dims = {1, 3}}); }),
              ::testing::HasSubstr("Invalid permutation argument `dims`"));
  EXPECT_THAT(message_of([] { layers::Reshape({.target_shape = {-1, -1}}); }),
              ::testing::HasSubstr("at most one unknown"));
  EXPECT_THAT(message_of([] { layers::Reshape({.target_shape = {7}})(numbers({2, 5})); }),
              ::testing::HasSubstr("total size of the tensor must be unchanged"));
  EXPECT_THAT(message_of([] { layers::RepeatVector({.n = 0}); }),
              ::testing::HasSubstr("n must be positive"));
  EXPECT_THAT(message_of([] { layers::Embedding({.input_dim = 0, .output_dim = 3}); }),
              ::testing::HasSubstr("input_dim"));
  EXPECT_THAT(message_of([] { layers::CenterCrop({.height = 0, .width = 3}); }),
              ::testing::HasSubstr("height and width"));
}

TEST(Embedding, LooksUpIntegersOfAnyDtype) {
  layers::Embedding embedding({.input_dim = 4, .output_dim = 2});
  const Tensor at(Shape{1, 3}, {3, 0, 3});
  embedding(at);
  embedding.set_weights({numbers({4, 2})});
  const Tensor wanted(Shape{1, 3, 2}, {6.0f, 7.0f, 0.0f, 1.0f, 6.0f, 7.0f});
  EXPECT_TRUE(same_bits(embedding(at), wanted));
  EXPECT_TRUE(same_bits(embedding(at.astype(DType::float32)), wanted));
  EXPECT_TRUE(same_bits(embedding(at.astype(DType::uint8)), wanted));
}

TEST(CenterCrop, TakesTheMiddle) {
  const Tensor x = numbers({1, 6, 7, 2});
  EXPECT_TRUE(same_bits(layers::CenterCrop({.height = 3, .width = 4})(x),
                        picked(x, {1, 3, 4, 2}, [](const Position& p) {
                          return Position{p[0], p[1] + 1, p[2] + 1, p[3]};
                        })));
  // Smaller images: the middle with the result's proportions, resized (Keras' smart_resize).
  const Tensor middle = picked(
      x, {1, 6, 3, 2}, [](const Position& p) { return Position{p[0], p[1], p[2] + 2, p[3]}; });
  EXPECT_TRUE(same_bits(layers::CenterCrop({.height = 8, .width = 4})(x),
                        layers::Resizing({.height = 8, .width = 4})(middle)));
}

TEST(Masking, ZerosStepsOfTheMaskValue) {
  const Tensor x(Shape{1, 3, 2}, {1.0f, 2.0f, -1.0f, -1.0f, -1.0f, 5.0f});
  EXPECT_TRUE(same_bits(layers::Masking({.mask_value = -1.0})(x),
                        Tensor(Shape{1, 3, 2}, {1.0f, 2.0f, 0.0f, 0.0f, -1.0f, 5.0f})));
}

TEST(OperationLayer, MakesWhatTheTextSays) {
  const Tensor x = numbers({1, 2, 2, 4});
  const auto run = [&](const char* text) { return models::operation_layer(text)(x); };
  EXPECT_TRUE(same_bits(run("identity"), x));
  EXPECT_EQ(run("depth_to_space:2").shape(), (Shape{1, 4, 4, 1}));
  EXPECT_TRUE(same_bits(run("scale:2:-1"),
                        Tensor(Shape{1, 2, 2, 4}, {-1.f, 1.f, 3.f, 5.f, 7.f, 9.f, 11.f, 13.f, 15.f,
                                                   17.f, 19.f, 21.f, 23.f, 25.f, 27.f, 29.f})));
  EXPECT_TRUE(same_bits(run("resize:2x:nearest"), layers::UpSampling2D()(x)));
  EXPECT_TRUE(same_bits(run("resize:3x5"), layers::Resizing({.height = 3, .width = 5})(x)));
  EXPECT_EQ(run("mean:1:2").shape(), (Shape{1, 4}));
  EXPECT_TRUE(same_bits(run("sum:1:2"), Tensor(Shape{1, 4}, {24.f, 28.f, 32.f, 36.f})));
  EXPECT_TRUE(same_bits(run("max:-1"), Tensor(Shape{1, 2, 2}, {3.f, 7.f, 11.f, 15.f})));
  const Tensor middle(Shape{1, 2, 2, 2}, {1.f, 2.f, 5.f, 6.f, 9.f, 10.f, 13.f, 14.f});
  EXPECT_TRUE(same_bits(run("slice:-1:1:3"), middle));
  EXPECT_TRUE(same_bits(run("slice:3:1:-1"), middle));
  EXPECT_EQ(run("slice:-3:1:2").shape(), (Shape{1, 1, 2, 4}));
  EXPECT_TRUE(same_bits(run("softmax"), run("softmax:3")));
  EXPECT_FALSE(same_bits(run("softmax"), run("softmax:1")));
  EXPECT_NEAR(run("gelu").data<float>()[1], 0.8413447f, 1e-6);
  EXPECT_NEAR(run("gelu:approximate").data<float>()[1], 0.8411920f, 1e-6);
  EXPECT_TRUE(same_bits(run("clip:1:3"), run("clip:1.0:3.0")));
  EXPECT_THAT(
      message_of([&] { run("blur"); }),
      ::testing::AllOf(::testing::HasSubstr("depth_to_space:BLOCK"), ::testing::HasSubstr("blur")));
  EXPECT_THAT(message_of([&] { run("depth_to_space"); }),
              ::testing::HasSubstr("depth_to_space:BLOCK"));
  EXPECT_THAT(message_of([&] { run("depth_to_space:x"); }),
              ::testing::HasSubstr("an integer is needed"));
}

}  // namespace
}  // namespace halfpixel::keras
