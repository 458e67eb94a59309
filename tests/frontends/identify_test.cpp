// identify(): the call that made a result is found, whatever happened to the result afterwards.
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/identify.hpp>
#include <halfpixel/jax.hpp>
#include <halfpixel/onnx.hpp>
#include <halfpixel/opencv.hpp>
#include <halfpixel/pillow.hpp>
#include <halfpixel/tf_image.hpp>
#include <halfpixel/torch.hpp>
#include <halfpixel/vips.hpp>

#include "core/random_bytes.hpp"

namespace halfpixel {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> exact_commands(const std::vector<Match>& matches) {
  std::vector<std::string> commands;
  for (const Match& match : matches) {
    if (match.exact()) commands.push_back(match.command);
  }
  return commands;
}

// (N, H, W, C) to (N, C, H, W).
Tensor channels_first(const Tensor& x) {
  const Shape& s = x.shape();
  const std::int64_t strides[] = {s[1] * s[2] * s[3], 1, s[2] * s[3], s[3]};
  return Tensor(ConstTensorView(x.data(), x.dtype(), {s[0], s[3], s[1], s[2]}, strides));
}

Tensor photo() {
  return test::random_bytes({90, 120, 3}, DType::uint8, 4);
}

TEST(Identify, FindsWhoMadeIt) {
  const Tensor x = photo();
  const auto lanczos =
      identify(x, pillow::resize(x, {50, 40}, {.resample = pillow::Resampling::lanczos}));
  EXPECT_THAT(
      exact_commands(lanczos),
      ElementsAre("halfpixel resize IN OUT --dialect pillow --size 40x50 --resample LANCZOS",
                  "halfpixel resize IN OUT --dialect pillow --size 40x50 --resample LANCZOS "
                  "--pillow-version 12"));
  const auto cubic =
      identify(x, cv::resize(x, {50, 40}, {.interpolation = cv::InterpolationFlags::inter_cubic}));
  EXPECT_THAT(exact_commands(cubic),
              ElementsAre("halfpixel resize IN OUT --dialect opencv --size 40x50 --interpolation "
                          "INTER_CUBIC"));
}

// Plans of JAX, and of ONNX' nearest, have the axes that change and no others.
TEST(Identify, FindsWhoResizedOneSide) {
  const Tensor x = test::random_bytes({2, 30, 40, 3}, DType::uint8, 4);
  for (const Shape& shape : {Shape{2, 30, 21, 3}, Shape{2, 65, 40, 3}}) {
    const std::string size = shape[1] == 30 ? "30x21" : "65x40";
    for (const auto method : jax::image::resize_methods()) {
      EXPECT_THAT(exact_commands(identify(x, jax::image::resize(x, shape, {.method = method}))),
                  Contains("halfpixel resize IN OUT --dialect jax --size " + size + " --method " +
                           std::string(jax::image::name_of(method))))
          << size;
    }
    const Tensor first = channels_first(x);
    const auto out = onnx::resize(
        first, {.sizes = {2, 3, shape[1], shape[2]}, .nearest_mode = onnx::NearestMode::ceil});
    EXPECT_THAT(exact_commands(identify(first, out)), Contains(HasSubstr("--dialect onnx")));
  }
}

// Pillow 13 takes its passes in another order where rows shrink far more than columns.
TEST(Identify, UpSamplingIsTheCommandUpsample) {
  const Tensor x = test::random_bytes({1, 12, 9, 3}, DType::uint8, 5);
  const auto out =
      tf::image::resize(x, {24, 27}, {.method = tf::image::ResizeMethod::nearest_neighbor});
  EXPECT_THAT(
      exact_commands(identify(x, out, {.in = "a.png", .out = "b.png", .pictures = true})),
      Contains(std::string("halfpixel upsample a.png b.png --size 2x3 --interpolation nearest")));
}

TEST(Identify, KnowsThumbnailsOfLibvips) {
  const Tensor x = photo();
  const auto found = [&](std::int64_t height, std::int64_t width, vips::ResizeOptions options) {
    options.vscale = vips::scale_of(90, height);
    return exact_commands(identify(x, vips::resize(x, vips::scale_of(120, width), options)));
  };
  EXPECT_THAT(found(18, 24, {.kernel = vips::Kernel::mitchell}),
              ElementsAre("halfpixel resize IN OUT --dialect vips --size 18x24 --kernel mitchell"));
  EXPECT_THAT(
      found(18, 24, {.kernel = vips::Kernel::mitchell, .gap = 0}),
      ElementsAre("halfpixel resize IN OUT --dialect vips --size 18x24 --kernel mitchell --gap 0"));
  EXPECT_THAT(found(180, 240, {.kernel = vips::Kernel::mks2013}),
              ElementsAre("halfpixel resize IN OUT --dialect vips --size 180x240 --kernel "
                          "lanczos3"));
  // pyvips' users say a scale, and a thumbnail one side: the other is what that gives.
  const auto scaled = [&](double scale) {
    return exact_commands(identify(x, vips::resize(x, scale)));
  };
  EXPECT_THAT(scaled(0.37),
              Contains("halfpixel resize IN OUT --dialect vips --scale-factor 0.37 --kernel "
                       "lanczos3"));
  EXPECT_THAT(scaled(1.0 / 7),
              Contains(HasSubstr("--scale-factor 0.14285714285714285 --kernel lanczos3")));
  // A centre on the border of two phases tells how the file was read.
  EXPECT_THAT(found(64, 24, {.access = vips::Access::sequential}),
              Contains(HasSubstr("--kernel lanczos3")));
}

TEST(Identify, TellsVersionsApart) {
  const Tensor x = photo();
  const auto matches = identify(x, pillow::resize(x, {118, 20}, {.version = 12}));
  // (ONNX Runtime has a call of the same bits here.)
  EXPECT_EQ(exact_commands(matches).front(),
            "halfpixel resize IN OUT --dialect pillow --size 20x118 --resample BICUBIC "
            "--pillow-version 12");
}

TEST(Identify, SeesThroughTransposing) {
  const Tensor x = photo().reshape({1, 90, 120, 3}).astype(DType::float32);
  const Tensor planes = channels_first(x);
  const Tensor y = torch::nn::functional::interpolate(
      planes, {.size = Size{64, 200}, .mode = torch::InterpolateMode::bicubic});
  const auto same = identify(planes, y, {.top = 0});
  ASSERT_THAT(exact_commands(same),
              ElementsAre("halfpixel resize IN OUT --dialect torch --size 64x200 "
                          "--mode bicubic"));
  EXPECT_THAT(same.front().changes, IsEmpty());
  const auto crossed = identify(x, y, {.top = 0});
  ASSERT_EQ(crossed.size(), 1u);
  EXPECT_THAT(crossed.front().changes, ElementsAre("IN is (N, H, W, C)", "OUT is (N, C, H, W)"));
}

TEST(Identify, SeesThroughRoundingDividingAndReversing) {
  const Tensor x = photo();
  const Tensor y = tf::image::resize(x, {45, 61});
  Tensor rounded(y.shape(), DType::uint8), reversed(y.shape(), DType::uint8);
  Tensor divided = y.clone();
  for (std::int64_t i = 0; i < y.size(); ++i) {
    const float value = y.data<float>()[i];
    rounded.data<std::uint8_t>()[i] = static_cast<std::uint8_t>(std::nearbyintf(value));
    reversed.data<std::uint8_t>()[i - i % 3 + (2 - i % 3)] = static_cast<std::uint8_t>(value);
    divided.data<float>()[i] = value / 255.0F;
  }
  const std::string command =
      "halfpixel resize IN OUT --dialect tf2 --size 45x61 --method bilinear";
  const auto first = [&](const Tensor& out) {
    const auto matches = identify(x, out, {.top = 0});
    EXPECT_FALSE(matches.empty());
    for (const Match& match : matches) {
      if (match.command == command) return match.changes;
    }
    return std::vector<std::string>{"not found"};
  };
  EXPECT_THAT(first(rounded), ElementsAre("rounded to uint8"));
  EXPECT_THAT(first(reversed), ElementsAre("cut off to uint8", "channels reversed"));
  EXPECT_THAT(first(divided), ElementsAre("result divided by 255"));
}

TEST(Identify, TellsTheNearestHonestly) {
  const Tensor x = photo();
  Tensor y = pillow::resize(x, {50, 40});
  y.data<std::uint8_t>()[1] ^= 1;
  const auto matches = identify(x, y, {.top = 2});
  ASSERT_EQ(matches.size(), 2u);
  EXPECT_EQ(matches[0].different, 1);
  EXPECT_EQ(matches[0].max_difference, 1);
  EXPECT_EQ(matches[0].mean_difference, 1.0 / static_cast<double>(y.size()));
  EXPECT_EQ(matches[0].dialect, "pillow");
}

TEST(Identify, ScaleFactorsAreToldFromSizes) {
  const Tensor x = test::random_bytes({1, 3, 25, 35}, DType::uint8, 8).astype(DType::float32);
  const Tensor y = torch::nn::functional::interpolate(
      x, {.scale_factor = {1.5}, .mode = torch::InterpolateMode::bilinear});
  EXPECT_THAT(exact_commands(identify(x, y)),
              ::testing::Contains(
                  "halfpixel resize IN OUT --dialect torch --scale-factor 1.5 --mode bilinear"));
}

TEST(Identify, ScaleFactorsOfTwoDecimalsAreTold) {
  const Tensor x = test::random_bytes({1, 3, 60, 77}, DType::uint8, 8).astype(DType::float32);
  const Tensor y = torch::nn::functional::interpolate(
      x, {.scale_factor = {0.37}, .mode = torch::InterpolateMode::bilinear});
  EXPECT_THAT(exact_commands(identify(x, y)),
              Contains("halfpixel resize IN OUT --dialect torch --scale-factor 0.37 --mode "
                       "bilinear"));
}

TEST(Identify, LooksAtWholeBatches) {
  const Tensor x = test::random_bytes({2, 3, 20, 21}, DType::uint8, 8).astype(DType::float32);
  const Tensor y = torch::nn::functional::interpolate(
      x, {.size = Size{40, 42}, .mode = torch::InterpolateMode::bicubic});
  EXPECT_EQ(exact_commands(identify(x, y, {.top = 0})).front(),
            "halfpixel resize IN OUT --dialect torch --size 40x42 --mode bicubic");
}

TEST(Identify, KnowsThumbnailsFactorsAndBytesAsFloats) {
  const Tensor x = test::random_bytes({160, 200, 3}, DType::uint8, 9);
  const Tensor thumbnail = pillow::resize(x, {30, 24}, {.reducing_gap = 2.0});
  EXPECT_THAT(
      exact_commands(identify(x, thumbnail, {.top = 0})),
      ElementsAre("halfpixel resize IN OUT --dialect pillow --size 24x30 --resample BICUBIC "
                  "--reducing-gap 2.0"));
  const Tensor odd = test::random_bytes({40, 43, 3}, DType::uint8, 9);
  const Tensor half = cv::resize(
      odd, {}, {.fx = 0.5, .fy = 0.5, .interpolation = cv::InterpolationFlags::inter_area});
  EXPECT_THAT(exact_commands(identify(odd, half, {.top = 0})),
              ::testing::Contains("halfpixel resize IN OUT --dialect opencv --fx 0.5 --fy 0.5 "
                                  "--interpolation INTER_AREA"));
  const Tensor planes = test::random_bytes({1, 3, 20, 21}, DType::uint8, 8);
  const Tensor y = torch::nn::functional::interpolate(
      planes.astype(DType::float32),
      {.size = Size{31, 90}, .mode = torch::InterpolateMode::bicubic});
  const auto found = identify(planes, y, {.top = 0});
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front().dialect, "torch");
  EXPECT_THAT(found.front().changes, ElementsAre("IN as float32"));
}

TEST(Identify, RefusesWhatIsNoResize) {
  const Tensor x(Shape{4, 4, 3}, DType::uint8), y(Shape{2, 5, 5, 5}, DType::uint8);
  try {
    identify(x, y);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("got shapes (4, 4, 3) and (2, 5, 5, 5)"));
  }
}

}  // namespace
}  // namespace halfpixel
