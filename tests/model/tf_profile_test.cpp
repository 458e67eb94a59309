// What a compiled model tells of itself: its passes, its steps' work and their time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/executor.hpp>
#include <halfpixel/keras/layers.hpp>
#include <halfpixel/keras/model.hpp>
#include <halfpixel/tf_function.hpp>

#include "core/equal.hpp"

namespace halfpixel {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
namespace layers = keras::layers;

// Up-sampling, an activation and a convolution, then a convolution at full size.
keras::Model decoder() {
  const auto x = keras::Input({.shape = {16, 16, 32}});
  auto y = layers::UpSampling2D({.data_format = DataFormat::channels_last})(x);
  y = layers::Activation(keras::Activation::tanh)(y);
  y = layers::Conv2D({.filters = 32, .kernel_size = 3, .padding = keras::Padding::same})(y);
  y = layers::Conv2D({.filters = 32, .kernel_size = 3, .padding = keras::Padding::same})(y);
  return keras::Model(x, y);
}

const std::vector<tf::TensorSpec> kSpecs = {{{1, 16, 16, 32}, DType::float32}};
constexpr double kDirect = 32.0 * 32 * 9 * 32 * (32 + 32);

int changes_of(const tf::ConcreteFunction& function, const std::string& name) {
  for (const tf::PassReport& pass : function.passes()) {
    if (pass.pass == name) return pass.changes;
  }
  return -1;
}

TEST(TfProfile, PassesThatConvolutionsMeetAreLeftOutByName) {
  const keras::Model model = decoder();
  const Tensor x = random::uniform({1, 16, 16, 32}, -1, 1, DType::float32, 1);
  const auto exact = tf::function(model, {.precision = tf::Precision::exact});
  const auto recorded =
      tf::function(model, {.precision = tf::Precision::exact,
                           .without = {"sink_up_sampling", "fuse_elementwise", "fold_constants"}});
  const Tensor wanted = recorded(x);
  EXPECT_TRUE(same_bits(exact(x), wanted));
  for (const char* name :
       {"sink_up_sampling", "low_resolution_convolution", "winograd_convolution"}) {
    const auto all = tf::function(model).get_concrete_function(kSpecs);
    EXPECT_GT(changes_of(all, name), 0) << name;
    const auto function = tf::function(model, {.without = {name}});
    const auto less = function.get_concrete_function(kSpecs);
    EXPECT_EQ(changes_of(less, name), -1) << name;
    EXPECT_THAT(less.describe(), Not(HasSubstr(name)));
    EXPECT_NE(less.describe(), all.describe());
    const Tensor got = function(x);
    for (std::int64_t i = 0; i < got.size(); ++i)
      ASSERT_NEAR(got.data<float>()[i], wanted.data<float>()[i], 1e-4) << name;
  }
  const auto kept = exact.get_concrete_function(kSpecs);
  EXPECT_GT(changes_of(kept, "sink_up_sampling"), 0);
  EXPECT_EQ(changes_of(kept, "low_resolution_convolution"), -1);
  EXPECT_EQ(changes_of(kept, "winograd_convolution"), -1);
  EXPECT_EQ(kept.passes().back().multiply_adds_after, kDirect);
}

TEST(TfProfile, PassesTellMultiplyAddsBeforeAndAfterThem) {
  const auto function = tf::function(decoder()).get_concrete_function(kSpecs);
  const std::vector<tf::PassReport> passes = function.passes();
  ASSERT_EQ(passes.size(), tf::passes().size() - 2);  // two are for Precision::fast alone
  EXPECT_EQ(passes.front().multiply_adds_before, kDirect);
  EXPECT_LT(passes.back().multiply_adds_after, 0.5 * kDirect);
  EXPECT_THAT(function.describe(),
              HasSubstr("pass fold_constants: 0, multiply-adds 18874368 -> 18874368\n"));
  EXPECT_GT(function.unplanned_bytes(), function.arena_bytes());
}

TEST(TfProfile, StepsHaveTheirTimeAndWork) {
  const auto function = tf::function(decoder()).get_concrete_function(kSpecs);
  const Tensor x = zeros({1, 16, 16, 32});
  const std::vector<tf::StepProfile> steps = function.profile({x}, 3);
  std::string described = function.describe();
  double multiply_adds = 0;
  for (const tf::StepProfile& step : steps) {
    EXPECT_EQ(described.rfind(step.operation, 0), 0U) << step.operation;
    described.erase(0, described.find('\n') + 1);
    EXPECT_GT(step.seconds, 0);
    EXPECT_LT(step.seconds, 60);
    EXPECT_EQ(step.gflops(), 2e-9 * step.multiply_adds / step.seconds);
    multiply_adds += step.multiply_adds;
  }
  EXPECT_EQ(described.rfind("pass ", 0), 0U) << described;
  EXPECT_EQ(multiply_adds, function.passes().back().multiply_adds_after);
  EXPECT_EQ(steps.back().shape, Shape({1, 32, 32, 32}));
  EXPECT_THAT(steps.back().name, HasSubstr("conv2d"));
}

TEST(TfProfile, ArgumentsAreChecked) {
  const auto function = tf::function(decoder()).get_concrete_function(kSpecs);
  const Tensor x = zeros({1, 16, 16, 32});
  EXPECT_THROW(function.profile({}), Error);
  EXPECT_THROW(function.profile({x}, 0), Error);
  EXPECT_THROW(function.profile({zeros({1, 16, 16, 31})}), Error);
}

TEST(TfProfile, OtherDtypesAreCastAsForCalls) {
  const auto function =
      tf::function(decoder()).get_concrete_function({{{1, 16, 16, 32}, DType::float64}});
  EXPECT_FALSE(function.profile({zeros({1, 16, 16, 32}, DType::float64)}, 1).empty());
}

TEST(TfProfile, ThePeakOfTwoThreadsIsNotBelowOnes) {
  const int threads = num_threads();
  set_num_threads(1);
  const double one = tf::peak_gflops();
  set_num_threads(2);
  const double two = tf::peak_gflops();
  set_num_threads(threads);
  EXPECT_GT(one, 0.1);
  EXPECT_LT(one, 1e4);
  EXPECT_GT(two, 0.5 * one);  // where there is but one core
}

}  // namespace
}  // namespace halfpixel
