// Many files, standard streams, and files that are not to be written over.
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include <halfpixel/npy.hpp>
#include <halfpixel/tensor.hpp>
#ifdef HALFPIXEL_HAS_IMAGE
#include <halfpixel/image.hpp>
#endif

#include "cli/program.hpp"
#include "core/equal.hpp"

namespace halfpixel {
namespace {

using test::Outcome;
using test::run;
using test::TempFolder;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

class CliFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    io::write_npy(folder_ / "a.npy", arange(4).reshape({1, 2, 2, 1}));
    io::write_npy(folder_ / "b.npy", arange(6).reshape({1, 2, 3, 1}));
    test::write_bytes(folder_ / "bad.npy", "not an array");
  }
  Shape shape_of(const std::string& name) { return io::read_npy(folder_ / name).shape(); }
  bool is_there(const std::string& name) { return fs::exists(folder_ / name); }
  TempFolder folder_;
};

TEST_F(CliFiles, ManyGoToAFolderThatIsMade) {
  const Outcome outcome = run(folder_, {"upsample", "a.npy", "b.npy", "-o", "new/big"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(shape_of("new/big/a.npy"), (Shape{1, 4, 4, 1}));
  EXPECT_EQ(shape_of("new/big/b.npy"), (Shape{1, 4, 6, 1}));
}

TEST_F(CliFiles, APatternNamesThem) {
  const Outcome outcome = run(folder_, {"resize", "a.npy", "b.npy", "--output",
                                        "{name}-{size}.{ext}", "--size", "fit:8x8"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(shape_of("a-fit-8x8.npy"), (Shape{1, 8, 8, 1}));
  EXPECT_EQ(shape_of("b-fit-8x8.npy"), (Shape{1, 5, 8, 1}));
  EXPECT_THAT(run(folder_, {"upsample", "a.npy", "-o", "{nam}.npy"}).err,
              HasSubstr("{ext}, {name}, {size}; got '{nam}'"));
}

TEST_F(CliFiles, OneThatFailsDoesNotKeepTheOthers) {
  const Outcome outcome = run(folder_, {"upsample", "bad.npy", "a.npy", "none.npy", "-o", "out"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 3) << outcome.err;
  EXPECT_THAT(outcome.err, EndsWith("\nhalfpixel: 2 of 3 failed: bad.npy, none.npy\n"));
  EXPECT_TRUE(is_there("out/a.npy"));
  EXPECT_FALSE(is_there("out/bad.npy"));
}

TEST_F(CliFiles, FoldersOfWhatFailedGoAgain) {
  std::filesystem::create_directory(folder_ / "there");
  EXPECT_EQ(run(folder_, {"upsample", "bad.npy", "none.npy", "-o", "new/deep"}).status, 1);
  EXPECT_FALSE(is_there("new"));
  EXPECT_EQ(run(folder_, {"upsample", "bad.npy", "none.npy", "-o", "there/deep"}).status, 1);
  EXPECT_FALSE(is_there("there/deep"));
  EXPECT_TRUE(is_there("there"));
}

TEST_F(CliFiles, NoInIsWrittenOverAmongMany) {
  const std::string before = test::read_bytes(folder_ / "a.npy");
  const std::vector<std::vector<std::string>> lines = {
      {"upsample", "b.npy", "a.npy", "-o", "."},
      {"upsample", "b.npy", "a.npy", "-o", "./{name}.npy"},
      {"upsample", "a.npy", "-o", "."},
      {"upsample", "a.npy", "./a.npy", "-o", "out"},
      {"upsample", "a.npy", "b.npy", "-o", "same.npy"},
      {"upsample", "a.npy", "b.npy", "-o", "{size}.npy"},
      {"upsample", "a.npy", "b.npy", "c.npy"}};
  for (const auto& words : lines) {
    const Outcome outcome = run(folder_, words);
    EXPECT_EQ(outcome.status, 2) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("; try: halfpixel upsample --help\n"));
    EXPECT_EQ(test::read_bytes(folder_ / "a.npy"), before);
    EXPECT_EQ(folder_.entries(), 3);
  }
  EXPECT_EQ(run(folder_, {"upsample", "a.npy", "-o", "a.npy"}).status, 0);  // as it is said
}

#ifdef HALFPIXEL_HAS_IMAGE
TEST_F(CliFiles, AnEarlierResultIsWrittenOverAndAnotherPhotoIsNot) {
  const auto photo = [](std::int64_t height, std::int64_t width, std::int64_t bright) {
    Tensor pixels({height, width, 1}, DType::uint8);
    for (std::int64_t i = 0; i < pixels.size(); ++i) {
      const std::int64_t y = i / width * 60 / height, x = i % width * 90 / width;
      pixels.data<std::uint8_t>()[i] =
          static_cast<std::uint8_t>((x * bright + y * (4 - bright)) % 256);
    }
    return pixels;
  };
  io::write_image(folder_ / "photo.png", photo(60, 90, 2));
  EXPECT_EQ(run(folder_, {"resize", "photo.png", "small.png", "--size", "50%"}).status, 0);
  EXPECT_EQ(run(folder_, {"resize", "photo.png", "small.png", "--size", "40%"}).status, 0);
  EXPECT_EQ(run(folder_, {"upsample", "photo.png", "small.png", "--size", "3"}).status, 0);
  EXPECT_EQ(io::read_image(folder_ / "small.png").shape(), Shape({180, 270, 1}));
  io::write_image(folder_ / "small.png", photo(40, 60, 3));  // proportions alike, another picture
  EXPECT_EQ(run(folder_, {"resize", "photo.png", "small.png", "--size", "50%"}).status, 2);
  EXPECT_EQ(io::read_image(folder_ / "small.png").shape(), Shape({40, 60, 1}));
}
#endif

TEST_F(CliFiles, TwoNamesOfAShellAreNotInAndOut) {
  fs::remove(folder_ / "bad.npy");
  const std::string before = test::read_bytes(folder_ / "b.npy");
  EXPECT_EQ(run(folder_, {"upsample", "a.npy", "b.npy"}).status, 2);
  EXPECT_EQ(test::read_bytes(folder_ / "b.npy"), before);
  io::write_npy(folder_ / "b.npy", io::read_npy(folder_ / "a.npy"));
  const Outcome alike = run(folder_, {"resize", "a.npy", "b.npy", "--size", "7x7"});
  EXPECT_EQ(alike.status, 2) << alike.err;
  EXPECT_THAT(alike.err, HasSubstr("for both: -o FOLDER; if OUT is meant: -o b.npy"));
  EXPECT_EQ(io::read_npy(folder_ / "b.npy").shape(), (Shape{1, 2, 2, 1}));
  // Said so, made by the same command before, or not all of the folder: it is OUT.
  EXPECT_EQ(run(folder_, {"upsample", "a.npy", "-o", "b.npy"}).status, 0);
  EXPECT_EQ(run(folder_, {"upsample", "a.npy", "b.npy"}).status, 0);
  EXPECT_EQ(run(folder_, {"upsample", "a.npy", "b.npy", "--size", "3"}).status, 0);
  io::write_npy(folder_ / "b.npy", io::read_npy(folder_ / "a.npy"));
  io::write_npy(folder_ / "c.npy", io::read_npy(folder_ / "a.npy"));
  EXPECT_EQ(run(folder_, {"upsample", "a.npy", "b.npy"}).status, 0);
  test::write_bytes(folder_ / "b.npy", "nothing to lose");
  fs::remove(folder_ / "c.npy");
  EXPECT_EQ(run(folder_, {"upsample", "a.npy", "b.npy"}).status, 0);
}

TEST_F(CliFiles, WhatIsThereMayBeKept) {
  test::write_bytes(folder_ / "y.npy", "kept");
  const Outcome refused = run(folder_, {"upsample", "a.npy", "y.npy", "--no-clobber"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("y.npy is there already (--no-clobber)"));
  EXPECT_EQ(run(folder_, {"upsample", "a.npy", "y.npy", "--skip-existing"}).status, 0);
  EXPECT_EQ(test::read_bytes(folder_ / "y.npy"), "kept");
  EXPECT_EQ(run(folder_, {"upsample", "a.npy", "z.npy", "--no-clobber"}).status, 0);
  EXPECT_EQ(
      run(folder_, {"upsample", "none.npy", "y.npy", "--no-clobber", "--skip-existing"}).status, 2);
}

TEST_F(CliFiles, AFolderAsOutIsCalledOne) {
  fs::create_directory(folder_ / "out");
  const Outcome outcome = run(folder_, {"upsample", "a.npy", "out"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("OUT out is a folder; -o out writes into it"));
}

TEST_F(CliFiles, ALinkStaysALinkWithoutATarget) {
  fs::create_directory(folder_ / "real");
  fs::create_symlink("real/y.npy", folder_ / "link.npy");
  fs::create_symlink("link.npy", folder_ / "chain.npy");
  EXPECT_EQ(run(folder_, {"upsample", "a.npy", "chain.npy"}).status, 0);
  EXPECT_TRUE(fs::is_symlink(folder_ / "link.npy"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "chain.npy"));
  EXPECT_EQ(shape_of("real/y.npy"), (Shape{1, 4, 4, 1}));
  fs::create_symlink("round.npy", folder_ / "round.npy");
  EXPECT_EQ(run(folder_, {"upsample", "a.npy", "round.npy"}).status, 1);
}

TEST_F(CliFiles, StandardStreamsCarryWhatFilesWould) {
  ASSERT_EQ(run(folder_, {"upsample", "a.npy", "y.npy"}).status, 0);
  const std::string wanted = test::read_bytes(folder_ / "y.npy");
  test::Surroundings from_a;
  from_a.in_path = folder_ / "a.npy";
  EXPECT_EQ(run(folder_, {"upsample", "-", "-", "--format", "npy"}, from_a).out, wanted);
  EXPECT_EQ(run(folder_, {"upsample", "a.npy", "-", "--format", "npy"}).out, wanted);
  EXPECT_EQ(run(folder_, {"upsample", "-", "z.npy"}, from_a).status, 0);
  EXPECT_EQ(test::read_bytes(folder_ / "z.npy"), wanted);
  EXPECT_THAT(run(folder_, {"upsample", "-", "-o", "out"}, from_a).err, HasSubstr("--format"));
  const Outcome formatless = run(folder_, {"upsample", "a.npy", "-"});
  EXPECT_EQ(formatless.status, 2);
  EXPECT_THAT(formatless.err, HasSubstr("OUT - needs --format"));
  from_a.in_path = folder_ / "bad.npy";
  const Outcome bad = run(folder_, {"upsample", "-", "-", "--format", "npy"}, from_a);
  EXPECT_EQ(bad.status, 1);
  EXPECT_EQ(bad.out, "");
  EXPECT_THAT(bad.err, HasSubstr("standard input"));
  EXPECT_THAT(bad.err, Not(HasSubstr(".tmp")));
}

TEST_F(CliFiles, UnknownOptionsAreNamedAsTypedWithWhatIsMeant) {
  const auto line = [&](const std::vector<std::string>& words) {
    const Outcome outcome = run(folder_, words);
    EXPECT_EQ(outcome.status, 2);
    return outcome.err;
  };
  EXPECT_THAT(line({"resize", "a.npy", "y.npy", "--width", "300"}),
              HasSubstr("unknown option --width; here it is --size"));
  EXPECT_THAT(line({"resize", "a.npy", "y.npy", "--zulu", "--alpha=2", "--mike"}),
              HasSubstr("unknown options --zulu, --alpha=2, --mike"));
  EXPECT_THAT(line({"resize", "a.npy", "y.npy", "--interpolation", "area"}), HasSubstr("--method"));
  EXPECT_THAT(line({"upsample", "a.npy", "y.npy", "--method", "area"}),
              HasSubstr("--interpolation"));
  EXPECT_THAT(line({"upsample", "a.npy", "y.npy", "--thread", "2"}),
              HasSubstr("did you mean --threads?"));
}

TEST_F(CliFiles, ARefusalSaysWhatToType) {
  io::write_npy(folder_ / "hwc.npy", zeros({8, 9, 3}, DType::uint8));
  io::write_npy(folder_ / "bool.npy", zeros({1, 4, 4, 3}, DType::boolean));
  io::write_npy(folder_ / "i64.npy", zeros({1, 4, 4, 3}, DType::int64));
  io::write_npy(folder_ / "u16.npy", zeros({1, 4, 4, 3}, DType::uint16));
  io::write_npy(folder_ / "rgba.npy", zeros({1, 4, 4, 4}, DType::uint8));
  test::write_bytes(
      folder_ / "fields.npy",
      std::string("\x93NUMPY\x01\x00\x76\x00", 10) +
          "{'descr': [('a', '<f4'), ('b', '<i4')], 'fortran_order': False, 'shape': (0,), }" +
          std::string(118 - 81, ' ') + "\n");
  const auto said = [&](int status, const std::vector<std::string>& words) {
    const Outcome outcome = run(folder_, words);
    EXPECT_EQ(outcome.status, status) << outcome.err;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    return outcome.err;
  };
  const std::string instead = "halfpixel resize hwc.npy y.npy --size 300% --method nearest";
  EXPECT_THAT(said(0, {"upsample", "hwc.npy", "y.npy", "--size", "3"}),
              AllOf(HasSubstr("UpSampling1D"), HasSubstr(instead)));
  EXPECT_THAT(said(1, {"upsample", "hwc.npy", "y.npy", "--size", "3x3"}), HasSubstr(instead));
  ASSERT_EQ(
      run(folder_, {"resize", "hwc.npy", "y.npy", "--size", "300%", "--method", "nearest"}).status,
      0);
  EXPECT_EQ(shape_of("y.npy"), (Shape{24, 27, 3}));
  EXPECT_THAT(said(1, {"upsample", "fields.npy", "y.npy"}), EndsWith("as in x['a']\n"));
  EXPECT_THAT(said(2, {"upsample", "a.npy", "y.npy", "--size", "1.5"}),
              HasSubstr("halfpixel resize --size 150%"));
  EXPECT_THAT(said(2, {"a.npy", "y.npy"}), HasSubstr("halfpixel upsample a.npy"));
  EXPECT_EQ(run(folder_, {"help", "resize"}).out, run(folder_, {"resize", "--help"}).out);
  EXPECT_EQ(run(folder_, {"version"}).out, run(folder_, {"--version"}).out);
#ifdef HALFPIXEL_HAS_IMAGE
  EXPECT_THAT(said(1, {"upsample", "hwc.npy", "y.png", "--size", "3"}), HasSubstr("UpSampling1D"));
  EXPECT_THAT(said(1, {"upsample", "bool.npy", "y.png"}), HasSubstr("x.astype(np.uint8) * 255"));
  EXPECT_THAT(said(1, {"upsample", "i64.npy", "y.png"}), HasSubstr("np.load('i64.npy')"));
  EXPECT_THAT(said(1, {"upsample", "u16.npy", "y.jpg"}),
              HasSubstr("halfpixel upsample u16.npy y.png … keeps them"));
  EXPECT_THAT(said(1, {"resize", "rgba.npy", "y.jpg", "--size", "50%"}),
              HasSubstr("halfpixel resize rgba.npy y.png … keeps them"));
#endif
}

struct Sized {
  const char* size;
  Shape shape;
};

TEST_F(CliFiles, SizesMayDependOnIn) {
  io::write_npy(folder_ / "x.npy", zeros({1, 20, 30, 1}));
  io::write_npy(folder_ / "thin.npy", zeros({1000, 1, 2}));
  const std::vector<Sized> sizes = {{"50%", {1, 10, 15, 1}},       {"1.5x", {1, 30, 45, 1}},
                                    {"40x", {1, 40, 60, 1}},       {"x60", {1, 40, 60, 1}},
                                    {"fit:15x15", {1, 10, 15, 1}}, {"fit:60x30", {1, 30, 45, 1}},
                                    {"fill:8x4", {1, 4, 8, 1}},    {"0.1%", {1, 1, 1, 1}}};
  for (const Sized& sized : sizes) {
    EXPECT_EQ(run(folder_, {"resize", "x.npy", "y.npy", "--size", sized.size}).status, 0);
    EXPECT_EQ(shape_of("y.npy"), sized.shape) << sized.size;
  }
  EXPECT_EQ(run(folder_, {"resize", "thin.npy", "y.npy", "--size", "fit:100x100"}).status, 0);
  EXPECT_EQ(shape_of("y.npy"), (Shape{100, 1, 2}));
  for (const char* wrong : {"2x", "fit:3", "fit:x3", "fill:0x3", "%", "0%", "-1%", "1.5.1x", "x",
                            "1e2%", "fit:3x3x3", "fit:50%"}) {
    const Outcome outcome = run(folder_, {"resize", "none.npy", "y.npy", "--size", wrong});
    EXPECT_EQ(outcome.status, 2) << wrong << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("--size")) << wrong;
  }
  EXPECT_EQ(
      run(folder_, {"resize", "x.npy", "y.npy", "--size", "50%", "--preserve-aspect-ratio"}).status,
      2);
}

// fill has the numbers of resize on the middle that Keras' Resizing cuts out.
TEST_F(CliFiles, FillResizesTheMiddle) {
  const Tensor x = random::normal({2, 6, 9, 2}, 0, 1, DType::float32, 5);
  io::write_npy(folder_ / "x.npy", x);
  Tensor middle({2, 6, 6, 2}, DType::float32);
  for (std::int64_t i = 0; i < middle.size(); ++i) {
    const std::int64_t c = i % 2, column = i / 2 % 6, row = i / 12;
    middle.data<float>()[i] = x.data<float>()[(row * 9 + column + 1) * 2 + c];
  }
  io::write_npy(folder_ / "middle.npy", middle);
  ASSERT_EQ(run(folder_, {"resize", "x.npy", "y.npy", "--size", "fill:4x4"}).status, 0);
  ASSERT_EQ(run(folder_, {"resize", "middle.npy", "z.npy", "--size", "4x4"}).status, 0);
  EXPECT_EQ(test::read_bytes(folder_ / "y.npy"), test::read_bytes(folder_ / "z.npy"));
}

#ifdef HALFPIXEL_HAS_IMAGE
TEST_F(CliFiles, PicturesAreFilledAsArraysAre) {
  Tensor pixels({6, 9, 3}, DType::uint8);
  for (std::int64_t i = 0; i < pixels.size(); ++i)
    pixels.data<std::uint8_t>()[i] = static_cast<std::uint8_t>(i * 37 % 251);
  io::write_image(folder_ / "p.png", pixels);
  io::write_npy(folder_ / "p.npy", pixels);
  for (const char* method : {"bilinear", "nearest"}) {
    const std::vector<std::string> common = {"--size", "fill:5x7", "--method", method};
    std::vector<std::string> picture = {"resize", "p.png", "o.png"},
                             array = {"resize", "p.npy", "o2.png"};
    picture.insert(picture.end(), common.begin(), common.end());
    array.insert(array.end(), common.begin(), common.end());
    ASSERT_EQ(run(folder_, picture).status, 0);
    ASSERT_EQ(run(folder_, array).status, 0);
    const Tensor a = io::read_image(folder_ / "o.png"), b = io::read_image(folder_ / "o2.png");
    EXPECT_EQ(a.shape(), (Shape{7, 5, 3}));
    EXPECT_TRUE(same_bits(a, b));
  }
}

TEST_F(CliFiles, AFormatChangesTheEnding) {
  io::write_image(folder_ / "p.png", zeros({4, 4, 3}, DType::uint8));
  io::write_image(folder_ / "q.png", zeros({5, 4, 3}, DType::uint8));
  EXPECT_EQ(run(folder_, {"upsample", "p.png", "q.png", "-o", "out", "--format", "jpg"}).status, 0);
  EXPECT_EQ(io::read_image(folder_ / "out/q.jpg").shape(), (Shape{10, 8, 3}));
  EXPECT_EQ(run(folder_, {"upsample", "p.png", "q.png"}).status, 2);
  EXPECT_EQ(run(folder_, {"upsample", "p.png", "q.png", "-o", "out", "--format", "bmp"}).status, 2);
  EXPECT_EQ(run(folder_, {"upsample", "p.png", "y.jpg", "--format", "png"}).status, 2);
  EXPECT_EQ(run(folder_, {"upsample", "p.png", "-o", "y.jpg", "--format", "png"}).status, 2);
}
#endif

}  // namespace
}  // namespace halfpixel
