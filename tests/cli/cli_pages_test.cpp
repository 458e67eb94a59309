// Pages, frames, bands and samples that pictures have beside bytes of red, green and blue.
#ifdef HALFPIXEL_HAS_IMAGE
#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/image.hpp>
#include <halfpixel/npy.hpp>
#include <halfpixel/tf_image.hpp>

#include "cli/program.hpp"
#include "core/equal.hpp"

namespace halfpixel {
namespace {

using test::Outcome;
using test::run;
using test::TempFolder;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Words = std::vector<std::string>;

const std::filesystem::path kPictures = HALFPIXEL_SOURCE_DIR "/tests/data/pictures";

class CliPages : public ::testing::Test {
 protected:
  void make(const Words& words) {
    const Outcome outcome = run(folder_, words);
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out + outcome.err, "");
  }
  // Each page has a size of its own.
  void write_pages(const char* name) {
    io::ImageWriter writer(folder_ / name, 3);
    for (int page = 0; page < 3; ++page)
      writer.write(full({4 + page, 5, 3}, 10.0 * page, DType::uint8));
    writer.finish();
  }
  TempFolder folder_;
};

TEST_F(CliPages, TheFirstOneAloneIsSaidAndNeverReplacesAll) {
  write_pages("a.tif");
  const std::string before = test::read_bytes(folder_ / "a.tif");
  const Outcome in_place = run(folder_, {"upsample", "a.tif", "a.tif"});
  EXPECT_EQ(in_place.status, 1);
  EXPECT_THAT(in_place.err, HasSubstr("3 pages"));
  EXPECT_THAT(in_place.err, HasSubstr("--page all"));
  EXPECT_EQ(test::read_bytes(folder_ / "a.tif"), before);
  const Outcome one = run(folder_, {"upsample", "a.tif", "b.png"});
  EXPECT_EQ(one.status, 0);
  EXPECT_THAT(one.err, StartsWith("halfpixel: warning: a.tif has 3 pages"));
  EXPECT_EQ(one.err.find('\n'), one.err.size() - 1);
  EXPECT_EQ(io::read_image(folder_ / "b.png").shape(), Shape({8, 10, 3}));
}

TEST_F(CliPages, AreWorkedOneOrAll) {
  write_pages("a.tif");
  make({"upsample", "a.tif", "b.png", "--page", "2"});
  EXPECT_TRUE(same_bits(io::read_image(folder_ / "b.png"), full({12, 10, 3}, 20, DType::uint8)));
  make({"upsample", "a.tif", "a.tif", "--page", "all"});
  io::ImageReader reader(folder_ / "a.tif");
  ASSERT_EQ(reader.pages(), 3);
  for (int page = 0; page < 3; ++page) {
    EXPECT_TRUE(same_bits(reader.read(page).pixels,
                          full({8 + 2 * page, 10, 3}, 10.0 * page, DType::uint8)));
  }
  EXPECT_EQ(run(folder_, {"upsample", "a.tif", "b.png", "--page", "3"}).status, 1);
  EXPECT_EQ(run(folder_, {"upsample", "a.tif", "b.png", "--page", "all"}).status, 1);
  EXPECT_EQ(run(folder_, {"upsample", "a.tif", "b.png", "--page", "-1"}).status, 2);
  EXPECT_THAT(run(folder_, {"upsample", "a.tif", "b.npy", "--page", "all"}).err,
              HasSubstr("must be alike"));
}

TEST_F(CliPages, AnimationsKeepFramesAndDurations) {
  for (const char* from : {"frames.webp", "frames.gif", "frames.png"}) {
    for (const char* to : {"o.webp", "o.gif", "o.tif"}) {
      SCOPED_TRACE(std::string(from) + " -> " + to);
      const Outcome outcome = run(folder_, {"upsample", kPictures / from, to, "--page", "all"});
      ASSERT_EQ(outcome.status, 0) << outcome.err;
      // Pages of a TIFF have no durations.
      const bool timeless = std::string_view(to) == "o.tif";
      EXPECT_THAT(outcome.err, timeless ? HasSubstr("how long frames are shown") : HasSubstr(""));
      EXPECT_EQ(outcome.err.empty(), !timeless) << outcome.err;
      io::ImageReader before(kPictures / from);
      io::ImageReader after(folder_ / to);
      ASSERT_EQ(before.pages(), 4);
      ASSERT_EQ(after.pages(), 4);
      for (int page = 0; page < 4; ++page) {
        const io::Image was = before.read(page);
        const io::Image is = after.read(page);
        EXPECT_EQ(is.pixels.shape()[0], 2 * was.pixels.shape()[0]);
        EXPECT_EQ(is.pixels.data<std::uint8_t>()[0], was.pixels.data<std::uint8_t>()[0]);
        if (!timeless) {
          EXPECT_EQ(is.metadata.delay_ms(), was.metadata.delay_ms());
        }
      }
      EXPECT_EQ(before.read(1).metadata.delay_ms(), 250);
    }
    make({"upsample", kPictures / from, "o.npy", "--page", "all"});
    EXPECT_EQ(io::read_npy(folder_ / "o.npy").shape()[0], 4);
  }
}

TEST_F(CliPages, WarningsNameStreamsAndNotWhatStandsForThem) {
  const test::Surroundings from{.in_path = (kPictures / "frames.gif").native()};
  const Outcome picture = run(folder_, {"upsample", "-", "-", "--format", "gif"}, from);
  EXPECT_THAT(picture.err,
              ::testing::StartsWith("halfpixel: warning: standard input has 4 frames, of which"));
  const Outcome page = run(folder_, {"compare", "-", "--size", "50%", "--dialects", "tf2"}, from);
  EXPECT_THAT(page.err, HasSubstr("warning: standard input has 4 frames"));
  io::write_image(folder_ / "faint.png", full({4, 4, 4}, 100, DType::uint8));
  const Outcome out = run(folder_, {"upsample", "faint.png", "-", "--format", "gif"});
  EXPECT_EQ(
      out.err,
      "halfpixel: warning: standard output: GIF cannot hold partial transparency: left out\n");
}

TEST_F(CliPages, EqualFramesStayFrames) {
  io::ImageWriter writer(folder_ / "a.tif", 3);
  for (int page = 0; page < 3; ++page) writer.write(full({4, 5, 3}, 90, DType::uint8));
  writer.finish();
  for (const char* to : {"o.webp", "o.gif"}) {
    make({"upsample", "a.tif", to, "--page", "all"});
    EXPECT_EQ(io::ImageReader(folder_ / to).pages(), 3) << to;
  }
}

TEST_F(CliPages, BandsThatAreNotAlphaAreNumbers) {
  make({"resize", kPictures / "rgbx.tif", "o.tif", "--size", "2x2"});
  EXPECT_TRUE(same_bits(io::read_image(folder_ / "o.tif"), io::read_npy(kPictures / "rgbx.npy")));
  EXPECT_FALSE(io::read_image_with_metadata(folder_ / "o.tif").metadata.has_alpha());
  const Outcome png = run(folder_, {"resize", kPictures / "rgbx.tif", "o.png", "--size", "2x2"});
  EXPECT_EQ(png.status, 1);
  EXPECT_THAT(png.err, HasSubstr(".tif"));
  // Colours and four further bands.
  for (const char* name : {"planes_uint8", "planes_float32"}) {
    const Tensor x = io::read_npy(kPictures / (std::string(name) + ".npy"));
    make({"resize", kPictures / (std::string(name) + ".tif"), "o.tif", "--size", "9x7"});
    const Tensor y = tf::image::resize(x, {9, 7});
    const Tensor out = io::read_image(folder_ / "o.tif");
    ASSERT_EQ(out.shape(), Shape({9, 7, 5}));
    if (x.dtype() == DType::float32) {
      EXPECT_TRUE(same_bits(out, y));
    }
  }
}

TEST_F(CliPages, SamplesStayWhatTheyAre) {
  for (const char* name :
       {"grey_int8", "grey_int16", "grey_int32", "grey_uint32", "grey_float32"}) {
    SCOPED_TRACE(name);
    const std::string in = kPictures / (std::string(name) + ".tif");
    const Tensor x = io::read_npy(kPictures / (std::string(name) + ".npy"));
    make({"upsample", in, "same.tif", "--size", "1"});
    EXPECT_TRUE(same_bits(io::read_image(folder_ / "same.tif"), x));
    make({"resize", in, "near.tif", "--size", "5x4", "--method", "nearest"});
    EXPECT_TRUE(same_bits(io::read_image(folder_ / "near.tif"), x));
    make({"resize", in, "big.tif", "--size", "10x8", "--method", "bicubic"});
    EXPECT_EQ(io::read_image(folder_ / "big.tif").dtype(), x.dtype());
    const Outcome png = run(folder_, {"upsample", in, "o.png"});
    EXPECT_EQ(png.status, 1);
    EXPECT_THAT(png.err, HasSubstr(".tif"));
  }
}

TEST_F(CliPages, OpaqueIsTheSameAsWithoutAlpha) {
  const Tensor rgb = io::read_npy(kPictures / "lzw_uint8.npy");  // (7, 9, 4)
  Tensor colours({7, 9, 3}, DType::uint8);
  Tensor opaque = rgb.clone();
  for (std::int64_t i = 0; i < 63; ++i) {
    std::memcpy(colours.data<std::uint8_t>() + 3 * i, rgb.data<std::uint8_t>() + 4 * i, 3);
    opaque.data<std::uint8_t>()[4 * i + 3] = 255;
  }
  io::write_image(folder_ / "rgb.png", colours);
  io::write_image(folder_ / "rgba.png", opaque);
  for (const char* method : {"bilinear", "bicubic", "lanczos3", "area"}) {
    make({"resize", "rgb.png", "a.png", "--size", "40x30", "--method", method});
    make({"resize", "rgba.png", "b.png", "--size", "40x30", "--method", method});
    const Tensor a = io::read_image(folder_ / "a.png");
    const Tensor b = io::read_image(folder_ / "b.png");
    for (std::int64_t i = 0; i < 1200; ++i) {
      ASSERT_EQ(std::memcmp(a.data<std::uint8_t>() + 3 * i, b.data<std::uint8_t>() + 4 * i, 3), 0);
      ASSERT_EQ(b.data<std::uint8_t>()[4 * i + 3], 255);
    }
  }
}

TEST_F(CliPages, StraightAlphaIsAChannelLikeTheOthers) {
  const Tensor x = io::read_npy(kPictures / "unassalpha_float32.npy");
  make({"resize", kPictures / "unassalpha_float32.tif", "o.tif", "--size", "9x9",
        "--straight-alpha"});
  EXPECT_TRUE(same_bits(io::read_image(folder_ / "o.tif"), tf::image::resize(x, {9, 9})));
}

TEST_F(CliPages, InvisibleColoursSurviveWebp) {
  const Tensor pixel = full({2, 2, 4}, 0, DType::uint8);
  Tensor x = pixel.clone();
  const std::uint8_t colour[] = {10, 20, 30, 0};
  for (int i = 0; i < 4; ++i) std::memcpy(x.data<std::uint8_t>() + 4 * i, colour, 4);
  io::write_image(folder_ / "a.png", x);
  make({"upsample", "a.png", "b.webp", "--size", "1"});
  EXPECT_TRUE(same_bits(io::read_image(folder_ / "b.webp"), x));
}

TEST_F(CliPages, OrientationMayStay) {
  make({"upsample", kPictures / "exif.jpg", "o.npy", "--size", "1", "--no-orientation"});
  EXPECT_EQ(io::read_npy(folder_ / "o.npy").shape(), Shape({1, 4, 6, 3}));
  make({"upsample", kPictures / "exif.jpg", "o.jpg", "--size", "1", "--no-orientation"});
  EXPECT_EQ(io::read_image(folder_ / "o.jpg").shape(), Shape({6, 4, 3}));
}

TEST_F(CliPages, WhatIsLeftOutIsSaidInALine) {
  const Outcome outcome = run(folder_, {"upsample", kPictures / "exif.jpg", "o.png"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.err, StartsWith("halfpixel: warning: o.png: PNG cannot hold IPTC"));
  EXPECT_EQ(outcome.err.find('\n'), outcome.err.size() - 1);
}

}  // namespace
}  // namespace halfpixel
#endif
