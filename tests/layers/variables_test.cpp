// What giving a variable another value does to graphs compiled before, and what a file's limit is
// counted against.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers/convolution.hpp>
#include <halfpixel/keras/model.hpp>

#include "model/layer_impl.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

using ::testing::HasSubstr;

const std::vector<Spec> kRow = {{{1, 3}, DType::float32}};

Tensor ones(const Shape& shape) {
  return full(shape, 1.0, DType::float32);
}

TEST(Variables, AnotherValueReachesTheLayerAndItsOwnersAlone) {
  layers::Dense dense({.units = 2});
  const auto in = Input({.shape = {3}});
  const Model inner(in, dense(in));
  const auto outside = Input({.shape = {3}});
  const Model outer(outside, inner(outside));
  const layers::Dense other({.units = 2});
  const auto inner_before = Access::impl(inner).executable(kRow);
  const auto outer_before = Access::impl(outer).executable(kRow);
  const auto other_before = Access::impl(other).executable(kRow);

  dense.set_weights({full({3, 2}, 2.0, DType::float32), ones({2})});
  EXPECT_NE(Access::impl(inner).executable(kRow), inner_before);
  EXPECT_NE(Access::impl(outer).executable(kRow), outer_before);
  EXPECT_EQ(Access::impl(other).executable(kRow), other_before);
  const Tensor y = outer(ones({1, 3}));
  EXPECT_EQ(y.span<float>()[0], 7.0F);
}

TEST(Variables, WhatCannotBeAddedLeavesASequentialAsItWas) {
  Sequential model({Input({.shape = {3}}), layers::Dense({.units = 2})});
  Sequential outer({Input({.shape = {3}}), model});
  const Tensor x = zeros({1, 3});
  const Tensor before = outer(x);
  EXPECT_THROW(model.add(model), halfpixel::Error);
  EXPECT_THROW(model.add(outer), halfpixel::Error);  // which holds it
  EXPECT_THROW(model.add(layers::Conv2D({.filters = 2, .kernel_size = 3})), halfpixel::Error);
  EXPECT_EQ(model.layers().size(), 1U);
  EXPECT_EQ(model.count_params(), 8);
  EXPECT_EQ(model.output_shape(), (Shape{halfpixel::kUnknown, 2}));
  EXPECT_EQ(outer(x).shape(), before.shape());
  model.add(layers::Dense({.units = 5}));
  EXPECT_EQ(model(x).shape(), (Shape{1, 5}));
}

TEST(Variables, ASequentialIsCompiledAnewWhenALayerIsAdded) {
  Sequential model({Input({.shape = {3}}), layers::Dense({.units = 2})});
  EXPECT_EQ(model(ones({1, 3})).shape(), (Shape{1, 2}));
  model.add(layers::Dense({.units = 5}));
  EXPECT_EQ(model(ones({1, 3})).shape(), (Shape{1, 5}));
}

std::string message_of(const LayerPtr& layer, const Spec& input, BuildContext& context) {
  try {
    Builder builder(context);
    const ValueId x = builder.input(input, "x");
    layer->invoke(builder, std::span(&x, 1));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// Layers inside layers count, and so does an activation that is a layer with variables.
TEST(Variables, TheLimitOfAFileIsOneForAllOfItsLayers) {
  Config dense, inner, wrapper, prelu, activation;
  dense.set("units", 4);
  inner.set("class_name", "Dense");
  inner.set("config", dense);
  wrapper.set("layer", inner);
  activation.set("class_name", "PReLU");
  activation.set("config", prelu);
  dense.set("activation", activation);
  BuildContext context(200);
  const Spec row{{1, 2, 8}, DType::float32};
  EXPECT_EQ(message_of(find_layer("TimeDistributed")->from_config(wrapper), row, context), "");
  EXPECT_EQ(context.bytes_left(), 200 - 4 * (8 * 4 + 4));
  EXPECT_THAT(
      message_of(find_layer("Dense")->from_config(dense), {{1, 2}, DType::float32}, context),
      HasSubstr("variable 'alpha' of shape (4,) passes the memory limit; 8 bytes are left"));
}

}  // namespace
}  // namespace halfpixel::keras
