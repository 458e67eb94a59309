// `resize --dialect`: what is said of options, dtypes and layouts that are another program's.
#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#ifdef HALFPIXEL_HAS_IMAGE
#include <halfpixel/image.hpp>
#endif
#include <halfpixel/npy.hpp>
#include <halfpixel/tensor.hpp>

#include "cli/said.hpp"
#include "core/equal.hpp"
#include "core/random_bytes.hpp"

namespace halfpixel {
namespace {

using ::testing::HasSubstr;

class CliDialects : public test::CliSaid {};

TEST_F(CliDialects, AnOptionOfAnotherDialectIsAnsweredWithItsOwn) {
  EXPECT_THAT(resize({"--dialect", "mlx"}), HasSubstr("; mlx has --scale-factor, as in "));
  EXPECT_THAT(said(2, {"resize", "x.npy", "y.npy", "--dialect", "mlx", "--size", "50%"}),
              HasSubstr("--scale-factor 0.5; try"));
  EXPECT_THAT(said(2, {"resize", "x.npy", "y.npy", "--dialect", "mlx", "--size", "1.5x"}),
              HasSubstr("--scale-factor 1.5; try"));
  EXPECT_THAT(resize({"--dialect", "go", "--method", "bilinear"}),
              HasSubstr("; go has --interpolator, NearestNeighbor, ApproxBiLinear, BiLinear or "
                        "CatmullRom; did you mean BiLinear?"));
  EXPECT_THAT(resize({"--dialect", "image_rs", "--method", "lanczos"}),
              HasSubstr("; image_rs has --filter, Nearest, Triangle, CatmullRom, Gaussian or "
                        "Lanczos3; did you mean Lanczos3?"));
  EXPECT_THAT(resize({"--dialect", "mlx", "--method", "cubic"}),
              HasSubstr("; mlx has --mode, nearest, linear or cubic; did you mean --mode cubic?"));
  EXPECT_THAT(resize({"--dialect", "torch", "--interpolation", "bilinear"}),
              HasSubstr("did you mean --mode bilinear?"));
  EXPECT_THAT(resize({"--dialect", "vips", "--method", "cubic"}),
              HasSubstr("; vips has --kernel, nearest, linear, cubic, "));
  EXPECT_THAT(resize({"--mode", "bilinear"}), HasSubstr("; tf2 has --method, bilinear, "));
  EXPECT_THAT(resize({"--scale-factor", "2"}), HasSubstr("; tf2 has --size, HxW or a factor"));
  EXPECT_THAT(resize({"--dialect", "pillow", "--antialias"}),
              HasSubstr("; pillow always widens the filter"));
  EXPECT_THAT(resize({"--dialect", "jax", "--antialias"}), HasSubstr("unless there is --no-anti"));
}

// What a program makes of the middle that Keras' Resizing cuts out: arrays, and pictures in bands
// and whole.
TEST_F(CliDialects, FillResizesTheMiddle) {
  const std::vector<std::vector<std::string>> dialects = {{"torch", "--mode", "bicubic"},
                                                          {"pillow"},
                                                          {"pillow", "--reducing-gap", "1.0"},
                                                          {"opencv"},
                                                          {"onnx", "--mode", "linear"},
                                                          {"jax", "--method", "cubic"},
                                                          {"litert"},
                                                          {"tfjs"},
                                                          {"image_rs", "--filter", "Triangle"},
                                                          {"go", "--interpolator", "BiLinear"},
                                                          {"paddle", "--input-dtype", "float32"},
                                                          {"vips"}};
  constexpr std::int64_t kHeight = 40, kWidth = 90, kSide = 40, kLeft = 25;
  const Tensor whole = test::random_bytes({1, kHeight, kWidth, 3}, DType::uint8, 3);
  Tensor middle({1, kSide, kSide, 3}, DType::uint8);
  for (std::int64_t row = 0; row < kSide; ++row) {
    std::copy_n(whole.data<std::uint8_t>() + (row * kWidth + kLeft) * 3, kSide * 3,
                middle.data<std::uint8_t>() + row * kSide * 3);
  }
  // Channels first, for the programs that have them there.
  const auto planes = [](const Tensor& x) {
    const Shape& shape = x.shape();
    const std::int64_t strides[] = {x.size(), 1, shape[2] * 3, 3};
    return Tensor(ConstTensorView(x.data(), x.dtype(), {1, 3, shape[1], shape[2]}, strides));
  };
  io::write_npy(folder_ / "whole.npy", whole);
  io::write_npy(folder_ / "middle.npy", middle);
  io::write_npy(folder_ / "whole_planes.npy", planes(whole));
  io::write_npy(folder_ / "middle_planes.npy", planes(middle));
  const auto made = [&](const std::string& in, const std::string& out, const std::string& size,
                        const std::vector<std::string>& words) {
    std::vector<std::string> line = {"resize", in, out, "--size", size, "--dialect"};
    line.insert(line.end(), words.begin(), words.end());
    EXPECT_EQ(said(0, line), "");
    return test::read_bytes(folder_ / out);
  };
  for (const std::vector<std::string>& words : dialects) {
    SCOPED_TRACE(words[0]);
    const bool first = words[0] == "torch" || words[0] == "onnx" || words[0] == "paddle";
    const std::string end = first ? "_planes.npy" : ".npy";
    EXPECT_EQ(made("whole" + end, "a.npy", "fill:12x12", words),
              made("middle" + end, "b.npy", "12x12", words));
#ifdef HALFPIXEL_HAS_IMAGE
    io::write_image(folder_ / "whole.png", whole.reshape({kHeight, kWidth, 3}));
    io::write_image(folder_ / "middle.png", middle.reshape({kSide, kSide, 3}));
    using Pair = std::pair<std::string, std::string>;
    for (const auto& [out, side] : {Pair{".png", "70"}, Pair{".png", "3"}, Pair{".npy", "70"}}) {
      EXPECT_EQ(made("whole.png", "a" + out, "fill:" + side + "x" + side, words),
                made("middle.png", "b" + out, side + "x" + side, words));
    }
#endif
  }
  EXPECT_THAT(said(2, {"resize", "x.npy", "y.npy", "--size", "fill:5x5", "--dialect", "pillow",
                       "--box", "0,0,2,2"}),
              HasSubstr("only one of --box and --size fill:"));
  io::write_npy(folder_ / "row.npy", Tensor({1, 3, 8}, DType::float32));
  EXPECT_THAT(said(1, {"resize", "row.npy", "y.npy", "--size", "fill:5x5", "--dialect", "torch",
                       "--mode", "linear"}),
              HasSubstr("as many numbers as there are spatial axes"));
}

TEST_F(CliDialects, CompareFillsBoxesAndTakesGreyWithAlpha) {
  io::write_npy(folder_ / "two.npy", test::random_bytes({9, 12, 2}, DType::uint8, 4));
  const std::string told = run(folder_, {"compare", "two.npy", "p.html", "--size", "fill:5x5",
                                         "--dialects", "tf2,pillow,opencv,torch"})
                               .out;
  for (const char* dialect : {"tf2", "pillow", "opencv", "torch"}) {
    EXPECT_THAT(told, HasSubstr(std::string("--dialect ") + dialect + " --size fill:5x5"));
  }
  EXPECT_THAT(said(0, {"compare", "two.npy", "--size", "fill:5x5", "--dialects", "mlx,tf2"}),
              HasSubstr("mlx is left out"));
}

TEST_F(CliDialects, ARefusedDtypeIsAnsweredWithAnother) {
  io::write_npy(folder_ / "bytes.npy", Tensor({1, 3, 8, 6}, DType::uint8));
  const std::vector<std::string> bicubic = {"resize", "bytes.npy", "y.npy",     "--size", "9x9",
                                            "--mode", "bicubic",   "--dialect", "paddle"};
  EXPECT_THAT(said(1, bicubic), HasSubstr("got uint8; --input-dtype float32 makes floats of them"));
  std::vector<std::string> instead = bicubic;
  instead.insert(instead.end(), {"--input-dtype", "float32"});
  EXPECT_EQ(said(0, instead), "");
  EXPECT_EQ(io::read_npy(folder_ / "y.npy").dtype(), DType::float32);
  const std::vector<std::string> go = {"resize", "x.npy", "y.npy",          "--dialect", "go",
                                       "--size", "9x9",   "--interpolator", "BiLinear"};
  EXPECT_THAT(said(1, go), HasSubstr("got float32; --input-dtype uint8 makes bytes of them"));
  instead = go;
  instead.insert(instead.end(), {"--input-dtype", "uint8"});
  EXPECT_EQ(said(0, instead), "");
  EXPECT_EQ(io::read_npy(folder_ / "y.npy").dtype(), DType::uint8);
  EXPECT_THAT(resize({"--input-dtype", "uint8"}), HasSubstr("--input-dtype needs --dialect torch"));
  EXPECT_THAT(resize({"--dialect", "torch", "--input-dtype", "float"}),
              HasSubstr("--input-dtype must be float32, float64, float16, uint8 or uint16"));
}

TEST_F(CliDialects, AnArrayOfAnotherLayoutIsSaid) {
  const std::vector<std::string> torch = {"resize", "x.npy",     "y.npy", "--size",
                                          "9x9",    "--dialect", "torch"};
  EXPECT_THAT(said(0, torch), HasSubstr("x.npy of shape (1, 8, 6, 3) is (N, C, H, W) here: 8 "
                                        "channels, 6 high and 3 wide"));
  io::write_npy(folder_ / "x.npy", Tensor({8, 6, 3}, DType::float32));
  EXPECT_THAT(said(1, torch), HasSubstr("; arrays are (N, C, H, W) here"));
}

TEST_F(CliDialects, ProgramsOfSingleImagesTakeABatch) {
  const Tensor batch = test::random_bytes({3, 8, 6, 3}, DType::uint8, 5);
  io::write_npy(folder_ / "batch.npy", batch);
  const std::vector<std::vector<std::string>> dialects = {{"pillow"},
                                                          {"opencv"},
                                                          {"image_rs", "--filter", "Triangle"},
                                                          {"go", "--interpolator", "CatmullRom"}};
  for (const std::vector<std::string>& dialect : dialects) {
    const auto resize = [&](const std::string& in, const std::string& out) {
      std::vector<std::string> words = {"resize", in, out, "--size", "5x9", "--dialect"};
      words.insert(words.end(), dialect.begin(), dialect.end());
      EXPECT_EQ(said(0, words), "") << dialect[0];
      return io::read_npy(folder_ / out);
    };
    const Tensor results = resize("batch.npy", "results.npy");
    ASSERT_EQ(results.shape(), Shape({3, 5, 9, 3})) << dialect[0];
    for (std::int64_t i = 0; i < 3; ++i) {
      const auto* image = batch.data<std::uint8_t>() + i * 8 * 6 * 3;
      io::write_npy(folder_ / "one.npy", Tensor(ConstTensorView(image, DType::uint8, {8, 6, 3})));
      const Tensor result = resize("one.npy", "result.npy");
      const auto* same = results.data<std::uint8_t>() + i * 5 * 9 * 3;
      EXPECT_TRUE(same_bits(result, Tensor(ConstTensorView(same, DType::uint8, {5, 9, 3}))))
          << dialect[0];
    }
  }
}

}  // namespace
}  // namespace halfpixel
