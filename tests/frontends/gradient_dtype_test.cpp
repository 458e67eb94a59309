// Gradients of images that are not float32: dx has the images' dtype, dy that of the result.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include <halfpixel/error.hpp>
#include <halfpixel/tf_image.hpp>

#include "keras_testing.hpp"

namespace halfpixel {
namespace {

using testing::error_of;
using ::testing::HasSubstr;
using testing::same_bits;
using tf::image::ResizeMethod;
namespace v1 = tf::compat::v1::image;

const Shape kImages = {1, 3, 4, 2};

Tensor upstream() {
  return random::normal({1, 7, 9, 2}, 0, 1, DType::float32, 21);
}

TEST(GradientDType, HasTheBitsOfTheWiderComputationRoundedOnce) {
  const Tensor dy = upstream();
  const Tensor narrow = tf::image::resize_gradient(dy, kImages);
  for (const DType dtype : {DType::float16, DType::bfloat16}) {
    const Tensor dx = tf::image::resize_gradient(dy, kImages, {}, dtype);
    EXPECT_TRUE(same_bits(dx, narrow.astype(dtype)));
  }
  for (const ResizeMethod method : {ResizeMethod::bilinear, ResizeMethod::bicubic}) {
    const Tensor dx = tf::image::resize_gradient(dy, kImages, {.method = method}, DType::float64);
    const Tensor wide =
        tf::image::resize_gradient(dy.astype(DType::float64), kImages, {.method = method});
    EXPECT_TRUE(same_bits(dx, wide));
    EXPECT_FALSE(same_bits(
        dx, tf::image::resize_gradient(dy, kImages, {.method = method}).astype(DType::float64)));
  }
}

TEST(GradientDType, TheCallersMemorySaysIt) {
  const Tensor dy = upstream();
  Tensor dx(kImages, DType::float64);
  tf::image::resize_gradient(dy, kImages, {}, dx);
  EXPECT_TRUE(same_bits(dx, tf::image::resize_gradient(dy, kImages, {}, DType::float64)));
}

TEST(GradientDType, PlansOfDifferentDTypesAreKeptApart) {
  const Tensor dy = upstream();
  for (const DType dtype : {DType::float32, DType::float16, DType::float64, DType::float32}) {
    EXPECT_EQ(tf::image::resize_gradient(dy, kImages, {}, dtype).dtype(), dtype);
    EXPECT_EQ(v1::resize_bilinear_gradient(dy, kImages, {}, dtype).dtype(), dtype);
  }
}

TEST(GradientDType, RefusesWhatTensorFlowHasNot) {
  const Tensor dy = upstream();
  const auto refusal = [&](ResizeMethod method, DType images, DType upstream) {
    return error_of([&] {
      tf::image::resize_gradient(dy.astype(upstream), kImages, {.method = method}, images);
    });
  };
  EXPECT_THAT(refusal(ResizeMethod::nearest_neighbor, DType::float64, DType::float32),
              HasSubstr("dtype of dy must be that of the images, float64; got float32"));
  EXPECT_THAT(refusal(ResizeMethod::bilinear, DType::float16, DType::float64),
              HasSubstr("dtype of dy must be float32 or that of the images, float16; got float64"));
  EXPECT_THAT(refusal(ResizeMethod::bicubic, DType::float16, DType::float32),
              HasSubstr("dtype of the images has no gradient in ResizeBicubic"));
  EXPECT_THAT(refusal(ResizeMethod::lanczos3, DType::float64, DType::float32),
              HasSubstr("dtype of the images has no gradient in ScaleAndTranslate"));
  EXPECT_THAT(error_of([&] { v1::resize_gradient(dy, dy.shape(), {}, DType::float64); }),
              HasSubstr("dtype of dy must be that of the images, float64, which keep their size"));
}

}  // namespace
}  // namespace halfpixel
