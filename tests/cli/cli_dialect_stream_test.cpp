// Other programs' resizes go through the program in bands of rows, too, with the bits of the whole.
#ifdef HALFPIXEL_HAS_IMAGE
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/image.hpp>
#include <halfpixel/npy.hpp>
#include <halfpixel/npz.hpp>

#include "cli/program.hpp"
#include "cli/samples.hpp"
#include "core/equal.hpp"
#include "core/random_bytes.hpp"

namespace halfpixel {
namespace {

using test::Outcome;
using test::random_bytes;
using test::run;
using test::samples_of;
using Words = std::vector<std::string>;

// One row of the result at a time, and a few.
const char* const kBands[] = {"HALFPIXEL_BAND_BYTES=1", "HALFPIXEL_BAND_BYTES=3000"};

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// Every way in which a dialect's plans are made: copies, sums, corners, cells, fixed point.
std::vector<Words> calls() {
  std::vector<Words> all;
  for (const char* size : {"17x23", "61x90"}) {
    const auto add = [&](const char* dialect, const Words& words) {
      all.push_back(joined({"--dialect", dialect, "--size", size}, words));
    };
    for (const char* mode : {"nearest", "nearest-exact", "bilinear", "bicubic"})
      add("torch", {"--mode", mode});
    for (const char* mode : {"bilinear", "bicubic", "lanczos"})
      add("torch", {"--mode", mode, "--antialias"});
    add("torch", {"--mode", "area", "--input-dtype", "float32"});
    add("torch", {"--mode", "bilinear", "--align-corners", "--input-dtype", "float64"});
    for (const char* filter : {"NEAREST", "BOX", "BILINEAR", "HAMMING", "BICUBIC", "LANCZOS"})
      add("pillow", {"--resample", filter});
    add("pillow", {"--pillow-version", "12"});
    add("pillow", {"--box", "3.5,2.25,30,31.5"});
    add("pillow", {"--reducing-gap", "1.5"});
    for (const char* flag : {"INTER_NEAREST", "INTER_LINEAR", "INTER_CUBIC", "INTER_AREA",
                             "INTER_LANCZOS4", "INTER_LINEAR_EXACT", "INTER_NEAREST_EXACT"})
      add("opencv", {"--interpolation", flag});
    for (const char* mode : {"nearest", "linear", "cubic"}) add("onnx", {"--mode", mode});
    for (const char* mode : {"linear", "cubic"}) add("onnx", {"--mode", mode, "--antialias"});
    // A cut that reaches beyond the image, and one that turns it upside down.
    for (const char* roi : {"0,0,-0.3,0.1,1,1,0.8,1.2", "0,0,1,0,1,1,0,1"}) {
      add("onnx", {"--mode", "linear", "--coordinate-transformation-mode", "tf_crop_and_resize",
                   "--roi", roi, "--extrapolation-value", "7"});
    }
    for (const char* method :
         {"nearest", "linear", "cubic", "cubic-pytorch", "lanczos3", "lanczos5", "area"})
      add("jax", {"--method", method});
    add("jax", {"--method", "cubic", "--no-antialias"});
    for (const char* dialect : {"litert", "tfjs"}) {
      add(dialect, {"--half-pixel-centers"});
      add(dialect, {"--method", "nearest"});
    }
    add("tfjs", {"--backend", "wasm", "--align-corners"});
    add("litert", {"--kernels", "xnnpack", "--half-pixel-centers"});
    for (const char* filter : {"Nearest", "Triangle", "CatmullRom", "Gaussian", "Lanczos3"})
      add("image_rs", {"--filter", filter});
    for (const char* name : {"NearestNeighbor", "ApproxBiLinear", "BiLinear", "CatmullRom"})
      add("go", {"--interpolator", name});
    for (const char* mode : {"nearest", "bilinear"}) add("paddle", {"--mode", mode});
    for (const char* mode : {"bicubic", "area"})
      add("paddle", {"--mode", mode, "--input-dtype", "float32"});
    add("paddle", {"--mode", "bilinear", "--data-format", "channels_last"});
    for (const char* kernel : {"nearest", "linear", "cubic", "lanczos3", "mks2021"})
      add("vips", {"--kernel", kernel});
  }
  // One axis changes, and a filter that reaches over all of the picture.
  for (const char* size : {"37x20", "20x41", "1x5"}) {
    for (const Words& words : std::vector<Words>{{"torch", "--mode", "bicubic", "--antialias"},
                                                 {"pillow"},
                                                 {"onnx", "--mode", "linear"},
                                                 {"jax", "--method", "nearest"},
                                                 {"jax", "--method", "cubic"}})
      all.push_back(joined({"--size", size, "--dialect"}, words));
  }
  for (const char* factor : {"0.45", "2.3x1.4"}) {
    for (const char* mode : {"nearest", "linear", "cubic"}) {
      all.push_back({"--dialect", "mlx", "--scale-factor", factor, "--mode", mode});
      if (mode != std::string("nearest")) all.push_back(joined(all.back(), {"--antialias"}));
    }
  }
  return all;
}

bool is_channels_first(const Words& call) {
  const std::string& name = call[0] == "--dialect" ? call[1] : call[3];
  for (const std::string& word : call) {
    if (word == "channels_last") return false;
  }
  return name == "torch" || name == "onnx" || name == "paddle";
}

// An array of the program's layout as (H, W, C).
Tensor as_picture(const Tensor& array, bool channels_first) {
  const Shape& shape = array.shape();
  if (shape.rank() == 3) return array;
  if (!channels_first) return array.reshape({shape[1], shape[2], shape[3]});
  const std::int64_t strides[] = {shape[3], 1, shape[2] * shape[3]};
  return Tensor(
      ConstTensorView(array.data(), array.dtype(), {shape[2], shape[3], shape[1]}, strides));
}

class CliDialectStream : public ::testing::Test {
 protected:
  // The picture `in` to an array and to a picture, whole (as an .npz takes it) and in bands.
  // Returns whether the program takes it.
  bool expect_same(const std::string& in, DType dtype, const Words& call) {
    SCOPED_TRACE(in + ": " + ::testing::PrintToString(call));
    const Outcome whole = run(folder_, joined({"resize", in, "whole.npz"}, call));
    if (whole.status != 0) {
      for (const char* out : {"y.npy", "y.tif"}) {
        const Outcome refused = run(folder_, joined({"resize", in, "-o", out}, call));
        EXPECT_EQ(refused.status, 1);
        EXPECT_EQ(refused.err, whole.err);
      }
      return false;
    }
    const Tensor expected = io::NpzReader(folder_ / "whole.npz").read("arr_0");
    const Tensor picture = as_picture(expected, is_channels_first(call));
    const auto band = [&] { return test::Surroundings{.environment = {kBands[++turn_ % 2]}}; };
    const Outcome array = run(folder_, joined({"resize", in, "y.npy"}, call), band());
    EXPECT_EQ(array.status, 0) << array.err;
    EXPECT_TRUE(same_bits(io::read_npy(folder_ / "y.npy"), expected));
    turn_ += 1;  // every call has both
    const Outcome drawn = run(folder_, joined({"resize", in, "-o", "y.tif"}, call), band());
    EXPECT_EQ(drawn.status, 0) << drawn.err;
    EXPECT_TRUE(same_bits(io::read_image(folder_ / "y.tif"), samples_of(picture, dtype)));
    return true;
  }
  // (N, C, H, W) or (N, H, W, C), as the program has it.
  void expect_same_array(const std::string& in, const Words& call) {
    SCOPED_TRACE(in + ": " + ::testing::PrintToString(call));
    const Words words = joined({"resize", in, "-o", "y.npy"}, call);
    ASSERT_EQ(run(folder_, words).status, 0);
    const std::string whole = test::read_bytes(folder_ / "y.npy");
    for (const char* bands :
         {"HALFPIXEL_BAND_BYTES=1", "HALFPIXEL_BAND_BYTES=9000", "HALFPIXEL_BAND_BYTES=60000"}) {
      const Outcome outcome = run(folder_, words, {.environment = {bands}});
      EXPECT_EQ(outcome.status, 0) << outcome.err;
      EXPECT_TRUE(test::read_bytes(folder_ / "y.npy") == whole) << bands;
    }
  }
  test::TempFolder folder_;
  std::size_t turn_ = 0;
};

// Pillow multiplies by alpha before and divides after.
TEST_F(CliDialectStream, BytesHaveTheBitsOfTheWhole) {
  io::write_image(folder_ / "rgba.tif", random_bytes({37, 41, 4}, DType::uint8, 5));
  int taken = 0;
  for (const Words& call : calls()) taken += expect_same("rgba.tif", DType::uint8, call) ? 1 : 0;
  EXPECT_GT(taken, 90);
}

TEST_F(CliDialectStream, SoDoSixteenBits) {
  io::write_image(folder_ / "rgb.tif", random_bytes({37, 41, 3}, DType::uint16, 6));
  int taken = 0;
  for (const Words& call : calls()) taken += expect_same("rgb.tif", DType::uint16, call) ? 1 : 0;
  EXPECT_GT(taken, 60);
}

TEST_F(CliDialectStream, SoDoArraysInTheProgramsOwnLayout) {
  Tensor floats({3, 5, 37, 41}, DType::float32);
  const Tensor bytes = random_bytes({3, 5, 37, 41}, DType::uint8, 8);
  for (std::int64_t i = 0; i < floats.size(); ++i)
    floats.data<float>()[i] = static_cast<float>(bytes.data<std::uint8_t>()[i]) / 7;
  io::write_npy(folder_ / "first.npy", floats);
  for (const char* size : {"17x23", "61x90"}) {
    expect_same_array("first.npy", {"--dialect", "torch", "--size", size, "--mode", "bicubic"});
    expect_same_array("first.npy", {"--dialect", "onnx", "--size", size, "--mode", "linear"});
    expect_same_array("first.npy", {"--dialect", "paddle", "--size", size, "--mode", "area"});
  }
  // The leading axis is no axis of independent arrays here.
  expect_same_array("first.npy", {"--dialect", "onnx", "--sizes", "2,5,30,20"});
  expect_same_array("first.npy", {"--dialect", "jax", "--method", "cubic", "--shape", "3,4,30,20"});
  io::write_npy(folder_ / "last.npy", random_bytes({2, 37, 41, 3}, DType::uint8, 9));
  expect_same_array("last.npy", {"--dialect", "jax", "--size", "17x60", "--method", "lanczos3"});
  expect_same_array("last.npy", {"--dialect", "jax", "--size", "37x60", "--method", "linear"});
  expect_same_array("last.npy", {"--dialect", "litert", "--size", "50x20"});
  expect_same_array("last.npy", {"--dialect", "mlx", "--scale-factor", "1.7", "--mode", "linear"});
  expect_same_array("last.npy", {"--dialect", "pillow", "--size", "17x60"});
  io::write_npy(folder_ / "image.npy", random_bytes({37, 41, 4}, DType::uint8, 9));
  expect_same_array("image.npy", {"--dialect", "pillow", "--size", "17x60"});
  expect_same_array("image.npy", {"--dialect", "opencv", "--size", "90x60"});
}

TEST_F(CliDialectStream, PagesGoOneAfterTheOther) {
  io::ImageWriter writer(folder_ / "pages.tif", 3);
  for (unsigned page = 0; page < 3; ++page)
    writer.write(random_bytes({30 + page, 20, 3}, DType::uint8, page));
  static_cast<void>(writer.finish());
  const Words call = {"--dialect", "pillow", "--size", "50%"};
  ASSERT_EQ(run(folder_, joined({"resize", "pages.tif", "-o", "all.tif", "--page", "all"}, call),
                {.environment = {kBands[1]}})
                .status,
            0);
  io::ImageReader all(folder_ / "all.tif");
  ASSERT_EQ(all.pages(), 3);
  for (int page = 0; page < 3; ++page) {
    ASSERT_EQ(run(folder_,
                  joined({"resize", "pages.tif", "one.npz", "--page", std::to_string(page)}, call))
                  .status,
              0);
    EXPECT_TRUE(same_bits(all.read(page).pixels, io::NpzReader(folder_ / "one.npz").read("arr_0")));
  }
}

TEST_F(CliDialectStream, TwoImagesAreNoPicture) {
  io::write_image(folder_ / "in.png", random_bytes({8, 8, 3}, DType::uint8, 1));
  const Outcome outcome =
      run(folder_, {"resize", "in.png", "-o", "y.png", "--dialect", "onnx", "--sizes", "2,3,9,9"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, ::testing::HasSubstr("a picture is one image"));
}

// Whole, IN alone would take more.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(__clang__)
TEST_F(CliDialectStream, MemoryDoesNotGrowWithThePicture) {
  constexpr std::int64_t kSide = 8000;
  {
    io::ImageWriter writer(folder_ / "big.tif");
    writer.begin({kSide, kSide, 3}, DType::uint8);
    const Tensor rows({100, kSide, 3}, DType::uint8);
    for (std::int64_t y = 0; y < kSide; y += 100) writer.write_rows(rows);
    static_cast<void>(writer.finish());
  }
  for (const Words& words : std::vector<Words>{{"torch", "--mode", "bicubic", "--antialias"},
                                               {"pillow"},
                                               {"opencv", "--interpolation", "INTER_AREA"},
                                               {"onnx", "--mode", "linear"},
                                               {"jax", "--method", "lanczos3"},
                                               {"litert"},
                                               {"tfjs"},
                                               {"image_rs", "--filter", "Triangle"},
                                               {"go", "--interpolator", "BiLinear"},
                                               {"paddle", "--mode", "bilinear"}}) {
    const char* const out = words[0] < "n" ? "small.tif" : "small.npy";  // some of both
    const Outcome outcome = run(
        folder_, joined({"resize", "big.tif", "-o", out, "--size", "900x900", "--dialect"}, words));
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_LT(outcome.peak_bytes, std::int64_t{110} << 20) << words[0] << ' ' << out;
  }
}
#endif

}  // namespace
}  // namespace halfpixel
#endif
