// Right uses: the files hold what the library computes, whole and in bands.
#include <sys/stat.h>

#include <chrono>
#include <cstring>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/keras/up_sampling.hpp>
#include <halfpixel/npy.hpp>
#include <halfpixel/tensor.hpp>
#include <halfpixel/tf_image.hpp>

#include "cli/program.hpp"
#include "core/equal.hpp"
#include "core/random_bytes.hpp"

namespace halfpixel {
namespace {

namespace layers = keras::layers;
namespace v1 = tf::compat::v1::image;
using test::Outcome;
using test::run;
using test::Surroundings;
using test::TempFolder;
using tf::image::ResizeMethod;
using Words = std::vector<std::string>;

Tensor noise(const Shape& shape, DType dtype) {
  if (is_floating(dtype))
    return random::uniform(shape, -3.0, 300.0, DType::float32, 5).astype(dtype);
  return test::random_bytes(shape, dtype, 9);
}

class CliResult : public ::testing::Test {
 protected:
  // What the command makes of x, whole and in bands of various sizes.
  void expect(const Tensor& x, const Tensor& expected, const Words& options) {
    io::write_npy(folder_ / "x.npy", x);
    for (const char* bands :
         {"HALFPIXEL_BAND_BYTES=1e18", "HALFPIXEL_BAND_BYTES=1", "HALFPIXEL_BAND_BYTES=20000"}) {
      Words words = {options[0], "x.npy", "y.npy"};
      words.insert(words.end(), options.begin() + 1, options.end());
      std::filesystem::remove(folder_ / "y.npy");
      const Outcome outcome = run(folder_, words, {.environment = {bands}});
      ASSERT_EQ(outcome.status, 0) << outcome.err << bands;
      EXPECT_EQ(outcome.out + outcome.err, "");
      EXPECT_TRUE(same_bits(io::read_npy(folder_ / "y.npy"), expected))
          << bands << " " << ::testing::PrintToString(words) << x.shape() << x.dtype();
    }
    EXPECT_EQ(folder_.entries(), 2);
  }
  TempFolder folder_;
};

TEST_F(CliResult, UpsampleIsUpSampling2DForEveryDType) {
  for (int d = 0; d < kDTypeCount; ++d) {
    const auto dtype = static_cast<DType>(d);
    if (dtype == DType::bfloat16) continue;
    const Tensor x = noise({2, 5, 7, 3}, dtype);
    expect(x, layers::UpSampling2D({.size = {2, 2}, .data_format = DataFormat::channels_last})(x),
           {"upsample"});
    if (dtype == DType::boolean || dtype == DType::uint32 || dtype == DType::uint64) continue;
    expect(x,
           layers::UpSampling2D({.size = {2, 3},
                                 .data_format = DataFormat::channels_last,
                                 .interpolation = keras::Interpolation::bicubic})(x),
           {"upsample", "--size", "2x3", "--interpolation", "BiCubic"});
  }
}

TEST_F(CliResult, UpsampleTakesChannelsFirst) {
  const Tensor x = noise({2, 3, 6, 5}, DType::float32);
  for (const auto interpolation : {keras::Interpolation::nearest, keras::Interpolation::bilinear,
                                   keras::Interpolation::lanczos5}) {
    expect(x,
           layers::UpSampling2D({.size = {3, 2},
                                 .data_format = DataFormat::channels_first,
                                 .interpolation = interpolation})(x),
           {"upsample", "--size", "3x2", "--data-format", "Channels_First", "--interpolation",
            std::string(keras::name_of(interpolation))});
  }
}

TEST_F(CliResult, RankDecidesWhichLayerItIs) {
  const Tensor steps = noise({3, 10, 4}, DType::float64);
  expect(steps, layers::UpSampling1D({.size = 3})(steps), {"upsample", "--size", "3"});
  const Tensor volume = noise({2, 3, 4, 5, 2}, DType::int16);
  expect(
      volume,
      layers::UpSampling3D({.size = {2, 1, 3}, .data_format = DataFormat::channels_last})(volume),
      {"upsample", "--size", "2x1x3"});
  expect(volume,
         layers::UpSampling3D({.size = 2, .data_format = DataFormat::channels_first})(volume),
         {"upsample", "--data-format", "channels_first"});
}

TEST_F(CliResult, ResizeIsTfImageResize) {
  for (const DType dtype : {DType::float32, DType::uint8}) {
    for (const Shape& shape : {Shape{2, 9, 11, 3}, Shape{9, 11, 3}}) {
      if (shape.rank() == 3 && dtype == DType::uint8) continue;
      const Tensor x = noise(shape, dtype);
      for (const char* method : {"bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5",
                                 "gaussian", "mitchellcubic"}) {
        const ResizeMethod m = tf::image::to_resize_method(method);
        expect(x, tf::image::resize(x, {20, 5}, {.method = m}),
               {"resize", "--size", "20x5", "--method", method});
        if (dtype != DType::float32) continue;
        expect(x, tf::image::resize(x, {4, 1}, {.method = m, .antialias = true}),
               {"resize", "--size", "4x1", "--method", method, "--antialias"});
        expect(x, tf::image::resize(x, {30, 30}, {.method = m, .preserve_aspect_ratio = true}),
               {"resize", "--size", "30x30", "--method", method, "--preserve-aspect-ratio"});
      }
    }
  }
}

TEST_F(CliResult, DialectTf1IsV1) {
  for (const DType dtype : {DType::float32, DType::uint8}) {
    const Tensor x = noise({2, 6, 8, 3}, dtype);
    for (const char* method : {"bilinear", "nearest", "bicubic", "area"}) {
      const ResizeMethod m = tf::image::to_resize_method(method);
      const Words base = {"resize", "--size", "13x7", "--dialect", "tf1", "--method", method};
      const auto with = [&](std::initializer_list<const char*> more) {
        Words words = base;
        words.insert(words.end(), more.begin(), more.end());
        return words;
      };
      expect(x, v1::resize(x, {13, 7}, {.method = m}), base);
      expect(x, v1::resize(x, {13, 7}, {.method = m, .align_corners = true}),
             with({"--align-corners"}));
      expect(x, v1::resize(x, {13, 7}, {.method = m, .preserve_aspect_ratio = true}),
             with({"--preserve-aspect-ratio"}));
      expect(x, v1::resize(x, {6, 8}, {.method = m}),
             {"resize", "--size", "6x8", "--dialect", "tf1", "--method", method});
    }
    const v1::ResizeKernelOptions half{.half_pixel_centers = true};
    const auto words = [](const char* method) {
      return Words{"resize",   "--size", "13x7", "--dialect", "tf1", "--half-pixel-centers",
                   "--method", method};
    };
    expect(x, v1::resize_bilinear(x, {13, 7}, half), words("bilinear"));
    expect(x, v1::resize_bicubic(x, {13, 7}, half), words("bicubic"));
    expect(x, v1::resize_nearest_neighbor(x, {13, 7}, half), words("nearest"));
  }
}

TEST_F(CliResult, EmptyBatchesAreEmptyResults) {
  const Tensor x({0, 4, 4, 3}, DType::float32);
  io::write_npy(folder_ / "x.npy", x);
  ASSERT_EQ(run(folder_, {"upsample", "x.npy", "y.npy"}).status, 0);
  EXPECT_EQ(io::read_npy(folder_ / "y.npy").shape(), Shape({0, 8, 8, 3}));
  ASSERT_EQ(run(folder_, {"resize", "x.npy", "y.npy", "--size", "5x6"}).status, 0);
  EXPECT_EQ(io::read_npy(folder_ / "y.npy").shape(), Shape({0, 5, 6, 3}));
}

TEST_F(CliResult, InAndOutMayBeTheSameFile) {
  const Tensor x = noise({1, 40, 40, 3}, DType::float32);
  const Tensor expected = layers::UpSampling2D({.data_format = DataFormat::channels_last})(x);
  for (const char* bands : {"HALFPIXEL_BAND_BYTES=1e18", "HALFPIXEL_BAND_BYTES=5000"}) {
    io::write_npy(folder_ / "x.npy", x);
    ASSERT_EQ(run(folder_, {"upsample", "x.npy", "x.npy"}, {.environment = {bands}}).status, 0);
    EXPECT_TRUE(same_bits(io::read_npy(folder_ / "x.npy"), expected));
    EXPECT_EQ(folder_.entries(), 1);
  }
}

TEST_F(CliResult, ThreadsAndKerasJsonChangeNothing) {
  const Tensor x = noise({1, 30, 40, 3}, DType::float32);
  io::write_npy(folder_ / "x.npy", x);
  test::write_bytes(folder_ / "keras.json",
                    R"({"image_data_format": "channels_first", "floatx": "float64"})");
  const Tensor expected =
      layers::UpSampling2D({.data_format = DataFormat::channels_last,
                            .interpolation = keras::Interpolation::bilinear})(x);
  for (const char* threads : {"1", "2", "7"}) {
    ASSERT_EQ(
        run(folder_,
            {"upsample", "x.npy", "y.npy", "--interpolation", "bilinear", "--threads", threads},
            {.environment = {"KERAS_HOME=" + folder_.path().native()}})
            .status,
        0);
    EXPECT_TRUE(same_bits(io::read_npy(folder_ / "y.npy"), expected));
  }
}

TEST_F(CliResult, LargeArraysAreWorkedWithinLittleMemory) {
  const Tensor x = noise({1, 2000, 2000, 3}, DType::float32);  // 48 MB, and 192 MB as a result
  io::write_npy(folder_ / "x.npy", x);
  const Outcome outcome =
      run(folder_, {"upsample", "x.npy", "y.npy", "--interpolation", "bilinear", "--threads", "1"},
          {.environment = {"HALFPIXEL_BAND_BYTES=8e6"}});
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(
      same_bits(io::read_npy(folder_ / "y.npy"),
                layers::UpSampling2D({.data_format = DataFormat::channels_last,
                                      .interpolation = keras::Interpolation::bilinear})(x)));
}

TEST_F(CliResult, FileSizeLimitsAreErrors) {
  io::write_npy(folder_ / "x.npy", noise({1, 64, 64, 3}, DType::float32));
  const Outcome outcome = run(folder_, {"upsample", "x.npy", "y.npy"}, {.file_size = 100000});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, ::testing::StartsWith("halfpixel: "));
  EXPECT_EQ(folder_.entries(), 1);
}

TEST_F(CliResult, AClosedStderrDoesNoHarm) {
  io::write_npy(folder_ / "x.npy", noise({1, 4, 4, 3}, DType::float32));
  EXPECT_EQ(run(folder_, {"upsample", "none.npy", "y.npy"}, {.close_stderr = true}).status, 1);
  EXPECT_EQ(run(folder_, {"upsample", "x.npy", "y.npy"}, {.close_stderr = true}).status, 0);
  EXPECT_EQ(io::read_npy(folder_ / "y.npy").shape(), Shape({1, 8, 8, 3}));
}

TEST_F(CliResult, InterruptionsLeaveNothing) {
  io::write_npy(folder_ / "x.npy", noise({1, 800, 800, 3}, DType::uint8));
  for (const int number : {SIGINT, SIGTERM}) {
    const TempFolder outputs;
    const pid_t child = test::start(
        folder_, {"upsample", "x.npy", "y.npy", "--size", "16", "--interpolation", "lanczos5"},
        {.environment = {"HALFPIXEL_BAND_BYTES=100000"}}, outputs / "out", outputs / "err");
    for (int i = 0; i < 2000 && folder_.entries() < 2; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_EQ(folder_.entries(), 2) << "the work should have begun";
    ::kill(child, number);
    EXPECT_EQ(test::wait_for(child), 1);
    EXPECT_EQ(folder_.entries(), 1);
    EXPECT_THAT(test::read_bytes(outputs / "err"), ::testing::StartsWith("halfpixel: "));
  }
}

}  // namespace
}  // namespace halfpixel
