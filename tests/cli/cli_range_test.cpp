// run --input-range and --output-range: what stands for the samples of a picture.
#if defined(HALFPIXEL_HAS_MODEL) && defined(HALFPIXEL_HAS_IMAGE)
#include <algorithm>
#include <cmath>
#include <cstdint>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/image.hpp>
#include <halfpixel/keras/layers.hpp>
#include <halfpixel/keras/model.hpp>
#include <halfpixel/keras/ops.hpp>
#include <halfpixel/npy.hpp>

#include "cli/program.hpp"
#include "core/equal.hpp"

namespace halfpixel {
namespace {

using test::Outcome;
using test::run;
using ::testing::HasSubstr;
using Words = std::vector<std::string>;

class CliRange : public ::testing::Test {
 protected:
  CliRange() {
    const auto photo = keras::Input({.shape = {kUnknown, kUnknown, 3}, .name = "photo"});
    keras::Model(photo, photo * 1.0, {.name = "same"}).save(folder_ / "same.keras");
    Tensor all({16, 16, 3}, DType::uint8);
    for (std::int64_t i = 0; i < all.size(); ++i)
      all.data<std::uint8_t>()[i] = static_cast<std::uint8_t>(i);
    io::write_image(folder_ / "all.png", all);
    io::write_image(folder_ / "deep.png", all.astype(DType::uint16));
  }
  Outcome good(const Words& words) {
    Outcome outcome = run(folder_, words);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return outcome;
  }
  test::TempFolder folder_;
};

TEST_F(CliRange, SamplesBecomeWhatPythonMakesOfThem) {
  good({"run", "same.keras", "all.png", "unit.npy", "--input-range", "0..1"});
  good({"run", "same.keras", "all.png", "signed.npy", "--input-range", "-1..1"});
  good({"run", "same.keras", "deep.png", "deep.npy", "--input-range", "0..1"});
  const Tensor unit = io::read_npy(folder_ / "unit.npy");
  const Tensor both = io::read_npy(folder_ / "signed.npy");
  const Tensor deep = io::read_npy(folder_ / "deep.npy");
  for (std::int64_t i = 0; i < unit.size(); ++i) {
    const auto x = static_cast<float>(static_cast<std::uint8_t>(i));
    EXPECT_EQ(unit.data<float>()[i], x / 255.0F);
    EXPECT_EQ(both.data<float>()[i], x / 127.5F - 1.0F);
    EXPECT_EQ(deep.data<float>()[i], x / 65535.0F);
  }
}

TEST_F(CliRange, SamplesComeBack) {
  for (const char* range : {"0..1", "-1..1", "-0.5..0.5"}) {
    for (const char* name : {"all.png", "deep.png"}) {
      good(
          {"run", "same.keras", name, "back.png", "--input-range", range, "--output-range", range});
      EXPECT_TRUE(same_bits(io::read_image(folder_ / "back.png"), io::read_image(folder_ / name)))
          << range << " " << name;
    }
  }
}

TEST_F(CliRange, ABlackResultIsSaid) {
  const Outcome black = good({"run", "same.keras", "all.png", "y.png", "--input-range", "0..1"});
  EXPECT_THAT(black.err, HasSubstr("y.png is black"));
  EXPECT_THAT(black.err, HasSubstr("--output-range 0..1"));
  EXPECT_EQ(good({"run", "same.keras", "all.png", "y.png"}).err, "");
  EXPECT_EQ(good({"run", "same.keras", "all.png", "y.npy", "--input-range", "0..1"}).err, "");
  io::write_npy(folder_ / "unit.npy", zeros({1, 4, 4, 3}, DType::float32));
  EXPECT_EQ(good({"upsample", "unit.npy", "y.png"}).err, "");  // zeros are black by right
  Tensor half({1, 4, 4, 3}, DType::float32);
  for (float& value : half.span<float>()) value = 0.5F;
  io::write_npy(folder_ / "unit.npy", half);
  EXPECT_THAT(good({"upsample", "unit.npy", "y.png"}).err, HasSubstr("y.png is black"));
}

TEST_F(CliRange, ResultsThatAreNoNumbersAreSaid) {
  io::write_npy(folder_ / "nan.npy", full({1, 4, 4, 3}, std::nan("")));
  EXPECT_THAT(good({"upsample", "nan.npy", "y.png"}).err, HasSubstr("all its values are NaN"));
}

TEST_F(CliRange, ValuesThatNoSampleHasAreSaid) {
  const auto told = [&](const std::vector<float>& values, const Words& more = {}) {
    Tensor x({1, 2, 2, 1}, DType::float32);
    std::copy(values.begin(), values.end(), x.data<float>());
    io::write_npy(folder_ / "v.npy", x);
    Words words{"resize", "v.npy", "y.png", "--size", "2x2"};
    words.insert(words.end(), more.begin(), more.end());
    return good(words).err;
  };
  const float nan = std::nanf("");
  for (const Words& dialect : {Words{}, Words{"--dialect", "opencv"}}) {
    EXPECT_EQ(told({0, 100, 255.3F, -0.2F}, dialect), "");
    EXPECT_THAT(told({-100, 300, 4000, 20}, dialect),
                HasSubstr("y.png: the values of IN are from -100 to 4000; below 0 is 0 and above "
                          "255 is 255"));
    EXPECT_THAT(told({0, 100, nan, 2}, dialect), HasSubstr("y.png: 1 of 4 values of IN are NaN"));
    EXPECT_THAT(told({0, 0.5F, 1, 0}, dialect), HasSubstr("multiply them by 255"));
    EXPECT_THAT(told({0, 0.5F, 1, -1}, dialect), HasSubstr("x * 127.5 + 127.5"));
  }
  // Overshoots of a filter are its own.
  EXPECT_EQ(told({0, 255, 255, 0}, {"--method", "bicubic", "--dialect", "tf2"}), "");
}

// Go's colours are multiplied by alpha, those of files are not.
TEST_F(CliRange, PicturesThatAreSeenThroughAreNoneOfGo) {
  Tensor faint({4, 4, 4}, DType::uint8);
  for (std::uint8_t& sample : faint.span<std::uint8_t>()) sample = 128;
  io::write_image(folder_ / "faint.png", faint);
  const Words words{"resize",         "faint.png", "y.png",  "--dialect", "go",
                    "--interpolator", "BiLinear",  "--size", "8x8"};
  const Outcome refused = run(folder_, words);
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("multiplied by alpha"));
  for (std::int64_t i = 3; i < faint.size(); i += 4) faint.data<std::uint8_t>()[i] = 255;
  io::write_image(folder_ / "faint.png", faint);
  good(words);
}

TEST_F(CliRange, LargePhotosByBandsHaveTheSameSamples) {
  good({"upsample", "all.png", "large.png", "--size", "40"});  // 640x640, in bands
  good({"run", "same.keras", "large.png", "back.png", "--input-range", "-1..1", "--output-range",
        "-1..1", "--max-memory", "6"});
  EXPECT_TRUE(
      same_bits(io::read_image(folder_ / "back.png"), io::read_image(folder_ / "large.png")));
}

TEST_F(CliRange, WordsThatAreNoRangeAreRefused) {
  for (const char* text : {"1..0", "0-1", "0..", "..1", "0..one", "0..inf", "nan..1", "1..1"}) {
    const Outcome outcome = run(
        folder_, {"run", "same.keras", "none.png", "y.png", std::string("--output-range=") + text});
    EXPECT_EQ(outcome.status, 2) << text;
    EXPECT_THAT(outcome.err, HasSubstr("LOW..HIGH")) << text;
  }
}

TEST_F(CliRange, ARangeThatNothingHasIsRefused) {
  good({"run", "same.keras", "all.png", "y.npy", "--input-range", "0..1"});
  const Outcome out =
      run(folder_, {"run", "same.keras", "all.png", "y.npy", "--output-range", "0..1"});
  EXPECT_EQ(out.status, 1);
  EXPECT_THAT(out.err, HasSubstr("--output-range is of results that become pictures"));
  const Outcome in = run(folder_, {"run", "same.keras", "y.npy", "y.png", "--input-range", "0..1"});
  EXPECT_EQ(in.status, 1);
  EXPECT_THAT(in.err, HasSubstr("--input-range is of pictures that go in"));
}

TEST_F(CliRange, ModelsComeFirstAndTimesNeedNoOut) {
  const Outcome swapped = run(folder_, {"run", "all.png", "same.keras", "y.png"});
  EXPECT_EQ(swapped.status, 2);
  EXPECT_THAT(swapped.err, HasSubstr("MODEL goes first"));
  EXPECT_THAT(good({"run", "same.keras", "all.png", "--repeat", "2"}).out, HasSubstr("min_ms"));
  for (const char* limit : {"1G", "512M", "64", "64MiB", "64MB"})
    good({"run", "same.keras", "all.png", "y.png", "--max-memory", limit});
  for (const char* limit : {"8X", "G", "-1G", "8GG", "8i", "8B", "0M"}) {
    const Outcome outcome = run(
        folder_, {"run", "same.keras", "all.png", "y.png", std::string("--max-memory=") + limit});
    EXPECT_EQ(outcome.status, 2) << limit;
    EXPECT_THAT(outcome.err, HasSubstr("512M or 8G")) << limit;
  }
}

}  // namespace
}  // namespace halfpixel
#endif
