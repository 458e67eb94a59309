#include <gmock/gmock.h>
#include <halfpixel/error.hpp>
#include <halfpixel/keras/up_sampling.hpp>

#include "core/equal.hpp"
#include "graph/ops/concat.hpp"
#include "graph/ops/resample.hpp"
#include "graph/running.hpp"

namespace halfpixel::graph {
namespace {

namespace layers = keras::layers;
using keras::Interpolation;

Tensor photo(const Shape& shape) {
  return random::uniform(shape, 0.0, 255.0, DType::float32, 3);
}

TEST(UpSampling, HasTheLayersBits) {
  for (const DataFormat format : {DataFormat::channels_last, DataFormat::channels_first}) {
    for (const Interpolation interpolation :
         {Interpolation::nearest, Interpolation::bilinear, Interpolation::bicubic}) {
      const Tensor x = photo({2, 6, 7, 5});
      const layers::UpSampling2D layer(
          {.size = {2, 3}, .data_format = format, .interpolation = interpolation});
      const auto op = make_up_sampling({2, {2, 3}, format, interpolation});
      EXPECT_TRUE(same_bits(run_op(op, {x})[0], layer(x))) << op->attributes();
    }
  }
  const Tensor line = photo({2, 6, 3}), volume = photo({1, 3, 4, 5, 2});
  const auto one = make_up_sampling({1, 3, DataFormat::channels_last, Interpolation::nearest});
  EXPECT_TRUE(same_bits(run_op(one, {line})[0], layers::UpSampling1D({.size = 3})(line)));
  const auto three =
      make_up_sampling({3, {1, 2, 3}, DataFormat::channels_last, Interpolation::nearest});
  EXPECT_TRUE(
      same_bits(run_op(three, {volume})[0], layers::UpSampling3D({.size = {1, 2, 3}})(volume)));
}

TEST(UpSampling, IsWrittenIntoAConcatenation) {
  const Tensor x = photo({1, 8, 9, 3}), skip = photo({1, 16, 18, 4});
  for (const Interpolation interpolation : {Interpolation::nearest, Interpolation::bilinear}) {
    const auto op = make_up_sampling({2, 2, DataFormat::channels_last, interpolation});
    const auto got = run_graph(
        [&](Builder& b, std::span<const ValueId> in) {
          return b.add(make_concat(3), std::array{b.add1(op, {in[0]}), in[1]});
        },
        {x, skip});
    const Tensor up = layers::UpSampling2D({.size = 2, .interpolation = interpolation})(x);
    EXPECT_TRUE(same_bits(got[0], run_op(make_concat(3), {up, skip})[0]));
  }
}

TEST(UpSampling, KeepsUnknownExtents) {
  const OpPtr op = make_up_sampling({2, {2, 3}, DataFormat::channels_last, Interpolation::nearest});
  const Spec spec{{kUnknown, kUnknown, 4, 3}, DType::float32};
  EXPECT_EQ(op->infer(std::span(&spec, 1))[0].shape, (Shape{kUnknown, kUnknown, 12, 3}));
}

TEST(ResizingOp, CropsAndPadsLikeTheLayer) {
  for (const DataFormat format : {DataFormat::channels_last, DataFormat::channels_first}) {
    for (const Shape& shape : {Shape{2, 9, 20, 4}, Shape{2, 4, 9, 20}, Shape{9, 20, 4}}) {
      for (const int mode : {0, 1, 2}) {
        layers::ResizingOptions options{.height = 7,
                                        .width = 5,
                                        .interpolation = Interpolation::bilinear,
                                        .crop_to_aspect_ratio = mode == 1,
                                        .pad_to_aspect_ratio = mode == 2,
                                        .fill_value = 3.0,
                                        .antialias = true,
                                        .data_format = format};
        for (const DType dtype : {DType::float32, DType::uint8}) {
          const Tensor x = photo(shape).astype(dtype);
          EXPECT_TRUE(
              same_bits(run_op(make_resizing(options), {x})[0], layers::Resizing(options)(x)));
        }
      }
    }
  }
}

TEST(TfResizeOp, HasTheFunctionsBits) {
  const Tensor x = photo({1, 7, 9, 3});
  for (const auto method :
       {tf::image::ResizeMethod::bilinear, tf::image::ResizeMethod::area,
        tf::image::ResizeMethod::lanczos3, tf::image::ResizeMethod::nearest_neighbor}) {
    TfResize options;
    options.size = {12, 5};
    options.method = method;
    EXPECT_TRUE(same_bits(run_op(make_tf_resize(options), {x})[0],
                          tf::image::resize(x, {12, 5}, {.method = method})));
  }
  TfResize v1;
  v1.size = {13, 17};
  v1.v1 = v1.align_corners = true;
  EXPECT_TRUE(same_bits(run_op(make_tf_resize(v1), {x})[0],
                        tf::compat::v1::image::resize(x, {13, 17}, {.align_corners = true})));
  TfResize aspect;
  aspect.size = {14, 100};
  aspect.preserve_aspect_ratio = true;
  EXPECT_TRUE(same_bits(run_op(make_tf_resize(aspect), {x})[0],
                        tf::image::resize(x, {14, 100}, {.preserve_aspect_ratio = true})));
  EXPECT_EQ(inferred(make_tf_resize(aspect), {kUnknown, kUnknown, 9, 3}),
            (Shape{kUnknown, kUnknown, kUnknown, 3}));
  EXPECT_EQ(inferred(make_tf_resize(aspect), {kUnknown, 7, 9, 3}), (Shape{kUnknown, 14, 18, 3}));
  EXPECT_THROW(inferred(make_tf_resize(aspect), {7, 9}), Error);
}

}  // namespace
}  // namespace halfpixel::graph
