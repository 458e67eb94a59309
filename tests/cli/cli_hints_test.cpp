// What is said to people who mistype, point at folders, forget formats, fill disks or interrupt.
#include <signal.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/npy.hpp>
#include <halfpixel/tensor.hpp>
#ifdef HALFPIXEL_HAS_IMAGE
#include <halfpixel/image.hpp>
#endif

#include "cli/said.hpp"

namespace halfpixel {
namespace {

using test::Outcome;
using test::run;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class CliHints : public test::CliSaid {};

TEST_F(CliHints, PipesAndDevicesAreAnsweredWithStreams) {
  EXPECT_THAT(said(1, {"upsample", "/dev/null", "y.npy"}),
              HasSubstr("program | halfpixel upsample - "));
  EXPECT_THAT(said(1, {"upsample", "x.npy", "/dev/null"}),
              HasSubstr("halfpixel upsample x.npy - --format png … > /dev/null"));
  ASSERT_EQ(::mkfifo((folder_ / "pipe.png").c_str(), 0600), 0);
  EXPECT_THAT(said(1, {"upsample", "x.npy", "pipe.png"}), HasSubstr("OUT pipe.png is a pipe"));
  EXPECT_THAT(said(1, {"upsample", "pipe.png", "y.png"}), HasSubstr("IN pipe.png is a pipe"));
}

TEST_F(CliHints, OneDashIsTakenForTwo) {
  EXPECT_THAT(said(2, {"resize", "x.npy", "y.npy", "-size", "4x4"}),
              HasSubstr("unknown option -size; did you mean --size?"));
  EXPECT_THAT(said(2, {"resize", "x.npy", "y.npy", "-sizes4", "4x4"}),
              ::testing::Not(HasSubstr("did you mean")));
}

TEST_F(CliHints, WhatIsMissingIsSaidInOneHabit) {
  EXPECT_THAT(resize({"--method"}), HasSubstr(": --method needs a value, NAME; try"));
  EXPECT_THAT(resize({"--size", "8x8"}), HasSubstr(": --size is given twice; try"));
  EXPECT_THAT(said(2, {"resize"}), HasSubstr(": IN is missing; try"));
  EXPECT_THAT(said(2, {"upsample", "x.npy", "there/"}), HasSubstr("-o there/ makes it"));
  EXPECT_THAT(said(1, {"upsample", "-", "y.npy"}), HasSubstr("standard input is empty"));
  for (const char* option : {"--threads", "--format", "--page", "--array", "--output"})
    EXPECT_THAT(resize({option, ""}), HasSubstr(std::string(option) + " needs a value")) << option;
  EXPECT_THAT(said(2, {"resize", "x.npy", "-o", "{name}_{size}.npy", "--dialect", "mlx",
                       "--scale-factor", "2", "--mode", "nearest"}),
              HasSubstr("--output knows {ext}, {name}; got '{size}'"));
}

TEST_F(CliHints, AWordThatIsNearlyANameIsGuessed) {
  EXPECT_THAT(resize({"--method", "bicubik"}), HasSubstr("did you mean bicubic?"));
  EXPECT_THAT(resize({"--method", "BICUBIC"}), HasSubstr("did you mean bicubic?"));
  EXPECT_THAT(resize({"--method", "zoom"}), Not(HasSubstr("did you mean")));
  EXPECT_THAT(resize({"--dialect", "tf1", "--method", "aera"}), HasSubstr("did you mean area?"));
  EXPECT_THAT(resize({"--dialect", "pilow"}), HasSubstr("did you mean pillow?"));
  EXPECT_THAT(resize({"--dialect", "cv2"}), HasSubstr("did you mean opencv?"));
  EXPECT_THAT(resize({"--dialect", "image-rs"}), HasSubstr("did you mean image_rs?"));
  EXPECT_THAT(resize({"--dialect", "image_rs"}), HasSubstr("--filter is required"));
  EXPECT_THAT(resize({"--dialect", "golang"}), HasSubstr("did you mean go?"));
  EXPECT_THAT(resize({"--dialect", "go"}), HasSubstr("--interpolator is required"));
  EXPECT_THAT(resize({"--dialect", "sharp"}), HasSubstr("did you mean vips?"));
  EXPECT_THAT(resize({"--dialect", "vips", "--kernel", "lanzcos3"}),
              HasSubstr("did you mean lanczos3?"));
  EXPECT_THAT(resize({"--dialect", "image_rs", "--filter", "catmullrom"}),
              HasSubstr("did you mean CatmullRom?"));
  EXPECT_THAT(resize({"--dialect", "PyTorch"}), HasSubstr("did you mean torch?"));
  EXPECT_THAT(resize({"--dialect", "torch", "--mode", "bilinaer"}),
              HasSubstr("did you mean bilinear?"));
  EXPECT_THAT(resize({"--dialect", "pillow", "--resample", "LANZCOS"}),
              HasSubstr("did you mean LANCZOS?"));
  EXPECT_THAT(resize({"--dialect", "opencv", "--interpolation", "cubic"}),
              HasSubstr("did you mean INTER_CUBIC?"));
  EXPECT_THAT(resize({"--dialect", "onnx", "--mode", "linera"}), HasSubstr("did you mean linear?"));
  EXPECT_THAT(resize({"--dialect", "onnx", "--nearest-mode", "flor"}),
              HasSubstr("did you mean floor?"));
  EXPECT_THAT(resize({"--dialect", "jax", "--method", "lanczos"}),
              HasSubstr("did you mean lanczos3?"));
  EXPECT_THAT(resize({"--dialect", "tensorflow.js"}), HasSubstr("did you mean tfjs?"));
  EXPECT_THAT(resize({"--dialect", "litert", "--kernels", "xnpack"}),
              HasSubstr("did you mean xnnpack?"));
  EXPECT_THAT(resize({"--dialect", "keras"}), HasSubstr("did you mean tf2?"));
  EXPECT_THAT(resize({"--dialect", "pillow", "--resample", "Image.Resampling.LANCZOS"}),
              HasSubstr("did you mean LANCZOS?"));
  EXPECT_THAT(resize({"--dialect", "opencv", "--interpolation", "cv2.INTER_AREA"}),
              HasSubstr("did you mean INTER_AREA?"));
  EXPECT_THAT(resize({"--dialect", "vips", "--kernel", "VIPS_KERNEL_LANCZOS3"}),
              HasSubstr("did you mean lanczos3?"));
  EXPECT_THAT(resize({"--method", "ResizeMethod.BICUBIC"}), HasSubstr("did you mean bicubic?"));
  EXPECT_THAT(said(2, {"resize", "x.npy", "y.npy", "--dialect", "vips", "--scale-factor", "50%"}),
              HasSubstr("as in 0.5; got '50%'"));
  EXPECT_THAT(said(2, {"resize", "x.npy", "y.npy", "--scale", "0.5"}), HasSubstr("--size 50%"));
  EXPECT_THAT(resize({"--antialais"}), HasSubstr("did you mean --antialias?"));
  EXPECT_THAT(said(2, {"upsample", "x.npy", "y.npy", "--interp", "bilinear"}),
              HasSubstr("did you mean --interpolation?"));
  EXPECT_THAT(said(2, {"upsample", "x.npy", "y.npy", "--interpolation", "bilinar"}),
              HasSubstr("did you mean bilinear?"));
  EXPECT_THAT(said(2, {"upsmaple", "x.npy", "y.npy"}), HasSubstr("did you mean upsample?"));
  EXPECT_THAT(said(2, {"compare", "x.npy", "--size", "4x4", "--method", "bilnear"}),
              HasSubstr("did you mean bilinear?"));
}

TEST_F(CliHints, AnEqualsSignWithoutAValueDoesNotTakeTheNextWord) {
  EXPECT_THAT(said(2, {"resize", "x.npy", "y.npy", "--size=", "--method=area"}),
              HasSubstr("--size needs a value, HxW; got ''"));
  EXPECT_THAT(said(2, {"compare", "x.npy", "--size=8x8", "--method=", "--dialects=tf2"}),
              HasSubstr("--method needs a value, NAME; got ''"));
}

TEST_F(CliHints, ASizeInOtherWordsIsGuessed) {
  for (const auto& [typed, meant] : {std::pair{"50X50", "50x50"},
                                     {"50 x 50", "50x50"},
                                     {"50×60", "50x60"},
                                     {"50*60", "50x60"},
                                     {"50,60", "50x60"},
                                     {"FIT:60x50", "fit:60x50"},
                                     {"fit:60,50", "fit:60x50"},
                                     {"50 60", "50x60"},
                                     {"0.5", "0.5x"},
                                     {"50 %", "50%"}}) {
    EXPECT_THAT(said(2, {"resize", "x.npy", "y.npy", "--size", typed}),
                HasSubstr(std::string("did you mean ") + meant + "?"));
  }
  for (const char* typed : {"50%x70%", "1e3x5", "5y5", "x", "50"})
    EXPECT_THAT(said(2, {"resize", "x.npy", "y.npy", "--size", typed}),
                Not(HasSubstr("did you mean")));
  for (const char* typed : {"50%", "480x640", "480*640", "2.0x"})
    EXPECT_THAT(said(2, {"resize", "x.npy", "y.npy", typed}),
                HasSubstr("--size is required; did you mean --size "));
  EXPECT_THAT(said(2, {"resize", "x.npy", "y.npy"}), HasSubstr("--size is required; try"));
}

TEST_F(CliHints, WordsInTheWrongPlaceAreAnswered) {
  EXPECT_THAT(said(2, {"info", "x.npy"}), HasSubstr("halfpixel upsample x.npy --explain"));
  EXPECT_THAT(said(2, {"upsample", "x.npy", "y.npy", "3"}), HasSubstr("did you mean --size 3?"));
  EXPECT_THAT(resize({"--antialias=maybe"}), HasSubstr("--antialias takes no value; got 'maybe'"));
  io::write_npy(folder_ / "-x.npy", Tensor({1, 8, 6, 3}, DType::float32));
  EXPECT_THAT(said(2, {"resize", "-x.npy", "y.npy", "--size", "5x5"}),
              HasSubstr("the file is ./-x.npy"));
  const std::string all =
      run(folder_, {"compare", "x.npy", "--size", "5x5", "--dialects", "all"}).out;
  for (const char* dialect : {"tf2", "tf1", "torch", "mlx", "paddle"})
    EXPECT_THAT(all, HasSubstr(std::string("--dialect ") + dialect));
  EXPECT_EQ(said(0, {"compare", "x.npy", "--size", "5x5", "--dialects", "tf2, torch,"}), "");
}

TEST_F(CliHints, AFolderAsInIsAnsweredWithItsFiles) {
  std::filesystem::create_directory(folder_ / "photos");
  EXPECT_THAT(said(1, {"upsample", "photos", "-o", "out"}),
              HasSubstr("halfpixel upsample photos/*.png -o OUT"));
  io::write_npy(folder_ / "photos/a.npy", Tensor({1, 2, 2, 1}, DType::float32));
  const std::string instead =
      "IN photos is a folder; for what is in it: halfpixel resize "
      "photos/*.npy -o OUT";
  EXPECT_THAT(said(1, {"resize", "photos", "y.npy", "--size", "2x2"}), HasSubstr(instead));
  EXPECT_THAT(said(1, {"resize", "photos", "x.npy", "-o", "out", "--size", "2x2"}),
              AllOf(HasSubstr(instead), HasSubstr("1 of 2 failed")));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "out/x.npy"));
}

TEST_F(CliHints, APipeWithoutAFormatIsAnsweredWithTheCommand) {
  EXPECT_THAT(said(2, {"upsample", "x.npy", "-"}),
              HasSubstr("type: halfpixel upsample x.npy - --format npy"));
  EXPECT_THAT(said(2, {"resize", "-", "-", "--size", "50%"}),
              HasSubstr("type: halfpixel resize - - --format png"));
  EXPECT_THAT(said(2, {"upsample", "-", "-o", "out"}),
              HasSubstr("type: halfpixel upsample - -o 'out' --format png"));
}

TEST_F(CliHints, AThreadCountThatIsNoneIsWarnedOf) {
  for (const char* value : {"x", "0", "-5", "4x", "1025", "99999999999999999999"}) {
    const Outcome outcome = run(folder_, {"upsample", "x.npy", "y.npy"},
                                {.environment = {std::string("HALFPIXEL_NUM_THREADS=") + value}});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_THAT(outcome.err,
                HasSubstr(std::string("warning: HALFPIXEL_NUM_THREADS must be a number from 1 to "
                                      "1024; got '") +
                          value + "', which does not count"));
  }
  for (const char* good : {"HALFPIXEL_NUM_THREADS=3", "HALFPIXEL_NUM_THREADS="})
    EXPECT_EQ(said(0, {"upsample", "x.npy", "y.npy"}, {.environment = {good}}), "");
  EXPECT_THAT(run(folder_, {"info"}, {.environment = {"HALFPIXEL_NUM_THREADS=3"}}).out,
              HasSubstr("threads     3\n"));
}

TEST_F(CliHints, WhichSideIsWhichIsSaid) {
  const Outcome exact = run(folder_, {"resize", "x.npy", "--size", "30x40", "--explain"});
  EXPECT_THAT(exact.out, HasSubstr("from 8 high and 6 wide to 30 high and 40 wide"));
  const Outcome fit = run(folder_, {"resize", "x.npy", "--size", "fill:30x40", "--explain"});
  EXPECT_THAT(fit.out, HasSubstr("to 40 high and 30 wide"));
  // What the lines mean, of those that are there.
  EXPECT_THAT(exact.out, AllOf(HasSubstr("\nwhere\n"), HasSubstr("  strips   columns that")));
  const Outcome torch =
      run(folder_, {"resize", "x.npy", "--size", "30x40", "--dialect", "pillow", "--explain"});
  EXPECT_EQ(torch.status, 1);
  EXPECT_THAT(run(folder_, {"resize", "--help"}).out, HasSubstr("HEIGHTxWIDTH"));
}

TEST_F(CliHints, SizesThatNoMemoryHoldsAreNamed) {
  EXPECT_THAT(
      said(1, {"resize", "x.npy", "y.npy", "--dialect", "onnx", "--sizes",
               "1,99999999,99999999,99999999"}),
      HasSubstr("output shape is too large for any memory; got (1, 99999999, 99999999, 99999999)"));
  EXPECT_THAT(said(1, {"resize", "x.npy", "y.npy", "--size", "99999999x99999999"}),
              HasSubstr("result (1, 99999999, 99999999, 3) float32 does not fit in memory"));
  EXPECT_THAT(said(2, {"resize", "x.npy", "y.npy", "--dialect", "jax", "--method", "linear",
                       "--shape", "1,999999999999999999999,4,3"}),
              HasSubstr("a number of --shape is too large for any array"));
}

TEST_F(CliHints, AnInterruptionAmongManyTellsWhatIsFinished) {
  io::write_npy(folder_ / "large.npy", Tensor({1, 800, 800, 3}, DType::uint8));
  const test::TempFolder outputs;
  const pid_t child = test::start(folder_,
                                  {"upsample", "x.npy", "large.npy", "-o", "out", "--size", "16",
                                   "--interpolation", "lanczos5"},
                                  {.environment = {"HALFPIXEL_BAND_BYTES=100000"}}, outputs / "out",
                                  outputs / "err");
  const auto begun = [&] {
    std::error_code ignored;
    int entries = 0;
    for (std::filesystem::directory_iterator at(folder_ / "out", ignored), end; at != end;
         at.increment(ignored))
      entries += at->path().filename() == "x.npy" || at->path().extension() == ".npy";
    return entries == 2 && std::filesystem::exists(folder_ / "out/x.npy");
  };
  for (int i = 0; i < 2000 && !begun(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  ::kill(child, SIGINT);
  EXPECT_EQ(test::wait_for(child), 1);
  EXPECT_EQ(test::read_bytes(outputs / "err"),
            "halfpixel: interrupted; 1 of 2 are finished, every other OUT is untouched\n");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out/large.npy"));
}

#ifdef HALFPIXEL_HAS_MODEL
TEST_F(CliHints, WhatModelsAreToldIsOfTheCommand) {
  const std::string model =
      std::string(HALFPIXEL_SOURCE_DIR) + "/examples/super_resolution/espcn_x2.keras";
  EXPECT_THAT(said(1, {"run", model, "x.npy", "y.npy", "--max-memory", "1K"}),
              HasSubstr("which passes the limit of 1024; --max-memory lets MODEL ask for more than "
                        "1K"));
  EXPECT_THAT(said(2, {"inspect", "x.npy"}),
              AllOf(HasSubstr("inspect shows Keras models"),
                    HasSubstr("halfpixel upsample x.npy --explain"), Not(HasSubstr("run"))));
  EXPECT_THAT(said(2, {"run", model, "x.npy", "y.npy", "--input-range=", "--output-range=0..1"}),
              HasSubstr("--input-range needs a value, LOW..HIGH; got ''"));
  const std::string lambda =
      std::string(HALFPIXEL_SOURCE_DIR) + "/tests/data/models/lambda_scale/model.keras";
  EXPECT_THAT(said(1, {"inspect", lambda, "--svg"}),
              AllOf(HasSubstr("Say what it does: --bind "), Not(HasSubstr("C++")),
                    Not(HasSubstr("custom_objects"))));
}

TEST_F(CliHints, NamedInputsComeDownAPipe) {
  const std::string model =
      std::string(HALFPIXEL_SOURCE_DIR) + "/examples/super_resolution/espcn_x2.keras";
  const test::Surroundings pipe{.in_path = (folder_ / "x.npy").native()};
  const std::string output = "--output=large_photo=";
  EXPECT_EQ(said(0, {"run", model, "--input", "photo=-", output + "a.npy"}, pipe), "");
  EXPECT_EQ(said(0, {"run", model, "--input", "photo=x.npy", output + "b.npy"}), "");
  EXPECT_EQ(test::read_bytes(folder_ / "a.npy"), test::read_bytes(folder_ / "b.npy"));
  EXPECT_THAT(
      said(2, {"run", model, "--input", "photo=-", "--input", "x=-", output + "a.npy"}, pipe),
      HasSubstr("standard input, -, can be read once"));
}

TEST_F(CliHints, AFullDiskUnderAModelNamesOut) {
  const std::string model =
      std::string(HALFPIXEL_SOURCE_DIR) + "/examples/super_resolution/espcn_x2.keras";
  for (const char* out : {"y.npy", "y.npz"}) {
    const std::string line = said(1, {"run", model, "x.npy", out}, {.file_size = 500});
    EXPECT_THAT(line,
                AllOf(HasSubstr(std::string(out) + " cannot be written"), Not(HasSubstr(".tmp"))));
  }
  EXPECT_EQ(said(0, {"run", model, "x.npy", "y.npz"}), "");
}

TEST_F(CliHints, AnEmptyBatchIsExplained) {
  const std::string model =
      std::string(HALFPIXEL_SOURCE_DIR) + "/examples/super_resolution/espcn_x2.keras";
  EXPECT_THAT(run(folder_, {"inspect", model, "--explain", "--shape", "0x40x60x3"}).out,
              HasSubstr("(0, 40, 60, 3) float32"));
  EXPECT_THAT(said(2, {"inspect", model, "--explain", "--shape", "1x0x60x3"}),
              HasSubstr("0 only for the batch"));
  EXPECT_THAT(said(1, {"inspect", model, "--explain", "--shape", "1x99999999x99999999x3"}),
              HasSubstr("an input of that shape does not fit in memory"));
}
#endif

#ifdef HALFPIXEL_HAS_IMAGE
TEST_F(CliHints, ReportsTakeArraysOfPicturesAndGreyWithAlpha) {
  Tensor pixels({12, 10, 3}, DType::uint8), grey({12, 10, 2}, DType::uint8);
  for (std::int64_t i = 0; i < pixels.size(); ++i)
    pixels.data<std::uint8_t>()[i] = static_cast<std::uint8_t>(i * 37 % 251);
  for (std::int64_t i = 0; i < grey.size(); ++i)
    grey.data<std::uint8_t>()[i] = static_cast<std::uint8_t>(i * 41 % 253);
  io::write_npy(folder_ / "a.npy", pixels);
  io::write_image(folder_ / "la.png", grey);
  for (const std::string name : {"a.npy", "la.png"}) {
    const std::string small = "small_" + name;
    ASSERT_EQ(said(0, {"resize", name, small, "--size", "6x5", "--dialect", "pillow"}), "");
    EXPECT_EQ(said(0, {"identify", name, small, "--report", "page.html"}), "");
    EXPECT_THAT(test::read_bytes(folder_ / "page.html"),
                AllOf(HasSubstr("data:image/png;base64,"), HasSubstr("--dialect pillow")));
    std::filesystem::remove(folder_ / "page.html");
  }
}

TEST_F(CliHints, AFullDiskIsToldOnce) {
  const Tensor noise = random::uniform({64, 64, 3}, 0, 255, DType::float32, 4);
  io::write_image(folder_ / "p.png", noise.astype(DType::uint8));
  for (const std::string out : {"y.heic", "y.gif", "y.jxl", "y.avif"}) {
    const Outcome outcome = run(folder_, {"upsample", "p.png", out}, {.file_size = 1000});
    EXPECT_EQ(outcome.status, 1) << out;
    const std::size_t first = outcome.err.find(out);
    EXPECT_NE(first, std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.err.find(out, first + 1), std::string::npos) << outcome.err;
  }
}
#endif

}  // namespace
}  // namespace halfpixel
