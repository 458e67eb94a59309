// Masks that attention looks at: tests/data/models has those on which Keras 3 and tf_keras agree.
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers.hpp>
#include <halfpixel/keras/model.hpp>
#include <halfpixel/keras/ops.hpp>

namespace halfpixel::keras {
namespace {

KerasTensor attention(const KerasTensor& x) {
  return layers::MultiHeadAttention({.num_heads = 2, .key_dim = 3})({x, x});
}

// Keras 3's first attention takes the mask off x, so that the sum has none; tf_keras' sum has one.
TEST(Masks, OnWhichKerasAndTfKerasDisagreeAreRefused) {
  const KerasTensor words = Input({.shape = {7}, .dtype = DType::int32});
  const KerasTensor x =
      layers::Embedding({.input_dim = 4, .output_dim = 6, .mask_zero = true})(words);
  const KerasTensor sum = layers::Add()({x, attention(x)});
  const Tensor in({1, 7}, {1, 2, 0, 3, 0, 0, 0});
  EXPECT_NO_THROW(Model(words, sum)(in));
  EXPECT_NO_THROW(Model(words, attention(x + 1.0))(in));
  try {
    Model(words, attention(sum))(in);
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_NE(std::string(error.what()).find("Keras 3 and tf_keras disagree"), std::string::npos);
  }
}

}  // namespace
}  // namespace halfpixel::keras
