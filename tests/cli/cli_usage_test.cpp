// Wrong uses: the status, the line, and nothing left behind.
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/npy.hpp>
#include <halfpixel/tensor.hpp>

#include "cli/program.hpp"

namespace halfpixel {
namespace {

using test::Outcome;
using test::run;
using test::TempFolder;
using ::testing::HasSubstr;
using Words = std::vector<std::string>;

std::string join(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += word + " ";
  return text;
}

// One line of valid form that says something.
void expect_line(const Outcome& outcome, const Words& words) {
  EXPECT_EQ(outcome.err.rfind("halfpixel: ", 0), 0u) << join(words) << outcome.err;
  EXPECT_EQ(outcome.err.find('\n'), outcome.err.size() - 1) << join(words) << outcome.err;
  EXPECT_LE(outcome.err.size(), 2001u);
  EXPECT_EQ(outcome.out, "");
}

class CliUsage : public ::testing::Test {
 protected:
  void SetUp() override {
    io::write_npy(folder_ / "r2.npy", zeros({4, 4}));
    io::write_npy(folder_ / "r3.npy", zeros({1, 4, 2}));
    io::write_npy(folder_ / "r4.npy", zeros({1, 4, 4, 3}));
    io::write_npy(folder_ / "r5.npy", zeros({1, 2, 2, 2, 1}));
    io::write_npy(folder_ / "r6.npy", zeros({1, 2, 2, 2, 1, 1}));
    io::write_npy(folder_ / "bool.npy", zeros({1, 4, 4, 3}, DType::boolean));
    io::write_npy(folder_ / "u32.npy", zeros({1, 4, 4, 3}, DType::uint32));
    io::write_npy(folder_ / "i32.npy", zeros({1, 4, 4, 3}, DType::int32));
    io::write_npy(folder_ / "many.npy", zeros({2, 4, 4, 3}));
    io::write_npy(folder_ / "wide.npy", zeros({1, 4, 4, 5}));
    io::write_npy(folder_ / "flat.npy", zeros({1, 0, 4, 3}));
    test::write_bytes(folder_ / "text.npy", "not an array");
    test::write_bytes(folder_ / "text.png", "not a picture");
    std::filesystem::create_directory(folder_ / "folder.npy");
    ASSERT_EQ(::mkfifo((folder_ / "pipe.npy").c_str(), 0600), 0);
    entries_ = folder_.entries();
  }
  void expect(int status, const Words& words, const std::string& said = "") {
    const Outcome outcome = run(folder_, words);
    EXPECT_EQ(outcome.status, status) << join(words) << outcome.err;
    expect_line(outcome, words);
    EXPECT_THAT(outcome.err, HasSubstr(said)) << join(words);
    EXPECT_THAT(outcome.err, HasSubstr(status == 2 ? "--help" : ""));
    EXPECT_EQ(folder_.entries(), entries_) << join(words);
  }
  TempFolder folder_;
  int entries_ = 0;
};

// IN is missing throughout: had it been opened, the status would be 1.
TEST_F(CliUsage, WhatCanBeJudgedWithoutOpeningInIsStatus2) {
  const std::string no = "none.npy";
  const std::string y = "y.npy";
  const std::pair<Words, const char*> cases[] = {
      {{}, "command is missing"},
      {{"enlarge"}, "enlarge"},
      {{""}, "unknown command"},
      {{"--nonsense"}, "--nonsense"},
      {{"upsample"}, "IN"},
      {{"upsample", no}, "OUT"},
      {{"upsample", no, y, "z.npy"}, "z.npy"},
      {{"upsample", no, y, "--colour"}, "--colour"},
      {{"upsample", no, y, "--size"}, "--size"},
      {{"upsample", no, y, "--size", ""}, "--size"},
      {{"upsample", no, y, "--size", "0"}, "--size"},
      {{"upsample", no, y, "--size", "-2"}, "-2"},
      {{"upsample", no, y, "--size=-2"}, "--size"},
      {{"upsample", no, y, "--size", "2x0"}, "--size"},
      {{"upsample", no, y, "--size", "2x"}, "--size"},
      {{"upsample", no, y, "--size", "x2"}, "--size"},
      {{"upsample", no, y, "--size", "2xx2"}, "--size"},
      {{"upsample", no, y, "--size", "2X2"}, "--size"},
      {{"upsample", no, y, "--size", "2,2"}, "--size"},
      {{"upsample", no, y, "--size", " 2"}, "--size"},
      {{"upsample", no, y, "--size", "2.0"}, "--size"},
      {{"upsample", no, y, "--size", "two"}, "--size"},
      {{"upsample", no, y, "--size", "2x2x2x2"}, "--size"},
      {{"upsample", no, y, "--size", "99999999999999999999"}, "--size"},
      {{"upsample", no, y, "--size", "2147483648"}, "--size"},
      {{"upsample", no, y, "--size", "2", "--size", "3"}, "--size"},
      {{"upsample", no, y, "--size", "2x2x2", "--interpolation", "bilinear"}, "nearest only"},
      {{"upsample", no, y, "--interpolation", "cubic"}, "cubic"},
      {{"upsample", no, y, "--interpolation", ""}, "interpolation"},
      {{"upsample", no, y, "--interpolation", "area"}, "area"},
      {{"upsample", no, y, "--data-format", "NCHW"}, "data_format"},
      {{"upsample", no, y, "--threads", "0"}, "--threads"},
      {{"upsample", no, y, "--threads", "-1"}, "-1"},
      {{"upsample", no, y, "--threads", "many"}, "--threads"},
      {{"upsample", no, y, "--threads", "1.5"}, "--threads"},
      {{"upsample", no, y, "--threads", "99999999999"}, "--threads"},
      {{"upsample", no, y, "--method", "bilinear"}, "--method"},
      {{"upsample", no, "y"}, "ending"},
      {{"upsample", no, ""}, "ending"},
      {{"upsample", no, ".npy"}, "ending"},
      {{"upsample", no, "y.bmp"}, "y.bmp"},
      {{"upsample", no, "y.npx"}, "y.npx"},
      {{"upsample", "none.png", y, "--size", "2x2x2"}, "one or two"},
      {{"upsample", no, "y.png", "--data-format", "channels_first"}, "channels_last"},
      {{"resize", no, y}, "--size"},
      {{"resize", no, y, "--size", "4"}, "HEIGHTxWIDTH"},
      {{"resize", no, y, "--size", "4x4x4"}, "--size"},
      {{"resize", no, y, "--size", "0x4"}, "--size"},
      {{"resize", no, y, "--size", "4x2147483648"}, "--size"},
      {{"resize", no, y, "--size", "4x4", "--method", "cubic"}, "cubic"},
      {{"resize", no, y, "--size", "4x4", "--method", "BILINEAR"}, "BILINEAR"},
      {{"resize", no, y, "--size", "4x4", "--method", "nearest_neighbor"}, "nearest_neighbor"},
      {{"resize", no, y, "--size", "4x4", "--interpolation", "bilinear"}, "--interpolation"},
      {{"resize", no, y, "--size", "4x4", "--dialect", "tf3"}, "tf3"},
      {{"resize", no, y, "--size", "4x4", "--align-corners"}, "tf1"},
      {{"resize", no, y, "--size", "4x4", "--half-pixel-centers"}, "tf1"},
      {{"resize", no, y, "--size", "4x4", "--dialect", "tf2", "--align-corners"}, "tf1"},
      {{"resize", no, y, "--size", "4x4", "--dialect", "tf1", "--antialias"}, "--antialias"},
      {{"resize", no, y, "--size", "4x4", "--dialect", "tf1", "--method", "lanczos3"}, "method"},
      {{"resize", no, y, "--size", "4x4", "--dialect", "tf1", "--method", "gaussian"}, "method"},
      {{"resize", no, y, "--size", "4x4", "--dialect", "tf1", "--align-corners",
        "--half-pixel-centers"},
       "exclude"},
      {{"resize", no, y, "--size", "4x4", "--dialect", "tf1", "--method", "area",
        "--half-pixel-centers"},
       "area"},
      {{"resize", no, y, "--size", "4x4", "--dialect", "tf1", "--preserve-aspect-ratio",
        "--half-pixel-centers"},
       "exclude"},
      {{"resize", no, y, "--size", "4x4", "--threads", "0"}, "--threads"},
      {{"resize", no, "y.doc", "--size", "4x4"}, "y.doc"},
      {{"info", "--threads", "0"}, "--threads"},
      {{"info", "more"}, "more"},
      {{"info", "--yaml"}, "--yaml"},
  };
  for (const auto& [words, said] : cases) expect(2, words, said);
}

TEST_F(CliUsage, WhatInMustTellIsStatus1) {
  const std::pair<Words, const char*> cases[] = {
      {{"upsample", "none.npy", "y.npy"}, "No such file"},
      {{"upsample", "none.png", "y.npy"}, "No such file"},
      {{"upsample", "", "y.npy"}, "No such file"},
      {{"upsample", "folder.npy", "y.npy"}, "folder"},
      {{"upsample", "pipe.npy", "y.npy"}, "regular file"},
      {{"upsample", "text.npy", "y.npy"}, "not a .npy file"},
      {{"upsample", "text.png", "y.npy"}, "text.png"},
      {{"upsample", "r2.npy", "y.npy"}, "(4, 4)"},
      {{"upsample", "r6.npy", "y.npy"}, "rank 3, 4 or 5"},
      {{"upsample", "r3.npy", "y.npy", "--size", "2x2"}, "--size"},
      {{"upsample", "r3.npy", "y.npy", "--data-format", "channels_first"}, "channels_first"},
      {{"upsample", "r4.npy", "y.npy", "--size", "2x2x2"}, "--size"},
      {{"upsample", "r5.npy", "y.npy", "--size", "2x2"}, "--size"},
      {{"upsample", "bool.npy", "y.npy", "--interpolation", "bilinear"}, "bool"},
      {{"upsample", "u32.npy", "y.npy", "--interpolation", "bicubic"}, "uint32"},
      {{"upsample", "flat.npy", "y.npy", "--interpolation", "bilinear"}, "halfpixel"},
      {{"upsample", "r4.npy", "none/y.npy"}, "No such file"},
      {{"upsample", "r4.npy", "folder.npy"}, "folder"},
      {{"upsample", "r4.npy", "pipe.npy"}, "regular file"},
      {{"upsample", "r4.npy", "y.npy", "--size", "2000000000"}, "halfpixel"},
      {{"upsample", "r4.npy", "y.npy", "--size", "100000"}, "does not fit in memory"},
      {{"upsample", "r3.npy", "y.npy", "--size", "2147483647"}, "halfpixel"},
      {{"upsample", "r5.npy", "y.npy", "--size", "1000000"}, "halfpixel"},
      {{"resize", "r4.npy", "y.npy", "--size", "2147483647x2147483647"}, "does not fit in memory"},
      {{"resize", "r4.npy", "y.npy", "--size", "500000x500000"}, "does not fit in memory"},
      {{"resize", "r4.npy", "y.npy", "--size", "1x2147483647", "--method", "nearest"},
       "does not fit in memory"},
      {{"resize", "r2.npy", "y.npy", "--size", "4x4"}, "(4, 4)"},
      {{"resize", "r5.npy", "y.npy", "--size", "4x4"}, "(1, 2, 2, 2, 1)"},
      {{"resize", "bool.npy", "y.npy", "--size", "4x4"}, "bool"},
      {{"resize", "u32.npy", "y.npy", "--size", "5x5", "--method", "nearest"}, "uint32"},
      {{"resize", "flat.npy", "y.npy", "--size", "4x4"}, "halfpixel"},
      {{"resize", "r3.npy", "y.npy", "--size", "4x4", "--dialect", "tf1", "--half-pixel-centers"},
       "(N, H, W, C)"},
      {{"resize", "text.npy", "y.npy", "--size", "4x4"}, "text.npy"},
#ifdef HALFPIXEL_HAS_IMAGE
      {{"upsample", "r3.npy", "y.png"}, "picture"},
      {{"upsample", "r5.npy", "y.png"}, "picture"},
      {{"upsample", "many.npy", "y.png"}, "picture"},
      {{"upsample", "wide.npy", "y.png"}, "picture"},
      {{"upsample", "i32.npy", "y.png"}, "int32"},
      {{"upsample", "r4.npy", "none/y.png"}, "No such file"},
#endif
  };
  for (const auto& [words, said] : cases) expect(1, words, said);
}

TEST_F(CliUsage, InterpolationOfRank3And5IsWrongUsage) {
  expect(2, {"upsample", "r3.npy", "y.npy", "--interpolation", "bilinear"}, "nearest only");
  expect(2, {"upsample", "r5.npy", "y.npy", "--interpolation", "lanczos3"}, "nearest only");
}

TEST_F(CliUsage, OutIsUntouchedByFailures) {
  test::write_bytes(folder_ / "y.npy", "precious");
  ++entries_;
  expect(1, {"upsample", "text.npy", "y.npy"});
  expect(2, {"upsample", "r4.npy", "y.npy", "--size", "0"});
  expect(1, {"upsample", "bool.npy", "y.npy", "--interpolation", "bilinear"});
  EXPECT_EQ(test::read_bytes(folder_ / "y.npy"), "precious");
}

TEST_F(CliUsage, NamesCannotForgeLines) {
  for (const std::string name : {"a\nhalfpixel: all is well.npy", "a\x1b[31m.npy", "a\xff\xfe.npy",
                                 "a\xc2\x9b.npy", "a\xe2\x80\xae.npy", "a\x7f.npy"}) {
    const Outcome outcome = run(folder_, {"upsample", name, "y.npy"});
    EXPECT_EQ(outcome.status, 1);
    expect_line(outcome, {name});
    EXPECT_EQ(outcome.err.find('\x1b'), outcome.err.npos);
    EXPECT_EQ(outcome.err.find('\xff'), outcome.err.npos);
    EXPECT_EQ(outcome.err.find('\x7f'), outcome.err.npos);
    EXPECT_EQ(outcome.err.find("\xc2\x9b"), outcome.err.npos);
  }
  EXPECT_THAT(run(folder_, {"upsample", "a\nb", "y.npy"}).err, HasSubstr("a\\nb"));
  EXPECT_THAT(run(folder_, {"upsample", "größe.npy", "y.npy"}).err, HasSubstr("größe.npy"));
}

TEST_F(CliUsage, LongNamesAreCutBetweenCharacters) {
  for (const char* piece : {"x", "ö", "😀", "\n", "\xff"}) {
    std::string name;
    while (name.size() < 9000) name += piece;
    for (const Words& words : {Words{"upsample", name, "y.npy"}, Words{"upsample", "r4.npy", name},
                               Words{name}, Words{"upsample", "--" + name}}) {
      const Outcome outcome = run(folder_, words);
      EXPECT_TRUE(outcome.status == 1 || outcome.status == 2);
      expect_line(outcome, {piece});
    }
  }
}

TEST_F(CliUsage, HelpAndInfoAreStatus0) {
  for (const Words& words :
       {Words{"--help"}, Words{"-h"}, Words{"--version"}, Words{"upsample", "--help"},
        Words{"resize", "--help"}, Words{"info", "--help"}, Words{"info"}, Words{"info", "--json"},
        Words{"info", "--threads", "1", "--quiet"}}) {
    const Outcome outcome = run(folder_, words);
    EXPECT_EQ(outcome.status, 0) << join(words);
    EXPECT_NE(outcome.out, "");
    EXPECT_EQ(outcome.err, "");
  }
  for (const char* command : {"upsample", "resize", "info"}) {
    const Outcome outcome = run(folder_, {command, "--help"});
    for (const char* word : {"Examples:", "--threads", "--quiet", "--help"}) {
      EXPECT_THAT(outcome.out, HasSubstr(word)) << command;
    }
  }
}

TEST_F(CliUsage, InfoSaysWhatIsInUse) {
  const std::string json = run(folder_, {"info", "--json", "--threads", "3"}).out;
  for (const char* word :
       {"\"version\"", "\"simd\"", "\"in_use\"", "\"available\"", "\"threads\": 3", "\"core\""}) {
    EXPECT_THAT(json, HasSubstr(word));
  }
  EXPECT_THAT(run(folder_, {"info", "--json"}, {.environment = {"HALFPIXEL_TARGET=scalar"}}).out,
              HasSubstr("\"in_use\": \"scalar\""));
}

TEST_F(CliUsage, AFullStandardOutputIsAnError) {
  const Outcome outcome = run(folder_, {"info"}, {.out_path = "/dev/full"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err.rfind("halfpixel: ", 0), 0u);
  EXPECT_EQ(run(folder_, {"--help"}, {.out_path = "/dev/full"}).status, 1);
}

TEST_F(CliUsage, ABadEnvironmentIsAnErrorAndNotACrash) {
  for (const char* variable :
       {"HALFPIXEL_TARGET=nonsense", "HALFPIXEL_NUM_THREADS=-5", "HALFPIXEL_NUM_THREADS=x"}) {
    const Outcome outcome = run(folder_, {"info"}, {.environment = {variable}});
    EXPECT_TRUE(outcome.status == 0 || outcome.status == 1) << variable << outcome.status;
  }
}

}  // namespace
}  // namespace halfpixel
