#include <thread>

#include <halfpixel/keras/up_sampling.hpp>

#include "keras_testing.hpp"

namespace halfpixel {
namespace {

using ::testing::Eq;
using testing::error_of;
using ::testing::HasSubstr;
using testing::KerasHome;
using ::testing::StartsWith;

std::string data_format() {
  return std::string(name_of(keras::config::image_data_format()));
}

TEST(KerasConfig, WithoutAFileHasKerasDefaultsAndWritesNothing) {
  const KerasHome home;
  EXPECT_EQ(data_format(), "channels_last");
  EXPECT_EQ(keras::config::floatx(), "float32");
  EXPECT_EQ(keras::config::epsilon(), 1e-7);
  EXPECT_TRUE(std::filesystem::is_empty(home.directory()));
}

TEST(KerasConfig, ReadsTheFileOnceUnderKerasHome) {
  const KerasHome home;
  home.write(
      R"({"floatx": "float16", "epsilon": 1e-5, "backend": "jax",
                "image_data_format": "channels_first", "nnx_enabled": false})");
  EXPECT_EQ(data_format(), "channels_first");
  EXPECT_EQ(keras::config::floatx(), "float16");
  EXPECT_EQ(keras::config::epsilon(), 1e-5);
  std::ofstream(home.file()) << "{}";  // too late
  EXPECT_EQ(data_format(), "channels_first");
  keras::utils::clear_session();
  EXPECT_EQ(data_format(), "channels_first");
}

TEST(KerasConfig, FindsTheFileWhereKerasLooks) {
  const KerasHome home;
  const std::string directory = home.directory().string();
  EXPECT_EQ(keras::settings_path(), directory + "/keras.json");
  const std::string before = getenv("HOME") != nullptr ? getenv("HOME") : "";
  setenv("HOME", directory.c_str(), 1);
  setenv("KERAS_HOME", "~/settings", 1);
  EXPECT_EQ(keras::settings_path(), directory + "/settings/keras.json");
  setenv("KERAS_HOME", "", 1);
  EXPECT_EQ(keras::settings_path(), "keras.json");
  unsetenv("KERAS_HOME");
  EXPECT_EQ(keras::settings_path(), directory + "/.keras/keras.json");
  setenv("HOME", "/proc/nowhere", 1);
  EXPECT_EQ(keras::settings_path(), "/tmp/.keras/keras.json");
  setenv("HOME", before.c_str(), 1);
  setenv("KERAS_HOME", directory.c_str(), 1);
}

TEST(KerasConfig, TreatsWhatIsNoJsonAsEmptyAndLeavesItAlone) {
  const KerasHome home;
  for (const std::string_view text :
       {"", "{", "{'floatx': 'float16'}", "\xFF\xFE", "{\"floatx\": \"float16\"} x",
        "\xEF\xBB\xBF{\"floatx\": \"float16\"}"}) {
    home.write(text);
    EXPECT_EQ(keras::config::floatx(), "float32") << text;
    EXPECT_EQ(std::filesystem::file_size(home.file()), text.size());
  }
}

TEST(KerasConfig, RefusesValuesThatKerasRefuses) {
  const KerasHome home;
  const auto message = [&home](std::string_view text) {
    home.write(text);
    return error_of([] { keras::config::image_data_format(); });
  };
  EXPECT_THAT(
      message(R"({"floatx": "bfloat16"})"),
      StartsWith(
          "[keras.config] Invalid `floatx` configuration. Expected one of {'float16', 'float32', "
          "'float64'}. Received: floatx=bfloat16"));
  EXPECT_THAT(message(R"({"floatx": null})"), HasSubstr("Received: floatx=None"));
  EXPECT_THAT(message(R"({"epsilon": 1})"),
              HasSubstr("Invalid `epsilon` configuration. Expected a float. Received: epsilon=1"));
  EXPECT_THAT(message(R"({"epsilon": true})"), HasSubstr("epsilon=True"));
  EXPECT_THAT(
      message(R"({"image_data_format": "Channels_Last"})"),
      HasSubstr("Invalid `image_data_format` configuration. Expected one of {'channels_last', "
                "'channels_first'}. Received: image_data_format=Channels_Last"));
  EXPECT_THAT(message("[1, 2]"), HasSubstr("keras.json must hold an object; got a list"));
  EXPECT_THAT(message("[1, 2]"), HasSubstr(home.file().string()));
  EXPECT_THAT(message(std::string(2 << 20, ' ')), HasSubstr("must not be larger"));
  EXPECT_THAT(error_of([] { keras::layers::UpSampling1D(); }), HasSubstr("keras.json"));
  home.write("{}");  // mended
  EXPECT_EQ(data_format(), "channels_last");
}

TEST(KerasConfig, RefusesAFileThatCannotBeRead) {
  const KerasHome home;
  std::filesystem::create_directory(home.file());
  try {
    keras::config::floatx();
    FAIL() << "a directory was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::io);
    EXPECT_THAT(error.what(), HasSubstr("cannot be read"));
  }
}

TEST(KerasConfig, SettersTakeKerasNames) {
  const KerasHome home;
  keras::config::set_image_data_format(DataFormat::channels_first);
  EXPECT_EQ(data_format(), "channels_first");
  keras::config::set_image_data_format("Channels_LAST");
  EXPECT_EQ(data_format(), "channels_last");
  EXPECT_THAT(
      error_of([] { keras::config::set_image_data_format("Foo"); }),
      HasSubstr("The `data_format` argument must be one of {'channels_first', 'channels_last'}. "
                "Received: data_format=foo"));
  EXPECT_THAT(error_of([] { keras::config::set_image_data_format(static_cast<DataFormat>(7)); }),
              HasSubstr("data_format=7"));
  keras::config::set_floatx("bfloat16");
  EXPECT_EQ(keras::config::floatx(), "bfloat16");
  EXPECT_THAT(error_of([] { keras::config::set_floatx("float8"); }),
              HasSubstr("Unknown `floatx` value: float8. Expected one of"));
  EXPECT_TRUE(std::filesystem::is_empty(home.directory()));
}

TEST(KerasConfig, LayersTakeTheSettingsOfTheMomentTheyAreMade) {
  const KerasHome home;
  home.write(R"({"floatx": "float16", "image_data_format": "channels_first"})");
  const keras::layers::UpSampling2D layer;
  EXPECT_EQ(layer.data_format(), DataFormat::channels_first);
  EXPECT_EQ(layer.dtype_policy().name(), "float16");
  keras::config::set_image_data_format(DataFormat::channels_last);
  EXPECT_EQ(layer.data_format(), DataFormat::channels_first);
  EXPECT_EQ(keras::layers::UpSampling3D().data_format(), DataFormat::channels_last);
  EXPECT_EQ(keras::layers::UpSampling2D({.data_format = DataFormat::channels_first}).data_format(),
            DataFormat::channels_first);
}

TEST(KerasConfig, CanBeAskedFromManyThreadsAtOnce) {
  const KerasHome home;
  home.write(R"({"image_data_format": "channels_first"})");
  std::vector<std::thread> threads;
  std::vector<int> right(8, 0);
  for (std::size_t i = 0; i < right.size(); ++i) {
    threads.emplace_back([i, &right] {
      for (int n = 0; n < 200; ++n) {
        right[i] += keras::config::image_data_format() == DataFormat::channels_first;
        keras::config::set_floatx(n % 2 == 0 ? "float32" : "float64");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(right, ::testing::Each(Eq(200)));
}

TEST(KerasInterpolation, NamesAreReadInAnyCase) {
  EXPECT_EQ(keras::to_interpolation("bilinear"), keras::Interpolation::bilinear);
  EXPECT_EQ(keras::to_interpolation("NEAREST"), keras::Interpolation::nearest);
  EXPECT_EQ(keras::to_interpolation("BiCubic"), keras::Interpolation::bicubic);
  EXPECT_EQ(keras::to_interpolation("lanczos3"), keras::Interpolation::lanczos3);
  EXPECT_EQ(keras::to_interpolation("Lanczos5"), keras::Interpolation::lanczos5);
  for (const auto i : {keras::Interpolation::nearest, keras::Interpolation::bilinear,
                       keras::Interpolation::bicubic, keras::Interpolation::lanczos3,
                       keras::Interpolation::lanczos5}) {
    EXPECT_EQ(keras::to_interpolation(name_of(i)), i);
  }
}

TEST(KerasInterpolation, UnknownNamesAreRefusedInKerasWords) {
  for (const std::string_view name : {"foo", "", "area", "gaussian", "bilinear "}) {
    EXPECT_THAT(
        error_of([name] { keras::to_interpolation(name); }),
        Eq("[keras.to_interpolation] Invalid value for argument `interpolation`. Expected of one "
           "('bilinear', 'nearest', 'lanczos3', 'lanczos5', 'bicubic'). Received: interpolation=" +
           std::string(name)));
  }
}

}  // namespace
}  // namespace halfpixel
