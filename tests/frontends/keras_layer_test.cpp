// What layers have in common: names, dtype policies, configurations.
#include <halfpixel/keras/resizing.hpp>
#include <halfpixel/keras/up_sampling.hpp>

#include "frontends/keras_names.hpp"
#include "keras_testing.hpp"

namespace halfpixel {
namespace {

using ::testing::Eq;
using testing::error_of;
using ::testing::HasSubstr;
using testing::KerasHome;
namespace layers = keras::layers;
using keras::Config;

constexpr std::string_view kFloat32Policy =
    R"({"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, )"
    R"("registered_name": null})";

TEST(KerasNames, ClassNamesBecomeSnakeCaseAsInKeras) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"UpSampling2D", "up_sampling2d"},
      {"Resizing", "resizing"},
      {"Conv2DTranspose", "conv2d_transpose"},
      {"LeakyReLU", "leaky_re_lu"},
      {"ReLU", "re_lu"},
      {"PReLU", "p_re_lu"},
      {"ELU", "elu"},
      {"GlobalAveragePooling2D", "global_average_pooling2d"},
      {"BatchNormalization", "batch_normalization"},
      {"TFOpLambda", "tf_op_lambda"},
      {"ABcDe", "a_bc_de"},
      {"My-Layer", "my_layer"},
      {"", ""}};
  for (const auto& [name, snake] : cases) EXPECT_EQ(keras::to_snake_case(name), snake);
}

TEST(KerasNames, AreCountedForEachClassAndStartAnewWithTheSession) {
  const KerasHome home;
  EXPECT_EQ(layers::UpSampling2D().name(), "up_sampling2d");
  EXPECT_EQ(layers::UpSampling2D().name(), "up_sampling2d_1");
  EXPECT_EQ(layers::UpSampling1D().name(), "up_sampling1d");
  EXPECT_EQ(layers::UpSampling2D({.name = "up_sampling2d_2"}).name(), "up_sampling2d_2");
  EXPECT_EQ(layers::UpSampling2D().name(), "up_sampling2d_2");  // a given name does not count
  EXPECT_EQ(layers::Resizing({.height = 1, .width = 1}).name(), "resizing");
  keras::utils::clear_session();
  EXPECT_EQ(layers::UpSampling2D().name(), "up_sampling2d");
}

TEST(KerasNames, MustNotHoldASlash) {
  EXPECT_EQ(
      error_of([] { layers::UpSampling2D({.name = "a/b"}); }),
      "[UpSampling2D] Argument `name` must be a string and cannot contain character `/`. Received: "
      "name=a/b (of type <class 'str'>)");
}

TEST(KerasDTypePolicy, KnowsFloatsAndMixedPolicies) {
  EXPECT_FALSE(keras::DTypePolicy().is_set());
  EXPECT_EQ(keras::DTypePolicy(DType::float64).name(), "float64");
  EXPECT_EQ(keras::DTypePolicy("bfloat16").compute_dtype(), DType::bfloat16);
  const keras::DTypePolicy mixed = "mixed_float16";
  EXPECT_EQ(mixed.name(), "mixed_float16");
  EXPECT_EQ(mixed.compute_dtype(), DType::float16);
  EXPECT_EQ(mixed.variable_dtype(), DType::float32);
  EXPECT_EQ(keras::DTypePolicy("mixed_bfloat16").compute_dtype(), DType::bfloat16);
  for (const std::string name : {"foo", "", "int32", "FLOAT32", "half", "mixed_int8"}) {
    EXPECT_EQ(error_of([&name] { keras::DTypePolicy policy(name); }),
              "[DTypePolicy] Cannot convert '" + name +
                  "' to a mixed precision DTypePolicy. Valid policies include 'mixed_float16', "
                  "'mixed_bfloat16', and the name of any float dtype such as 'float32'.");
  }
  EXPECT_THAT(error_of([] { keras::DTypePolicy policy(DType::uint8); }),
              HasSubstr("Cannot convert 'uint8'"));
}

TEST(KerasConfiguration, HasKerasKeysInKerasOrder) {
  const KerasHome home;
  const std::string policy(kFloat32Policy);
  EXPECT_EQ(layers::UpSampling2D({.size = {2, 3}, .name = "u"}).get_config().json(),
            R"({"name": "u", "trainable": true, "dtype": )" + policy +
                R"(, "size": [2, 3], "data_format": "channels_last", "interpolation": "nearest"})");
  EXPECT_EQ(layers::UpSampling1D({.size = 3, .name = "\xC3\xA9\"\n"}).get_config().json(),
            R"({"name": "\u00e9\"\n", "trainable": true, "dtype": )" + policy + R"(, "size": 3})");
  EXPECT_EQ(layers::UpSampling3D({.size = 4, .name = "u", .trainable = false}).get_config().json(),
            R"({"name": "u", "trainable": false, "dtype": )" + policy +
                R"(, "size": [4, 4, 4], "data_format": "channels_last"})");
  EXPECT_EQ(layers::Resizing({.height = 3, .width = 4, .name = "resizing_5"}).get_config().json(),
            R"({"name": "resizing_5", "trainable": true, "dtype": )" + policy +
                R"(, "data_format": "channels_last", "height": 3, "width": 4, )"
                R"("interpolation": "bilinear", )"
                R"("crop_to_aspect_ratio": false, "pad_to_aspect_ratio": false, )"
                R"("fill_mode": "constant", "fill_value": 0.0, "antialias": false})");
}

TEST(KerasConfiguration, MakesTheSameLayerAgain) {
  const KerasHome home;
  const layers::UpSampling2D two({.size = {3, 1},
                                  .data_format = DataFormat::channels_first,
                                  .interpolation = keras::Interpolation::lanczos5,
                                  .dtype = "mixed_bfloat16",
                                  .trainable = false});
  const auto again = layers::UpSampling2D::from_config(two.get_config());
  EXPECT_EQ(again.get_config(), two.get_config());
  EXPECT_EQ(again.name(), two.name());
  EXPECT_EQ(again.size(), two.size());
  EXPECT_EQ(again.interpolation(), keras::Interpolation::lanczos5);
  EXPECT_EQ(again.dtype_policy(), two.dtype_policy());
  EXPECT_FALSE(again.trainable());
  const layers::UpSampling1D one({.size = 5});
  EXPECT_EQ(layers::UpSampling1D::from_config(one.get_config()).get_config(), one.get_config());
  const layers::UpSampling3D three({.size = {1, 2, 3}, .data_format = DataFormat::channels_first});
  EXPECT_EQ(layers::UpSampling3D::from_config(three.get_config()).get_config(), three.get_config());
  const layers::Resizing resizing({.height = 7,
                                   .width = 9,
                                   .interpolation = keras::Interpolation::bicubic,
                                   .pad_to_aspect_ratio = true,
                                   .fill_value = 0.5,
                                   .antialias = true});
  EXPECT_EQ(layers::Resizing::from_config(resizing.get_config()).get_config(),
            resizing.get_config());
}

TEST(KerasConfiguration, FillsInDefaultsAndTakesPoliciesByName) {
  const KerasHome home;
  EXPECT_EQ(layers::UpSampling2D::from_config({}).get_config(),
            layers::UpSampling2D({.name = "up_sampling2d"}).get_config());
  Config config;
  config.set("size", 3);
  config.set("dtype", "float16");
  config.set("name", nullptr);
  config.set("data_format", "CHANNELS_FIRST");
  config.set("interpolation", "Bilinear");
  config.set("activity_regularizer", nullptr);
  const auto layer = layers::UpSampling2D::from_config(config);
  EXPECT_EQ(layer.size(), Size({3, 3}));
  EXPECT_EQ(layer.dtype_policy().compute_dtype(), DType::float16);
  EXPECT_EQ(layer.data_format(), DataFormat::channels_first);
  EXPECT_EQ(layer.interpolation(), keras::Interpolation::bilinear);
  EXPECT_EQ(layer.name(), "up_sampling2d_1");
}

template <class LayerClass>
std::string config_error(const std::vector<std::pair<std::string, Config::Value>>& items) {
  Config config;
  for (const auto& [key, value] : items) config.set(key, value);
  return error_of([&config] { LayerClass::from_config(config); });
}

TEST(KerasConfiguration, RefusesInKerasWordsWhatKerasRefuses) {
  const KerasHome home;
  const auto message = config_error<layers::UpSampling2D>;
  EXPECT_EQ(
      message({{"size", 0}, {"name", "u"}}),
      "[UpSampling2D] Error when deserializing class 'UpSampling2D' using config={'size': 0, "
      "'name': "
      "'u'}.\n\nException encountered: The `size` argument must be a tuple of 2 integers. Received "
      "size=0, including values {0} that do not satisfy `value > 0`");
  EXPECT_THAT(
      message({{"foo", 1}, {"bar", "x"}}),
      HasSubstr("Unrecognized keyword arguments passed to UpSampling2D: {'foo': 1, 'bar': 'x'}"));
  EXPECT_THAT(message({{"trainable", 1}}),
              HasSubstr("Expected `trainable` to be a boolean. Received: "
                        "trainable=1 (of type <class 'int'>)"));
  EXPECT_THAT(message({{"name", "a/b"}}),
              HasSubstr("cannot contain character `/`. Received: name=a/b"));
  EXPECT_THAT(message({{"name", 3}}), HasSubstr("Argument `name` must be a string"));
  EXPECT_THAT(message({{"size", 2.0}}), HasSubstr("a tuple of 2 integers. Received size=2.0"));
  EXPECT_THAT(message({{"size", true}}), HasSubstr("Received size=True"));
  EXPECT_THAT(message({{"size", nullptr}}), HasSubstr("Received size=None"));
  EXPECT_THAT(message({{"size", Config::List{2}}}), HasSubstr("Received size=[2]"));
  EXPECT_THAT(message({{"size", Config::List{2, 2, 2}}}), HasSubstr("Received size=[2, 2, 2]"));
  EXPECT_THAT(message({{"size", Config::List{"a", 2}}}),
              HasSubstr("Received size=['a', 2], including element a of type <class 'str'>"));
  EXPECT_THAT(message({{"interpolation", "foo"}}), HasSubstr("Received: interpolation=foo"));
  EXPECT_THAT(message({{"interpolation", 1}}), HasSubstr("Received: interpolation=1"));
  EXPECT_THAT(message({{"data_format", "Foo"}}), HasSubstr("Received: data_format=foo"));
  EXPECT_THAT(message({{"dtype", "foo"}}),
              HasSubstr("Cannot convert 'foo' to a mixed precision DTypePolicy."));
  EXPECT_THAT(message({{"dtype", 3}}), HasSubstr("Expected `dtype` to be"));
  EXPECT_THAT(message({{"activity_regularizer", "l2"}}), HasSubstr("`activity_regularizer`"));
  EXPECT_THAT(message({{"autocast", false}}), HasSubstr("Expected `autocast` to be True"));
  Config quantized;
  quantized.set("class_name", "QuantizedDTypePolicy");
  quantized.set("config", Config());
  EXPECT_THAT(message({{"dtype", quantized}}), HasSubstr("Expected `dtype` to be"));
  EXPECT_THAT(config_error<layers::UpSampling1D>({{"size", 2.7}}),
              HasSubstr("Expected an integer value for `size`, got <class 'float'>."));
  EXPECT_THAT(config_error<layers::UpSampling1D>({{"interpolation", "nearest"}}),
              HasSubstr("Unrecognized keyword arguments passed to UpSampling1D"));
  EXPECT_THAT(config_error<layers::Resizing>({{"height", 3}}), HasSubstr("Received: size=(3, 0)"));
  EXPECT_THAT(
      config_error<layers::Resizing>({{"height", 3}, {"width", 3}, {"fill_mode", "reflect"}}),
      HasSubstr("Invalid value for argument `fill_mode`. Only `'constant'` is supported. Received: "
                "fill_mode=reflect"));
  EXPECT_THAT(config_error<layers::Resizing>({{"height", 3}, {"width", 3}, {"antialias", 1}}),
              HasSubstr("Expected `antialias` to be a boolean"));
  EXPECT_THAT(config_error<layers::Resizing>({{"height", 3}, {"width", 3}, {"fill_value", "x"}}),
              HasSubstr("Expected `fill_value` to be a number"));
}

}  // namespace
}  // namespace halfpixel
