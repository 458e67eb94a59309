// Layers by the name of their class.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/config.hpp>
#include <halfpixel/keras/layers/deserialize.hpp>

#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

using ::testing::HasSubstr;

Config told(const std::string& class_name, Config own) {
  Config config;
  config.set("class_name", class_name);
  config.set("config", std::move(own));
  return config;
}

TEST(Deserialize, GivesTheLayerOfAConfiguration) {
  Config own;
  own.set("filters", 4);
  own.set("kernel_size", Config::List{3, 5});
  own.set("kernel_initializer", "he_normal");  // passed over
  const layers::GraphLayer layer = layers::deserialize(told("Conv2D", own));
  EXPECT_EQ(layer.class_name(), "Conv2D");
  EXPECT_EQ(layer.compute_output_shape({1, 9, 9, 3}), (Shape{1, 7, 5, 4}));
  const layers::GraphLayer again = layers::deserialize(told("Conv2D", layer.get_config()));
  EXPECT_EQ(again.get_config(), layer.get_config());
  EXPECT_EQ(layers::deserialize(told("Convolution2D", own)).class_name(), "Conv2D");
}

TEST(Deserialize, ALayerTellsWhatItWasBuiltFor) {
  Config own;
  own.set("filters", 2);
  own.set("kernel_size", 3);
  const layers::GraphLayer layer = layers::deserialize(told("Conv2D", own));
  EXPECT_TRUE(layer.build_shapes().empty());
  layer(Input({.shape = {kUnknown, 9, 5}}));
  EXPECT_EQ(layer.build_shapes(), (std::vector<Shape>{{kUnknown, kUnknown, 9, 5}}));
  EXPECT_EQ(layer.get_weights().at(0).shape(), (Shape{3, 3, 5, 2}));
}

TEST(Deserialize, TakesGlobalSettingsAsDefaults) {
  config::set_floatx("float16");
  config::set_image_data_format("channels_first");
  Config own;
  own.set("pool_size", 2);
  const Config got = layers::deserialize(told("MaxPooling2D", own)).get_config();
  config::set_floatx("float32");
  config::set_image_data_format("channels_last");
  EXPECT_EQ(*got.find<std::string>("data_format"), "channels_first");
  EXPECT_THAT(got.find("dtype")->json(), HasSubstr("float16"));
}

std::string message_of(const Config& config) {
  try {
    (void)layers::deserialize(config);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Deserialize, SaysWhatIsWrong) {
  EXPECT_THAT(message_of({}), HasSubstr("config must hold \"class_name\" and \"config\"; got {}"));
  EXPECT_THAT(message_of(told("Magic", {})), HasSubstr("Unknown layer: 'Magic'"));
  EXPECT_THAT(message_of(told("Conv2D", {})), HasSubstr("Conv2D"));
}

// Every class that files may hold, without arguments: a layer or an Error, nothing else.
TEST(Deserialize, RefusesOrMakesEveryClass) {
  for (const auto family : layer_families()) {
    for (const LayerRow& row : family) {
      try {
        const std::string name(row.class_name);
        EXPECT_FALSE(layers::deserialize(told(name, {})).name().empty());
      } catch (const Error& error) {
        EXPECT_STREQ(std::string(error.what()).substr(0, 1).c_str(), "[") << row.class_name;
      }
    }
  }
}

}  // namespace
}  // namespace halfpixel::keras
