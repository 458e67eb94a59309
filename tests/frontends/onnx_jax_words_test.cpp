// What onnx and jax refuse, with whose words; names to and fro; shapes without tables.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <span>
#include <string>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/jax.hpp>
#include <halfpixel/onnx.hpp>

namespace {

using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Tensor;
namespace onnx = halfpixel::onnx;
namespace image = halfpixel::jax::image;
using Options = onnx::ResizeOptions;
using testing::AllOf;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::StartsWith;

std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const halfpixel::Error& error) {
    return error.what();
  }
  return "nothing was refused";
}
std::string onnx_refusal(const Options& options, const Shape& shape = {1, 2, 4, 4},
                         DType dtype = DType::float32) {
  return refusal([&] { onnx::plan_resize(shape, dtype, options); });
}

TEST(OnnxWords, OptionsThatAnOpsetLacksAreNamed) {
  using Coordinates = onnx::CoordinateTransformationMode;
  EXPECT_THAT(
      onnx_refusal({.scales = {1, 1, 2, 2},
                    .coordinate_transformation_mode = Coordinates::half_pixel,
                    .opset = 10}),
      AllOf(StartsWith("[onnx.Resize] Unrecognized attribute: coordinate_transformation_mode"),
            HasSubstr("got opset 10")));
  EXPECT_THAT(onnx_refusal({.sizes = {1, 2, 8, 8}, .opset = 9}),
              AllOf(StartsWith("[onnx.Upsample]"), HasSubstr("sizes")));
  EXPECT_THAT(
      onnx_refusal(
          {.sizes = {1, 2, 8, 8}, .mode = onnx::Mode::linear, .antialias = true, .opset = 13}),
      HasSubstr("antialias"));
  EXPECT_THAT(onnx_refusal({.sizes = {8, 8}, .axes = {2, 3}, .opset = 13}), HasSubstr("axes"));
  EXPECT_THAT(onnx_refusal({.scales = {1, 1, 2, 2}, .opset = 20}), HasSubstr("got 20"));
}

TEST(OnnxWords, SizesScalesAxesAndRoiMustFit) {
  EXPECT_THAT(onnx_refusal({}), HasSubstr("Either `sizes` or `scales` must be provided"));
  EXPECT_THAT(onnx_refusal({.sizes = {1, 2, 8}}),
              HasSubstr("Number of elements of input 'sizes' (3) must be same as rank of input "
                        "'X' (4)."));
  EXPECT_THAT(onnx_refusal({.scales = {2, 3}, .axes = {2}}),
              HasSubstr("'scales' (2) does not match the number of axes (1)"));
  EXPECT_THAT(onnx_refusal({.scales = {2, 3}, .axes = {2, 2}}),
              HasSubstr("Axis 2 is referred to more than once."));
  EXPECT_THAT(onnx_refusal({.scales = {2, 3}, .axes = {2, 7}}),
              HasSubstr("Unexpected axis value: 7. Expected range [-4, 4)"));
  EXPECT_THAT(onnx_refusal({.scales = {1, 1, 0, 2}}),
              HasSubstr("Scale value should be greater than 0"));
  EXPECT_THAT(onnx_refusal({.scales = {1, 1, 0.5f, 2}, .opset = 9}),
              HasSubstr("Scale value should be greater than or equal to 1"));
  EXPECT_THAT(onnx_refusal({.scales = {1, 1, 2, 2},
                            .keep_aspect_ratio_policy = onnx::KeepAspectRatioPolicy::not_larger}),
              HasSubstr("Providing `scales` is incompatible with a `keep_aspect_ratio_policy`"));
  const auto crop = onnx::CoordinateTransformationMode::tf_crop_and_resize;
  EXPECT_THAT(
      onnx_refusal(
          {.scales = {1, 1, 2, 2}, .coordinate_transformation_mode = crop, .roi = {0, 0, 1, 1}}),
      HasSubstr("size of roi array should be 2 * N"));
  EXPECT_THAT(
      onnx_refusal({.scales = {1, 1, 2, 2}, .coordinate_transformation_mode = crop, .opset = 11}),
      HasSubstr("size of roi array should be 2 * N"));
  EXPECT_THAT(onnx_refusal({.sizes = {1, 2, 8, 8}}, {1, 2, 4, 0}),
              HasSubstr("Input dim is zero but required output dim is non-zero"));
}

TEST(OnnxWords, ModesTakeWhatTheRuntimesKernelsTake) {
  const auto linear = onnx::Mode::linear, cubic = onnx::Mode::cubic;
  EXPECT_THAT(onnx_refusal({.scales = {1, 2, 2, 2}, .mode = linear}),
              HasSubstr("'Linear' mode only supports"));
  EXPECT_THAT(onnx_refusal({.scales = {2}, .mode = linear}, {4}),
              HasSubstr("'Linear' mode only supports"));
  EXPECT_THAT(onnx_refusal({.scales = {1, 2, 2}, .mode = cubic}, {2, 4, 4}),
              HasSubstr("'Cubic' mode only supports"));
  EXPECT_THAT(onnx_refusal({.scales = {1, 0.5f, 2, 1}, .mode = cubic}),
              HasSubstr("'Cubic' mode only supports"));
  EXPECT_THAT(onnx_refusal({.scales = {1, 1, 2, 2}, .mode = cubic}, {1, 2, 4, 4}, DType::uint8),
              AllOf(HasSubstr("Tensor type mismatch"), HasSubstr("uint8")));
  EXPECT_THAT(onnx_refusal({.scales = {1, 1, 2, 2}}, {1, 2, 4, 4}, DType::float64),
              AllOf(HasSubstr("Could not find an implementation"), HasSubstr("float64")));
  EXPECT_THAT(onnx_refusal({.scales = {1, 1, 2, 2}, .mode = linear, .exclude_outside = true}),
              HasSubstr("exclude_outside can be set to 1 when (1) mode is CUBIC"));
  EXPECT_THAT(onnx_refusal({.scales = {1, 1, 2, 2}, .antialias = true}),
              HasSubstr("when anti-aliasing is set, Resize only supports mode `LINEAR` and "
                        "`CUBIC`"));
}

// ONNX Runtime 1.32 has no cubic of integers but in its kernel for (N, H, W, C).
template <class T>
void expect_cubic(std::vector<T> in, std::vector<T> want) {
  const Tensor got = onnx::resize(Tensor({1, 2, 2, 1}, std::span<const T>(in)),
                                  {.scales = {1, 2, 2, 1}, .mode = onnx::Mode::cubic});
  EXPECT_EQ(got.shape(), (Shape{1, 4, 4, 1}));
  EXPECT_THAT(got.span<T>(), ElementsAreArray(want));
}

TEST(OnnxWords, CubicTakesIntegersInChannelsLast) {
  expect_cubic<std::uint8_t>({0, 100, 250, 20},
                             {0, 5, 78, 123, 58, 63, 76, 86, 197, 158, 73, 25, 255, 216, 71, 0});
  expect_cubic<std::int32_t>(
      {0, 1000000007, -250, 20},
      {-116592376, 250457776, 855011008, 1222061184, -81573552, 175231888, 598205568, 855011008,
       -23895480, 51330416, 175231904, 250457808, 11123350, -23895472, -81573536, -116592360});
  EXPECT_THAT(
      onnx_refusal({.scales = {1, 1, 2, 2}, .mode = onnx::Mode::cubic}, {1, 2, 4, 4}, DType::int32),
      HasSubstr("Tensor type mismatch"));
}

TEST(OnnxWords, ARoiIsLookedAtWhereItCrops) {
  const std::vector<float> values{1, 2, 4, 8, 16, 32};
  const Tensor x({1, 1, 2, 3}, std::span<const float>(values));
  const auto of = [&](Options options) {
    options.mode = onnx::Mode::linear;
    const Tensor y = onnx::resize(x, options);
    return std::vector<float>(y.span<float>().begin(), y.span<float>().end());
  };
  const Options plain{.scales = {2, 2}, .axes = {2, 3}};
  Options unread = plain;
  for (const std::size_t length : {1, 3, 8, 10}) {
    unread.roi.assign(length, 0.25f);
    EXPECT_EQ(of(unread), of(plain)) << length;
  }
  Options cropped = plain, whole = plain;
  cropped.coordinate_transformation_mode = whole.coordinate_transformation_mode =
      onnx::CoordinateTransformationMode::tf_crop_and_resize;
  cropped.roi = {0.1f, 0.2f, 0.8f, 0.9f};
  whole.roi = {0, 0, 0.1f, 0.2f, 1, 1, 0.8f, 0.9f};  // of all axes, where `axes` are two
  EXPECT_EQ(of(whole), of(cropped));
  EXPECT_NE(of(whole), of(plain));
}

TEST(OnnxWords, NamesAreTheOperators) {
  for (const auto mode : onnx::modes()) EXPECT_EQ(onnx::to_mode(name_of(mode)), mode);
  for (const auto mode : onnx::nearest_modes()) {
    EXPECT_EQ(onnx::to_nearest_mode(name_of(mode)), mode);
  }
  for (const auto mode : onnx::coordinate_transformation_modes()) {
    EXPECT_EQ(onnx::to_coordinate_transformation_mode(name_of(mode)), mode);
  }
  for (const auto policy : onnx::keep_aspect_ratio_policies()) {
    EXPECT_EQ(onnx::to_keep_aspect_ratio_policy(name_of(policy)), policy);
  }
  EXPECT_THAT(refusal([] { onnx::to_mode("Linear"); }),
              HasSubstr("It can only be nearest(default) or linear or cubic."));
  EXPECT_THAT(refusal([] { onnx::to_nearest_mode("round"); }), HasSubstr("nearest_mode:[round]"));
  EXPECT_THAT(refusal([] { onnx::to_coordinate_transformation_mode("centre"); }),
              HasSubstr("coordinate_transform_mode:[centre] is not supported!"));
  EXPECT_THAT(refusal([] { onnx::to_keep_aspect_ratio_policy("fit"); }),
              HasSubstr("Unknown value for `keep_aspect_ratio_policy`: fit."));
}

TEST(OnnxWords, ShapesAreKnownWithoutTables) {
  EXPECT_EQ(onnx::resized_shape({1, 1, 5, 10}, {.scales = {1, 1, 2.6f, 0.7f}}),
            (Shape{1, 1, 13, 7}));  // by the standard's own reference 12 and 6
  EXPECT_EQ(onnx::resized_shape({1, 2, 4, 4}, {.sizes = {8, 12},
                                               .axes = {2, 3},
                                               .keep_aspect_ratio_policy =
                                                   onnx::KeepAspectRatioPolicy::not_larger}),
            (Shape{1, 2, 8, 8}));
  EXPECT_EQ(onnx::resize(Tensor({1, 2, 4, 4}, DType::float32), {.scales = {1, 1, 0.1f, 2}}).shape(),
            (Shape{1, 2, 0, 8}));
}

TEST(JaxWords, RefusesInJaxsWords) {
  const auto jax_refusal = [](const Shape& shape, const Shape& size,
                              const image::ResizeOptions& options) {
    return refusal([&] { image::resize(Tensor(shape, DType::float32), size, options); });
  };
  const image::ResizeOptions linear = {.method = image::ResizeMethod::linear};
  EXPECT_THAT(jax_refusal({4, 4}, {8, 8}, {}), HasSubstr("method"));
  EXPECT_THAT(jax_refusal({4, 4}, {8}, linear),
              HasSubstr("shape must have length equal to the number of dimensions of x; (8,) vs "
                        "(4, 4)"));
  EXPECT_THAT(jax_refusal({4, 0}, {8, 8}, linear), HasSubstr("division by zero"));
  EXPECT_THAT(refusal([] { image::to_resize_method("bilinear2"); }),
              HasSubstr("Unknown resize method \"bilinear2\""));
  for (const auto method : image::resize_methods()) {
    EXPECT_EQ(image::to_resize_method(name_of(method)), method);
  }
  EXPECT_EQ(image::to_resize_method("bicubic-pytorch"), image::ResizeMethod::cubic_pytorch);
}

TEST(JaxWords, EveryAxisMayChangeAndWideNumbersBecomeNarrow) {
  const image::ResizeOptions nearest = {.method = image::ResizeMethod::nearest};
  const image::ResizeOptions linear = {.method = image::ResizeMethod::linear};
  EXPECT_EQ(image::resize(Tensor({2, 3, 4, 5, 1}, DType::float32), {4, 6, 8, 9, 2}, linear).shape(),
            (Shape{4, 6, 8, 9, 2}));
  EXPECT_THAT(
      refusal([&] { image::plan_resize({2, 3, 4, 5}, DType::float32, {4, 6, 8, 9}, linear); }),
      HasSubstr("at most three axes"));
  EXPECT_EQ(image::resized_dtype(DType::int64, nearest), DType::int32);
  EXPECT_EQ(image::resized_dtype(DType::int64, linear), DType::float32);
  EXPECT_EQ(image::resized_dtype(DType::float64, nearest), DType::float32);
  EXPECT_EQ(image::resized_dtype(DType::bfloat16, linear), DType::bfloat16);
}

}  // namespace
