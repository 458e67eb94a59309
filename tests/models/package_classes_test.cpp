// Classes of packages that are known can be bound as before they were.
#include <gtest/gtest.h>

#include <halfpixel/keras/model.hpp>
#include <halfpixel/npy.hpp>

#include <string>

namespace halfpixel::keras {
namespace {

TEST(PackageClasses, AreBoundByClassAndByLayer) {
  const std::string folder =
      HALFPIXEL_SOURCE_DIR "/tests/data/models/efficientnet_block_tf_keras_h5/";
  const Tensor x = io::read_npy(folder + "input_0.npy");
  const auto sum = [&](const std::string& bound) {
    models::LoadOptions options;
    if (!bound.empty()) options.custom_objects[bound] = models::operation_factory("scale:0");
    const Tensor y = models::load_model(folder + "model.h5", options)(x);
    double sum = 0;
    for (const float value : y.span<float>()) sum += value;
    return sum;
  };
  const double as_it_is = sum("");
  EXPECT_NE(sum("block1b_drop"), as_it_is);
  EXPECT_EQ(sum("block1b_drop"), sum("FixedDropout"));
}

}  // namespace
}  // namespace halfpixel::keras
