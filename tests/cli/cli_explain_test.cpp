// --explain of upsample and resize: the plan on standard output, and OUT only when it is named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include <halfpixel/npy.hpp>
#include <halfpixel/tensor.hpp>
#include <halfpixel/tf_image.hpp>

#include "cli/program.hpp"
#include "core/equal.hpp"

namespace halfpixel {
namespace {

using test::Outcome;
using test::run;
using test::TempFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class CliExplain : public ::testing::Test {
 protected:
  CliExplain() { io::write_npy(folder_ / "x.npy", random::uniform({1, 30, 40, 3}, 0, 1)); }
  TempFolder folder_;
};

TEST_F(CliExplain, WithoutOutNothingIsDone) {
  const int entries = folder_.entries();
  const Outcome resize = run(folder_, {"resize", "x.npy", "--size", "60x80", "--explain"});
  EXPECT_EQ(resize.status, 0);
  EXPECT_EQ(resize.err, "");
  EXPECT_THAT(resize.out,
              AllOf(HasSubstr("tf.image.resize: bilinear\n"), HasSubstr("(1, 60, 80, 3) float32"),
                    HasSubstr("constant phases"), HasSubstr("kernels")));
  const Outcome upsample = run(folder_, {"upsample", "--explain", "x.npy", "--size", "3"});
  EXPECT_EQ(upsample.status, 0);
  EXPECT_THAT(upsample.out, AllOf(HasSubstr("UpSampling2D: nearest\n"), HasSubstr("each 3 times")));
  EXPECT_EQ(folder_.entries(), entries);
}

TEST_F(CliExplain, FollowsThreadsAndTarget) {
  const std::vector<std::string> words = {"resize",    "x.npy",     "--size", "600x800",
                                          "--explain", "--threads", "3"};
  EXPECT_THAT(run(folder_, words, {.environment = {"HALFPIXEL_TARGET=scalar"}}).out,
              AllOf(HasSubstr("for 3 threads\n"), HasSubstr(" scalar\n")));
}

TEST_F(CliExplain, WithOutTheResultIsTheSame) {
  run(folder_, {"resize", "x.npy", "y.npy", "--size", "50x70"});
  const Tensor want = io::read_npy(folder_ / "y.npy");
  for (const char* bands : {"HALFPIXEL_BAND_BYTES=1e18", "HALFPIXEL_BAND_BYTES=1"}) {
    const Outcome outcome =
        run(folder_, {"resize", "x.npy", "z.npy", "--size", "50x70", "--explain"},
            {.environment = {bands}});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.err, "");
    EXPECT_THAT(outcome.out, HasSubstr("tf.image.resize: bilinear\n"));
    const bool in_bands = outcome.out.find("\n  bands ") != std::string::npos;
    EXPECT_EQ(in_bands, bands == std::string("HALFPIXEL_BAND_BYTES=1"));
    const Tensor got = io::read_npy(folder_ / "z.npy");
    EXPECT_TRUE(same_bits(got, want));
    std::filesystem::remove(folder_ / "z.npy");
  }
}

TEST_F(CliExplain, KernelsByNameHavePlansToo) {
  for (const auto& [method, name] : {std::pair{"bilinear", "resize_bilinear: bilinear\n"},
                                     std::pair{"bicubic", "resize_bicubic: bicubic\n"},
                                     std::pair{"nearest", "resize_nearest_neighbor: nearest\n"}}) {
    const Outcome outcome = run(folder_, {"resize", "x.npy", "--size", "60x80", "--dialect", "tf1",
                                          "--half-pixel-centers", "--method", method, "--explain"});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.err, "");
    EXPECT_THAT(outcome.out, HasSubstr(std::string("tf.compat.v1.image.") + name));
  }
}

TEST_F(CliExplain, KernelsByNameWorkInBandsToo) {
  for (const char* method : {"bilinear", "bicubic", "nearest"}) {
    const std::vector<std::string> words = {
        "resize",   "x.npy",     "y.npy",    "--size",
        "50x70",    "--dialect", "tf1",      "--half-pixel-centers",
        "--method", method,      "--explain"};
    run(folder_, words, {.environment = {"HALFPIXEL_BAND_BYTES=1e18"}});
    const Tensor want = io::read_npy(folder_ / "y.npy");
    const Outcome bands = run(folder_, words, {.environment = {"HALFPIXEL_BAND_BYTES=1"}});
    EXPECT_THAT(bands.out, HasSubstr("\n  bands "));
    const Tensor got = io::read_npy(folder_ / "y.npy");
    EXPECT_TRUE(same_bits(got, want));
  }
}

TEST_F(CliExplain, JudgesWhatIsGiven) {
  for (const char* command : {"upsample", "resize"}) {
    EXPECT_THAT(run(folder_, {command, "--help"}).out, HasSubstr("--explain"));
    const Outcome missing = run(folder_, {command, "none.npy", "--size", "2x2", "--explain"});
    EXPECT_EQ(missing.status, 1);
    EXPECT_THAT(missing.err, HasSubstr("none.npy"));
    const Outcome ending = run(folder_, {command, "x.npy", "y.bmp", "--size", "2x2", "--explain"});
    EXPECT_EQ(ending.status, 2);
    EXPECT_THAT(ending.err, HasSubstr("ending"));
    const Outcome out = run(folder_, {command, "x.npy", "--size", "2x2"});
    EXPECT_EQ(out.status, 2);
    EXPECT_THAT(out.err, HasSubstr("OUT is missing"));
    const Outcome full =
        run(folder_, {command, "x.npy", "--size", "2x2", "--explain"}, {.out_path = "/dev/full"});
    EXPECT_EQ(full.status, 1);
    EXPECT_THAT(full.err, Not(""));
  }
}

}  // namespace
}  // namespace halfpixel
