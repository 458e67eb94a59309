// The slow twin against frozen answers of the real TensorFlow and Keras.
#include "resample/reference.hpp"

#include <gtest/gtest.h>

#include <limits>

#include <halfpixel/error.hpp>

#include "frontends/oracle_cases.hpp"
#include "frontends/oracle_twin.hpp"
#include "resample/reference_axis.hpp"

namespace {

using halfpixel::DataFormat;
using halfpixel::DType;
using halfpixel::Error;
using halfpixel::Shape;
using halfpixel::Size;
using halfpixel::Tensor;
using halfpixel::reference::repeat;
using halfpixel::reference::resize;
using halfpixel::reference::resize_gradient;

TEST(Reference, EqualsTensorFlowBitForBit) {
  const oracle::Reader cases(HALFPIXEL_TEST_DATA "/oracle");
  int compared = 0;
  int failures = 0;
  for (std::size_t i = 0; i < cases.size() && failures < 20; ++i) {
    const auto wrong = oracle::failure(cases[i], [&](const oracle::Case& c) {
      std::optional<Tensor> y = oracle::run_twin(c);
      compared += y.has_value();
      return y;
    });
    if (wrong) {
      ++failures;
      ADD_FAILURE() << *wrong;
    }
  }
  EXPECT_GT(compared, 1400);
}

TEST(Reference, PutsTheCallersFloatingPointStateBack) {
  volatile float tiny = std::numeric_limits<float>::min();
  {
    const halfpixel::reference::FlushSubnormals flush;
    volatile float half = tiny * 0.5f;
    EXPECT_EQ(half, 0.0f);
  }
  volatile float half = tiny * 0.5f;
  EXPECT_GT(half, 0.0f);
}

TEST(Reference, CopiesKeepSubnormals) {
  const float tiny = std::numeric_limits<float>::denorm_min();
  const Tensor x(Shape{1, 1, 2, 1}, {tiny, -tiny});
  const Tensor wide(Shape{1, 1, 4, 1}, {tiny, tiny, -tiny, -tiny});
  const auto nothing = std::optional<std::string>{};
  EXPECT_EQ(oracle::difference(resize(x, 1, 4, "nearest", false), wide), nothing);
  EXPECT_EQ(oracle::difference(repeat(x, Size{1, 2}, DataFormat::channels_last), wide), nothing);
  EXPECT_EQ(oracle::difference(resize(x, 1, 2, "bilinear", false), x), nothing);
}

TEST(Reference, RefusesWhatTensorFlowHasNoKernelFor) {
  const Tensor x({1, 2, 2, 1}, DType::float32);
  EXPECT_THROW(resize(Tensor({1, 2, 2, 1}, DType::boolean), 4, 4, "bilinear", false), Error);
  EXPECT_THROW(resize(Tensor({1, 0, 2, 1}, DType::float32), 4, 4, "area", false), Error);
  EXPECT_THROW(resize(Tensor({2, 2, 1}, DType::float32), 4, 4, "area", false), Error);
  EXPECT_THROW(resize(x, 0, 4, "bilinear", false), Error);
  EXPECT_THROW(resize_gradient(x, 1, 1, "area", false), Error);
  EXPECT_THROW(resize_gradient(Tensor({1, 2, 2, 1}, DType::float64), 1, 1, "lanczos3", false),
               Error);
}

}  // namespace
