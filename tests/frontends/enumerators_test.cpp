// An enumeration holds any int: what is no enumerator is refused by name, wherever one is taken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers.hpp>
#include <halfpixel/keras/resizing.hpp>
#include <halfpixel/keras/up_sampling.hpp>
#include <halfpixel/onnx.hpp>
#include <halfpixel/paddle.hpp>
#include <halfpixel/pillow.hpp>
#include <halfpixel/tensor.hpp>
#include <halfpixel/tf_image.hpp>
#include <halfpixel/torch.hpp>
#include <halfpixel/vips.hpp>

namespace {

using halfpixel::DType, halfpixel::Shape, halfpixel::Tensor, halfpixel::Size;
namespace tf = halfpixel::tf;
namespace torch = halfpixel::torch;
namespace onnx = halfpixel::onnx;
namespace paddle = halfpixel::paddle;
namespace layers = halfpixel::keras::layers;

// `call` on a value below and on one above all enumerators; both messages name the argument.
template <class Enum>
void refuses(const std::string& argument, const std::function<void(Enum)>& call) {
  for (const int value : {-1, 99}) {
    try {
      call(static_cast<Enum>(value));
      ADD_FAILURE() << argument << " took " << value;
    } catch (const halfpixel::Error& error) {
      EXPECT_EQ(error.code(), halfpixel::ErrorCode::invalid_argument);
      EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr(argument),
                                               testing::HasSubstr(std::to_string(value))));
    }
  }
}

TEST(Enumerators, Methods) {
  const Tensor x = halfpixel::zeros({1, 6, 6, 3});
  using Method = tf::image::ResizeMethod;
  refuses<Method>("method", [&](Method m) { tf::image::resize(x, {3, 3}, {.method = m}); });
  refuses<Method>("method", [&](Method m) { tf::image::resize(x, {6, 6}, {.method = m}); });
  refuses<Method>("method",
                  [&](Method m) { tf::image::resize_gradient(x, {1, 3, 3, 3}, {.method = m}); });
  refuses<Method>("method",
                  [&](Method m) { tf::compat::v1::image::resize(x, {3, 3}, {.method = m}); });
  EXPECT_EQ(tf::image::name_of(static_cast<Method>(-1)), "unknown");
}

TEST(Enumerators, TorchOnnxAndPaddle) {
  const Tensor x = halfpixel::zeros({1, 3, 6, 6});
  using torch::InterpolateMode, torch::MemoryFormat;
  const auto interpolate = [&](const torch::nn::functional::InterpolateOptions& options) {
    torch::nn::functional::interpolate(x, options);
  };
  refuses<InterpolateMode>("mode", [&](InterpolateMode m) { interpolate({.size = 3, .mode = m}); });
  refuses<InterpolateMode>("mode", [&](InterpolateMode m) {
    torch::nn::functional::interpolate_gradient(x, {1, 3, 4, 4}, {.size = 6, .mode = m});
  });
  refuses<MemoryFormat>("memory_format", [&](MemoryFormat f) {
    interpolate({.size = 3, .mode = InterpolateMode::bilinear, .memory_format = f});
  });
  refuses<onnx::Mode>("mode",
                      [&](onnx::Mode m) { onnx::resize(x, {.sizes = {1, 3, 3, 3}, .mode = m}); });
  using Coordinates = onnx::CoordinateTransformationMode;
  refuses<Coordinates>("coordinate_transformation_mode", [&](Coordinates m) {
    onnx::resize(x, {.sizes = {1, 3, 3, 3}, .coordinate_transformation_mode = m});
  });
  refuses<onnx::NearestMode>("nearest_mode", [&](onnx::NearestMode m) {
    onnx::resize(x, {.sizes = {1, 3, 3, 3}, .nearest_mode = m});
  });
  refuses<onnx::KeepAspectRatioPolicy>(
      "keep_aspect_ratio_policy", [&](onnx::KeepAspectRatioPolicy p) {
        onnx::resize(x, {.sizes = {1, 3, 3, 3}, .keep_aspect_ratio_policy = p});
      });
  refuses<halfpixel::DataFormat>("data_format", [&](halfpixel::DataFormat f) {
    paddle::nn::functional::interpolate(x, {.size = {3, 3}, .data_format = f});
  });
}

TEST(Enumerators, DTypes) {
  const Tensor x = halfpixel::zeros({1, 6, 6, 3});
  refuses<DType>("dtype", [&](DType d) { Tensor({2, 2}, d); });
  refuses<DType>("dtype", [&](DType d) { halfpixel::arange(3, d); });
  refuses<DType>("dtype", [&](DType d) { (void)x.astype(d); });
  refuses<DType>("dtype", [&](DType d) { halfpixel::ConstTensorView(x.data(), d, {2, 2}); });
  refuses<DType>("dtype", [&](DType d) { tf::image::resize_gradient(x, {1, 3, 3, 3}, {}, d); });
  refuses<DType>("dtype", [&](DType d) { layers::UpSampling2D()(Tensor({1, 2, 2, 1}, d)); });
  for (const int value : {-1, 99}) {
    EXPECT_EQ(halfpixel::name_of(static_cast<DType>(value)), "unknown");
    EXPECT_EQ(halfpixel::size_of(static_cast<DType>(value)), 0u);
    EXPECT_THROW(tf::image::plan_resize({1, 4, 4, 3}, static_cast<DType>(value), {2, 2}),
                 halfpixel::Error);
    EXPECT_THROW(layers::UpSampling2D({.dtype = static_cast<DType>(value)}), halfpixel::Error);
  }
}

TEST(Enumerators, NamesOfDTypesAreTold) {
  try {
    halfpixel::to_dtype("f4");
    FAIL();
  } catch (const halfpixel::Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("float32"));
    EXPECT_THAT(error.what(), testing::EndsWith("; got 'f4'"));
  }
}

}  // namespace
