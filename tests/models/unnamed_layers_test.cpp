// Classes without get_config() write no name into a Sequential. What follows is what Keras 3.15
// wrote for two of them, and for one of its own that has the first name they would get.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/model.hpp>

namespace halfpixel {
namespace {

constexpr const char* kUnnamed = R"({
 "module": "keras", "class_name": "Sequential", "registered_name": null, "config": {
  "name": "sequential", "trainable": true, "layers": [
   {"module": "keras.layers", "class_name": "InputLayer", "registered_name": null,
    "config": {"batch_shape": [null, 2], "dtype": "float32", "sparse": false, "name": "x"}},
   {"module": null, "class_name": "MyScale", "registered_name": "me>MyScale",
    "config": {"k": 3, "trainable": true}},
   {"module": null, "class_name": "MyScale", "registered_name": "me>MyScale",
    "config": {"k": 2, "trainable": true}},
   {"module": "keras.layers", "class_name": "ReLU", "registered_name": null,
    "config": {"name": "my_scale", "trainable": true, "dtype": "float32"}}]}})";

TEST(UnnamedLayers, GetNamesOfTheirClass) {
  const keras::models::LoadOptions options = {
      .custom_objects = {{"MyScale", [](const keras::Config& config) {
                            return keras::models::operation_layer(
                                "scale:" + std::to_string(*config.find<std::int64_t>("k")));
                          }}}};
  const keras::Model model = keras::models::model_from_json(kUnnamed, options);
  std::vector<std::string> names;
  for (const keras::LayerInfo& info : model.layer_infos()) names.push_back(info.name);
  EXPECT_THAT(names, ::testing::IsSupersetOf({"my_scale_1", "my_scale_2", "my_scale"}));
  EXPECT_EQ(model(Tensor({1, 2}, {1.5F, -1.0F})).str(), Tensor({1, 2}, {9.0F, 0.0F}).str());
}

TEST(UnnamedLayers, AreRefusedByClass) {
  try {
    keras::models::model_from_json(kUnnamed);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(),
                ::testing::AllOf(::testing::HasSubstr("layer \"my_scale_1\" (MyScale)"),
                                 ::testing::HasSubstr("--bind MyScale="),
                                 ::testing::HasSubstr("custom_objects={\"me>MyScale\"")));
  }
}

}  // namespace
}  // namespace halfpixel
