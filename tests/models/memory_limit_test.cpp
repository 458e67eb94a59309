// Limits::memory_bytes, as a program meets it: every run of a loaded model, and of a part of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers.hpp>
#include <halfpixel/keras/model.hpp>
#include <halfpixel/tf_function.hpp>

#include "core/equal.hpp"
#include "io/temp_folder.hpp"

namespace halfpixel {
namespace {

using ::testing::HasSubstr;

class MemoryLimit : public ::testing::Test {
 protected:
  // 64 bytes become 16 MiB.
  MemoryLimit() {
    keras::Sequential model({keras::Input({.shape = {kUnknown, kUnknown, 1}}),
                             keras::layers::UpSampling2D({.size = {512, 512}, .name = "up"}),
                             keras::layers::ReLU({.name = "relu"})});
    model.save(path());
  }
  Path path() const { return folder_ / "model.keras"; }
  keras::Model load(std::int64_t bytes) const {
    return keras::models::load_model(path(), {.limits = {.memory_bytes = bytes}});
  }

  template <class Run>
  static void expect_refused(const char* how, Run run) {
    try {
      run();
      ADD_FAILURE() << how << " ran";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::out_of_memory) << how;
      EXPECT_THAT(error.what(), HasSubstr("limits.memory_bytes")) << how;
      EXPECT_THAT(error.what(), HasSubstr("--max-memory")) << how;
    }
  }

  const test::TempFolder folder_;
  const Tensor x_ = full({1, 4, 4, 1}, 1.0);
};

TEST_F(MemoryLimit, BoundsEveryRunOfALoadedModel) {
  const keras::Model model = load(std::int64_t{8} << 20);
  expect_refused("a call", [&] { (void)model(x_); });
  expect_refused("predict", [&] { (void)model.predict(x_); });
  expect_refused("tf::function", [&] { (void)tf::function(model)(x_); });
  expect_refused("a layer of it", [&] { (void)model.get_layer("up")(x_); });
  // A smaller run goes on as before.
  EXPECT_EQ(model(full({1, 1, 1, 1}, 1.0)).shape(), (Shape{1, 512, 512, 1}));
}

TEST_F(MemoryLimit, ThatIsLargerAllowsIt) {
  const Tensor y = load(std::int64_t{64} << 20)(x_);
  EXPECT_EQ(y.shape(), (Shape{1, 2048, 2048, 1}));
  EXPECT_TRUE(same_bits(keras::models::load_model(path())(x_), y));
}

TEST_F(MemoryLimit, CountsWeights) {
  const keras::KerasTensor x = keras::Input({.shape = {1024}});
  const keras::KerasTensor y = keras::layers::Dense({.units = 1024})(x);
  const keras::KerasTensor image = keras::layers::Reshape({.target_shape = {32, 32, 1}})(y);
  keras::Model(x, keras::layers::UpSampling2D({.size = {16, 16}})(image)).save(path());
  const Tensor one = full({1, 1024}, 1.0);
  expect_refused("4 MiB of weights, 1 of results",
                 [&] { (void)load((std::int64_t{9} << 20) / 2)(one); });
  EXPECT_EQ(load(std::int64_t{8} << 20)(one).shape(), (Shape{1, 512, 512, 1}));
}

// What the caller has room for is no attack: 16 KiB become 4 MiB.
TEST_F(MemoryLimit, GrowsWithTheInput) {
  const keras::KerasTensor x = keras::Input({.shape = {kUnknown, kUnknown, 1}});
  keras::Model(x, keras::layers::UpSampling2D({.size = {16, 16}})(x)).save(path());
  EXPECT_EQ(load(65536)(full({1, 64, 64, 1}, 1.0)).shape(), (Shape{1, 1024, 1024, 1}));
}

TEST_F(MemoryLimit, IsNotForModelsOfTheProgramItself) {
  keras::Sequential model({keras::Input({.shape = {kUnknown, kUnknown, 1}}),
                           keras::layers::UpSampling2D({.size = {512, 512}})});
  EXPECT_EQ(model(x_).shape(), (Shape{1, 2048, 2048, 1}));
}

}  // namespace
}  // namespace halfpixel
