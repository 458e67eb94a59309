// Pictures in and out of the program.
#ifdef HALFPIXEL_HAS_IMAGE
#include <cmath>
#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/image.hpp>
#include <halfpixel/keras/up_sampling.hpp>
#include <halfpixel/npy.hpp>
#include <halfpixel/tf_image.hpp>

#include "cli/program.hpp"
#include "cli/samples.hpp"
#include "core/equal.hpp"
#include "core/random_bytes.hpp"

namespace halfpixel {
namespace {

namespace layers = keras::layers;
using test::Outcome;
using test::random_bytes;
using test::run;
using test::samples_of;
using test::TempFolder;
using test::with_batch;
using test::without_batch;
using Words = std::vector<std::string>;

const std::filesystem::path kPhotos = HALFPIXEL_SOURCE_DIR "/examples/photos";

class CliPicture : public ::testing::Test {
 protected:
  void make(const Words& words) {
    const Outcome outcome = run(folder_, words);
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out + outcome.err, "");
  }
  TempFolder folder_;
};

TEST_F(CliPicture, PhotosAreUpSampledAsKerasWould) {
  const Tensor photo = io::read_image(kPhotos / "chelsea.png");
  for (const char* name : {"nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"}) {
    make(
        {"upsample", kPhotos / "chelsea.png", "big.png", "--size", "2x3", "--interpolation", name});
    const layers::UpSampling2D layer({.size = {2, 3},
                                      .data_format = DataFormat::channels_last,
                                      .interpolation = keras::to_interpolation(name)});
    EXPECT_TRUE(
        same_bits(io::read_image(folder_ / "big.png"), without_batch(layer(with_batch(photo)))))
        << name;
  }
}

TEST_F(CliPicture, ResizedPhotosAreRoundedHalfToEvenAndClamped) {
  for (const DType dtype : {DType::uint8, DType::uint16}) {
    for (const std::int64_t channels : {1, 3}) {
      const Tensor picture = random_bytes({21, 34, channels}, dtype, 9);
      io::write_image(folder_ / "a.png", picture);
      for (const char* method : {"bilinear", "bicubic", "lanczos5", "area", "nearest"}) {
        make({"resize", "a.png", "b.tif", "--size", "43x29", "--method", method});
        const Tensor y =
            tf::image::resize(picture, {43, 29}, {.method = tf::image::to_resize_method(method)});
        EXPECT_TRUE(same_bits(io::read_image(folder_ / "b.tif"), samples_of(y, dtype)))
            << method << dtype << channels;
      }
    }
  }
}

TEST_F(CliPicture, InvisibleColoursDoNotBleed) {
  // Opaque white beside invisible green.
  Tensor picture({1, 2, 4}, DType::uint8);
  const std::uint8_t values[] = {255, 255, 255, 255, 0, 255, 0, 0};
  std::memcpy(picture.data(), values, sizeof values);
  io::write_image(folder_ / "a.png", picture);
  for (const Words& words :
       {Words{"resize", "a.png", "b.png", "--size", "1x8"},
        Words{"upsample", "a.png", "b.png", "--size", "4", "--interpolation", "bilinear"}}) {
    make(words);
    const Tensor y = io::read_image(folder_ / "b.png");
    const auto* pixel = y.data<std::uint8_t>();
    for (std::int64_t x = 0; x < y.shape()[1]; ++x, pixel += 4) {
      if (pixel[3] == 0) continue;
      EXPECT_EQ(pixel[0], 255) << x;
      EXPECT_EQ(pixel[1], 255) << x;
      EXPECT_EQ(pixel[2], 255) << x;
    }
  }
  // Copies stay what they are.
  make({"upsample", "a.png", "b.png", "--size", "1x2"});
  const Tensor copied = io::read_image(folder_ / "b.png");
  EXPECT_EQ(std::memcmp(copied.data<std::uint8_t>() + 8, values + 4, 4), 0);
}

TEST_F(CliPicture, PicturesBecomeArraysWithTheDTypeOfTheFramework) {
  const Tensor picture = random_bytes({6, 5, 4}, DType::uint8, 9);
  io::write_image(folder_ / "a.png", picture);
  make({"resize", "a.png", "b.npy", "--size", "9x9"});
  EXPECT_TRUE(
      same_bits(io::read_npy(folder_ / "b.npy"), tf::image::resize(with_batch(picture), {9, 9})));
  make({"upsample", "a.png", "b.npy", "--interpolation", "bilinear"});
  EXPECT_TRUE(same_bits(io::read_npy(folder_ / "b.npy"),
                        layers::UpSampling2D({.data_format = DataFormat::channels_last,
                                              .interpolation = keras::Interpolation::bilinear})(
                            with_batch(picture))));
}

TEST_F(CliPicture, ArraysBecomePictures) {
  const Tensor bytes = random_bytes({1, 6, 5, 3}, DType::uint8, 9);
  io::write_npy(folder_ / "a.npy", bytes);
  make({"upsample", "a.npy", "b.png"});
  EXPECT_TRUE(same_bits(
      io::read_image(folder_ / "b.png"),
      without_batch(layers::UpSampling2D({.data_format = DataFormat::channels_last})(bytes))));
  Tensor values({1, 1, 6, 1}, DType::float32);
  const float given[] = {-4.0f, 0.5f, 1.5f, 254.5f, 300.0f, NAN};
  std::memcpy(values.data(), given, sizeof given);
  io::write_npy(folder_ / "a.npy", values);
  const Outcome outcome = run(folder_, {"upsample", "a.npy", "b.png", "--size", "1"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.err, ::testing::AllOf(::testing::HasSubstr("1 of 6 values of IN are NaN"),
                                            ::testing::HasSubstr("from -4 to 300")));
  const Tensor picture = io::read_image(folder_ / "b.png");
  EXPECT_THAT(
      std::vector<int>(picture.span<std::uint8_t>().begin(), picture.span<std::uint8_t>().end()),
      ::testing::ElementsAre(0, 0, 2, 254, 255, 0));
  io::write_npy(folder_ / "a.npy", random_bytes({6, 5, 1}, DType::uint16, 9));
  make({"resize", "a.npy", "b.png", "--size", "8x8"});
  EXPECT_EQ(io::read_image(folder_ / "b.png").dtype(), DType::uint16);
  // Heights and the like: TIFF has them.
  const Tensor heights = arange(24, DType::int16).reshape({4, 6, 1});
  io::write_npy(folder_ / "a.npy", heights);
  make({"resize", "a.npy", "b.TIFF", "--size", "4x6", "--method", "bicubic"});
  EXPECT_TRUE(same_bits(io::read_image(folder_ / "b.TIFF"), heights));
  EXPECT_THAT(run(folder_, {"resize", "a.npy", "b.png", "--size", "4x6"}).err,
              ::testing::HasSubstr("or OUT that ends in .tif"));
}

TEST_F(CliPicture, InAndOutMayBeTheSamePicture) {
  const Tensor picture = random_bytes({6, 5, 3}, DType::uint8, 9);
  io::write_image(folder_ / "a.png", picture);
  make({"upsample", "a.png", "a.png"});
  EXPECT_EQ(io::read_image(folder_ / "a.png").shape(), Shape({12, 10, 3}));
  EXPECT_EQ(folder_.entries(), 1);
}

TEST_F(CliPicture, WhatTheFormatCannotHoldIsStatus1AndLeavesNothing) {
  io::write_image(folder_ / "alpha.png", random_bytes({4, 4, 4}, DType::uint8, 9));
  io::write_image(folder_ / "wide.png", random_bytes({4, 4, 3}, DType::uint16, 9));
  io::write_image(folder_ / "long.png", random_bytes({1, 9000, 3}, DType::uint8, 9));
  io::write_image(folder_ / "grey.png", random_bytes({4, 4, 1}, DType::uint8, 9));
  const std::string whole = test::read_bytes(kPhotos / "rocket.jpg");
  test::write_bytes(folder_ / "cut.jpg", whole.substr(0, whole.size() / 2));
  for (const Words& words :
       {Words{"upsample", "alpha.png", "b.jpg"}, Words{"upsample", "wide.png", "b.jpg"},
        Words{"upsample", "wide.png", "b.webp"}, Words{"upsample", "long.png", "b.webp"},
        Words{"upsample", "long.png", "b.jpg", "--size", "1x9"},
        Words{"upsample", "cut.jpg", "b.png"},
        Words{"upsample", "grey.png", "b.png", "--size", "50000"}}) {
    const Outcome outcome = run(folder_, words);
    EXPECT_EQ(outcome.status, 1) << ::testing::PrintToString(words);
    EXPECT_THAT(outcome.err, ::testing::StartsWith("halfpixel: "));
    EXPECT_EQ(outcome.err.find('\n'), outcome.err.size() - 1) << outcome.err;
    EXPECT_EQ(folder_.entries(), 5);
  }
}

// Sanitizers reserve terabytes of addresses.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(__clang__)
// A screenshot, say. Its twin without alpha gives the same file.
TEST_F(CliPicture, FullAlphaDoesNotKeepAPictureFromAJpeg) {
  for (const std::int64_t colours : {1, 3}) {
    const Tensor twin = random_bytes({20, 30, colours}, DType::uint8, 6);
    Tensor opaque({20, 30, colours + 1}, DType::uint8);
    for (std::int64_t i = 0; i < opaque.size(); ++i) {
      const std::int64_t channel = i % (colours + 1);
      opaque.data<std::uint8_t>()[i] =
          channel == colours ? 255
                             : twin.data<std::uint8_t>()[i / (colours + 1) * colours + channel];
    }
    io::write_image(folder_ / "opaque.png", opaque);
    io::write_image(folder_ / "twin.png", twin);
    for (const Words& how :
         {Words{"--method", "bicubic"}, Words{"--straight-alpha"}, Words{"--dialect", "pillow"},
          Words{"--dialect", "pillow", "--reducing-gap", "1"}}) {
      const auto made = [&](const char* in) {
        Words words{"resize", in, "o.jpg", "--size", "7x9"};
        words.insert(words.end(), how.begin(), how.end());
        make(words);
        return test::read_bytes(folder_ / "o.jpg");
      };
      EXPECT_EQ(made("opaque.png"), made("twin.png"));
    }
    opaque.data<std::uint8_t>()[colours] = 254;
    io::write_image(folder_ / "faint.png", opaque);
    const Outcome faint = run(folder_, {"resize", "faint.png", "f.jpg", "--size", "7x9"});
    EXPECT_EQ(faint.status, 1);
    EXPECT_THAT(faint.err, ::testing::HasSubstr("JPEG has no alpha channel"));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "f.jpg"));
  }
}

TEST_F(CliPicture, LittleMemoryIsAnErrorAndNotACrash) {
  for (const std::size_t mebibytes : {600, 800, 1200}) {
    const Outcome outcome = run(
        folder_, {"upsample", kPhotos / "coffee.png", "b.png", "--size", "60", "--threads", "1"},
        {.address_space = mebibytes << 20});
    EXPECT_EQ(outcome.status, 1) << outcome.err;
    EXPECT_THAT(outcome.err, ::testing::StartsWith("halfpixel: "));
    EXPECT_EQ(folder_.entries(), 0);
  }
}
#endif

}  // namespace
}  // namespace halfpixel
#endif
