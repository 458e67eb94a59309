// resized(): the shape and dtype of a result before any table is made.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include <halfpixel/error.hpp>
#include <halfpixel/tf_image.hpp>

namespace halfpixel {
namespace {

using ::testing::HasSubstr;
using tf::image::Resized;
using tf::image::ResizeMethod;
namespace v1 = tf::compat::v1::image;

void expect(const Resized& got, const Shape& shape, DType dtype) {
  EXPECT_EQ(got.shape, shape);
  EXPECT_EQ(got.dtype, dtype);
}

template <class F>
std::string message(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Resized, IsWhatThePlanReturns) {
  for (const Shape& shape : {Shape{2, 6, 9, 3}, Shape{6, 9, 3}, Shape{0, 6, 9, 3}}) {
    for (const DType dtype : {DType::float32, DType::uint8, DType::float16}) {
      for (const Size& size : {Size{6, 9}, Size{12, 4}}) {
        for (const bool keeps : {false, true}) {
          for (const ResizeMethod method : tf::image::resize_methods()) {
            const tf::image::ResizeOptions options{.method = method,
                                                   .preserve_aspect_ratio = keeps};
            const auto plan = tf::image::plan_resize(shape, dtype, size, options);
            expect(tf::image::resized(shape, dtype, size, options), plan.output_shape(),
                   plan.output_dtype());
          }
          for (const ResizeMethod method : v1::resize_methods()) {
            const v1::ResizeOptions options{.method = method, .preserve_aspect_ratio = keeps};
            const auto plan = v1::plan_resize(shape, dtype, size, options);
            expect(v1::resized(shape, dtype, size, options), plan.output_shape(),
                   plan.output_dtype());
          }
        }
      }
    }
  }
}

TEST(Resized, UnknownExtentsStayUnknownWhereTheyMatter) {
  const Shape shape{kUnknown, kUnknown, 9, 3};
  expect(tf::image::resized(shape, DType::uint8, {4, 5}), {kUnknown, 4, 5, 3}, DType::float32);
  expect(tf::image::resized(shape, DType::uint8, {4, 5}, {.preserve_aspect_ratio = true}),
         {kUnknown, kUnknown, kUnknown, 3}, DType::float32);
  expect(tf::image::resized({kUnknown, 6, 9, kUnknown}, DType::uint8, {4, 4},
                            {.preserve_aspect_ratio = true}),
         {kUnknown, 3, 4, kUnknown}, DType::float32);
  EXPECT_EQ(tf::image::aspect_preserving_size(shape, {4, 5}), (Size{kUnknown, kUnknown}));
  // v1 returns its input when neither side changes: an unknown one may.
  expect(v1::resized({kUnknown, 6, 9, 3}, DType::uint8, {6, 9}), {kUnknown, 6, 9, 3}, DType::uint8);
  expect(v1::resized({1, kUnknown, 9, 3}, DType::uint8, {6, 9}), {1, 6, 9, 3}, DType::float32);
  expect(v1::resized({1, kUnknown, 9, 3}, DType::uint8, {6, 9},
                     {.method = ResizeMethod::nearest_neighbor}),
         {1, 6, 9, 3}, DType::uint8);
}

TEST(Resized, RefusesWhatResizeRefuses) {
  const auto refused = [](const Shape& shape, DType dtype, const Size& size) {
    const std::string said = message([&] { tf::image::resized(shape, dtype, size); });
    if (shape.is_known()) {
      EXPECT_EQ(said, message([&] { tf::image::plan_resize(shape, dtype, size); }));
    }
    return said;
  };
  EXPECT_THAT(refused({4, 4}, DType::float32, {4, 4}), HasSubstr("3 or 4 dimensions"));
  EXPECT_THAT(refused({1, 4, 4, 3}, DType::float32, {0, 4}), HasSubstr("must be positive"));
  EXPECT_THAT(refused({1, kUnknown, 4, 3}, DType::float32, {-1, 4}), HasSubstr("positive"));
  EXPECT_THAT(refused({1, 0, 4, 3}, DType::float32, {4, 4}), HasSubstr("non-zero size"));
  EXPECT_THAT(refused({1, 4, 4, 0}, DType::float32, {4, 4}), HasSubstr("one channel"));
  EXPECT_THAT(refused({1, 4, 4, 3}, DType::boolean, {4, 4}), HasSubstr("bool"));
  EXPECT_THAT(message([] {
                v1::resized({1, 4, 4, 3}, DType::float32, {8, 8},
                            {.method = ResizeMethod::gaussian});
              }),
              HasSubstr("bilinear, bicubic, nearest, area"));
}

TEST(Resized, KernelsByNameHaveThePlansThatTheyRun) {
  const Shape shape{2, 5, 6, 3};
  const Tensor x = halfpixel::random::uniform(shape, 0, 255, DType::float32, 3);
  const v1::ResizeKernelOptions half{.half_pixel_centers = true};
  const auto same = [&](const resample::Plan& plan, const Tensor& want) {
    Tensor y(plan.output_shape(), plan.output_dtype());
    plan.run(x, y);
    EXPECT_EQ(y.shape(), want.shape());
    EXPECT_TRUE(std::equal(y.data<float>(), y.data<float>() + y.size(), want.data<float>()));
  };
  const Size size{9, 4};
  same(v1::plan_resize_bilinear(shape, x.dtype(), size, half), v1::resize_bilinear(x, size, half));
  same(v1::plan_resize_bicubic(shape, x.dtype(), size, half), v1::resize_bicubic(x, size, half));
  same(v1::plan_resize_nearest_neighbor(shape, x.dtype(), size),
       v1::resize_nearest_neighbor(x, size));
  same(v1::plan_resize_area(shape, x.dtype(), size, {.align_corners = true}),
       v1::resize_area(x, size, {.align_corners = true}));
  EXPECT_THAT(message([&] { v1::plan_resize_bilinear({5, 6, 3}, x.dtype(), size); }),
              HasSubstr("[tf.compat.v1.image.resize_bilinear] input must be 4-dimensional"));
}

}  // namespace
}  // namespace halfpixel
