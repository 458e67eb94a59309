// Pictures go through the program a band of rows at a time. The file is the one that the whole
// picture would give, and memory stays far below what it would take.
#ifdef HALFPIXEL_HAS_IMAGE
#include <chrono>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <random>
#include <span>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
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

namespace fs = std::filesystem;
using test::Outcome;
using test::run;
using test::samples_of;
using test::TempFolder;
using test::with_batch;
using tf::image::ResizeMethod;
using Words = std::vector<std::string>;

const fs::path kPictures = HALFPIXEL_SOURCE_DIR "/tests/data/pictures";
// One row of the result at a time, and a few.
const char* const kBands[] = {"HALFPIXEL_BAND_BYTES=1", "HALFPIXEL_BAND_BYTES=3000"};

Tensor random_picture(const Shape& shape, DType dtype) {
  if (dtype != DType::float32) return test::random_bytes(shape, dtype, 4);
  Tensor tensor(shape, dtype);
  std::mt19937 random(4);
  for (std::int64_t i = 0; i < tensor.size(); ++i)
    tensor.data<float>()[i] = static_cast<float>(random()) * 0x1p-32f;
  return tensor;
}

using Work = std::function<Tensor(const Tensor&)>;

// The file that the whole picture gives.
void make_whole(const fs::path& in, const fs::path& out, bool copies, const Work& work) {
  const io::Image image = io::read_image_with_metadata(in);
  const DType dtype = image.pixels.dtype();
  const Tensor x = with_batch(image.pixels);
  Tensor y;
  if (!copies && !io::is_opaque(x, image.metadata)) {
    y = io::unpremultiply(work(io::premultiply(x, image.metadata)), dtype, image.metadata);
  } else if (dtype == DType::uint32) {  // TensorFlow's kernels know none
    y = copies ? samples_of(work(x.astype(DType::float64)).astype(DType::uint32), dtype)
               : samples_of(work(x.astype(DType::float32)), dtype);
  } else {
    y = samples_of(work(x), dtype);
  }
  const Shape& shape = y.shape();
  io::write_image(out, y.reshape({shape[1], shape[2], shape[3]}), image.metadata);
}

class CliStream : public ::testing::Test {
 protected:
  // `words`: the command without IN and OUT.
  void expect_same(const fs::path& in, const std::string& out, bool copies, const Work& work,
                   const Words& words, std::span<const char* const> all_bands = kBands) {
    SCOPED_TRACE(in.filename().native() + " -> " + out + ": " + ::testing::PrintToString(words));
    make_whole(in, folder_ / ("whole" + out), copies, work);
    const std::string expected = test::read_bytes(folder_ / ("whole" + out));
    for (const char* bands : all_bands) {
      Words all = {words[0], in.native(), out};
      all.insert(all.end(), words.begin() + 1, words.end());
      const Outcome outcome = run(folder_, all, {.environment = {bands}});
      ASSERT_EQ(outcome.status, 0) << outcome.err;
      EXPECT_TRUE(test::read_bytes(folder_ / out) == expected) << bands;
    }
  }
  void expect_upsampled(const fs::path& in, const std::string& out) {
    const auto bilinear = [](const Tensor& x) {
      return keras::layers::UpSampling2D({.size = {2, 3},
                                          .data_format = DataFormat::channels_last,
                                          .interpolation = keras::Interpolation::bilinear,
                                          .dtype = DType::float32})(x);
    };
    expect_same(in, out, false, bilinear,
                {"upsample", "--size", "2x3", "--interpolation", "bilinear"},
                std::span(kBands).first(1));
  }
  fs::path made(const char* name, const Tensor& pixels) {
    io::write_image(folder_ / name, pixels);
    return folder_ / name;
  }

  TempFolder folder_;
};

TEST_F(CliStream, EveryMethodHasTheBitsOfTheWhole) {
  const fs::path in = made("in.png", random_picture({61, 37, 3}, DType::uint8));
  for (const ResizeMethod method : tf::image::resize_methods()) {
    for (const bool antialias : {false, true}) {
      for (const auto& [size, text] : {std::pair{Size{17, 23}, "17x23"}, {{130, 40}, "130x40"}}) {
        Words words = {"resize", "--size", text, "--method", std::string(name_of(method))};
        if (antialias) words.push_back("--antialias");
        expect_same(
            in, "o.tif", method == ResizeMethod::nearest_neighbor,
            [&](const Tensor& x) {
              return tf::image::resize(x, size, {.method = method, .antialias = antialias});
            },
            words);
      }
    }
  }
  for (const keras::Interpolation way : keras::interpolations()) {
    expect_same(in, "o.png", way == keras::Interpolation::nearest,
                [&](const Tensor& x) {
                  return keras::layers::UpSampling2D({.size = {3, 2},
                                                      .data_format = DataFormat::channels_last,
                                                      .interpolation = way,
                                                      .dtype = DType::float32})(x);
                },
                {"upsample", "--size", "3x2", "--interpolation", std::string(name_of(way))});
  }
}

TEST_F(CliStream, EveryFormatGoesToEveryOneAsTheWholeDoes) {
  for (const char* in : {"in.jpg", "in.png", "in.webp", "in.gif", "in.tif"}) {
    const fs::path path = made(in, random_picture({29, 31, 3}, DType::uint8));
    for (const char* out : {"o.jpg", "o.png", "o.webp", "o.gif", "o.tif"})
      expect_upsampled(path, out);
  }
}

TEST_F(CliStream, SamplesAndAlphaAreThoseOfTheWhole) {
  for (const DType dtype : {DType::uint8, DType::uint16}) {
    for (const std::int64_t channels : {1, 2, 3, 4}) {
      Tensor pixels = random_picture({21, 19, channels}, dtype);
      expect_upsampled(made("in.png", pixels), "o.png");
      if (channels % 2 != 0) continue;
      // All of alpha is full, but for one pixel near the end, and then no more.
      for (std::int64_t i = channels - 1; i < pixels.size(); i += channels) {
        if (dtype == DType::uint8) pixels.data<std::uint8_t>()[i] = 255;
        if (dtype == DType::uint16) pixels.data<std::uint16_t>()[i] = 65535;
      }
      expect_upsampled(made("in.tif", pixels), "o.tif");
      if (dtype == DType::uint8) pixels.data<std::uint8_t>()[pixels.size() - 1] = 7;
      if (dtype == DType::uint16) pixels.data<std::uint16_t>()[pixels.size() - 1] = 7;
      expect_upsampled(made("in.tif", pixels), "o.tif");
    }
  }
  // Every kind of sample, of strip, tile and plane, orientation and colour that there is a file of.
  int read = 0;
  for (const fs::directory_entry& file : fs::directory_iterator(kPictures)) {
    if (file.path().extension() != ".tif" || file.path().stem().native().find("pages") == 0)
      continue;
    try {
      io::ImageReader reader(file.path());
      if (reader.pages() > 1 || !reader.read().metadata.warnings().empty()) continue;
    } catch (const Error&) {
      continue;  // refused, which other tests want so
    }
    expect_upsampled(file.path(), "o.tif");
    ++read;
  }
  EXPECT_GT(read, 20);
}

TEST_F(CliStream, ArraysHaveTheNumbersOfTheFramework) {
  for (const DType dtype :
       {DType::uint8, DType::uint16, DType::uint32, DType::int16, DType::float32}) {
    const fs::path in = made("in.tif", random_picture({33, 17, 2}, dtype));
    for (const ResizeMethod method : {ResizeMethod::nearest_neighbor, ResizeMethod::bicubic}) {
      SCOPED_TRACE(std::string(name_of(dtype)) + " " + std::string(name_of(method)));
      const Tensor x = with_batch(io::read_image(in));
      const auto resized = [&](const Tensor& values) {
        return tf::image::resize(values, {20, 40}, {.method = method});
      };
      const bool copies = method == ResizeMethod::nearest_neighbor;
      Tensor expected;
      if (dtype != DType::uint32) {
        expected = resized(x);
      } else if (copies) {  // TensorFlow's kernels know none
        expected = resized(x.astype(DType::float64)).astype(DType::uint32);
      } else {
        expected = resized(x.astype(DType::float32));
      }
      for (const char* bands : kBands) {
        const Outcome outcome = run(folder_,
                                    {"resize", in.native(), "y.npy", "--size", "20x40", "--method",
                                     std::string(name_of(method))},
                                    {.environment = {bands}});
        ASSERT_EQ(outcome.status, 0) << outcome.err;
        const Tensor y = io::read_npy(folder_ / "y.npy");
        EXPECT_TRUE(same_bits(y, expected));
      }
    }
  }
}

TEST_F(CliStream, PicturesOfOneRowOrColumn) {
  for (const Shape& shape : {Shape{1, 1, 3}, Shape{1, 40, 3}, Shape{40, 1, 3}}) {
    const fs::path in = made("in.png", random_picture(shape, DType::uint8));
    for (const char* out : {"o.png", "o.jpg", "o.tif"}) {
      expect_upsampled(in, out);
      expect_same(in, out, false,
                  [](const Tensor& x) {
                    return tf::image::resize(x, {1, 1},
                                             {.method = ResizeMethod::lanczos5, .antialias = true});
                  },
                  {"resize", "--size", "1x1", "--method", "lanczos5", "--antialias"});
    }
  }
}

// Whole, they would take more than twice as much.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(__clang__)
TEST_F(CliStream, MemoryDoesNotGrowWithThePicture) {
  {
    io::ImageWriter writer(folder_ / "big.jpg");
    const std::int64_t side = 9000;
    writer.begin({side, side, 3}, DType::uint8);
    Tensor rows({100, side, 3}, DType::uint8);
    for (std::int64_t i = 0; i < rows.size(); ++i)
      rows.data<std::uint8_t>()[i] = static_cast<std::uint8_t>(i / 300);
    for (std::int64_t y = 0; y < side; y += 100) writer.write_rows(rows);
    writer.finish();
  }
  constexpr std::int64_t kMost = std::int64_t{120} << 20;
  const Outcome shrunk = run(folder_, {"resize", "big.jpg", "small.png", "--size", "700x700",
                                       "--method", "lanczos3", "--antialias"});
  ASSERT_EQ(shrunk.status, 0) << shrunk.err;
  EXPECT_LT(shrunk.peak_bytes, kMost);
  const Outcome enlarged = run(folder_, {"resize", "big.jpg", "large.jpg", "--size", "9500x9500"});
  ASSERT_EQ(enlarged.status, 0) << enlarged.err;
  EXPECT_LT(enlarged.peak_bytes, kMost);
  EXPECT_EQ(io::ImageReader(folder_ / "large.jpg").open().shape, Shape({9500, 9500, 3}));
}
#endif

TEST_F(CliStream, WhatFailsOnTheWayLeavesNothing) {
  for (const char* in : {"in.png", "in.jpg", "in.tif"}) {
    for (const char* out : {"o.png", "o.jpg", "o.tif"}) {
      SCOPED_TRACE(std::string(in) + " -> " + out);
      const TempFolder folder;
      io::write_image(folder / in, random_picture({400, 300, 3}, DType::uint8));
      // The disk is full.
      const Outcome full =
          run(folder, {"upsample", in, out},
              {.environment = {"HALFPIXEL_BAND_BYTES=20000"}, .file_size = 150000});
      EXPECT_EQ(full.status, 1);
      EXPECT_THAT(full.err, ::testing::HasSubstr("o."));
      EXPECT_EQ(folder.entries(), 1);
      // IN ends in the middle.
      const std::string bytes = test::read_bytes(folder / in);
      test::write_bytes(folder / in, bytes.substr(0, bytes.size() / 2));
      const Outcome cut =
          run(folder, {"upsample", in, out}, {.environment = {"HALFPIXEL_BAND_BYTES=20000"}});
      EXPECT_EQ(cut.status, 1);
      EXPECT_THAT(cut.err, ::testing::HasSubstr("in."));
      EXPECT_EQ(folder.entries(), 1);
    }
  }
}

TEST_F(CliStream, InterruptionsLeaveNothing) {
  const TempFolder folder;
  const TempFolder outputs;
  io::write_image(folder / "in.png", random_picture({1000, 1000, 3}, DType::uint8));
  const pid_t child = test::start(folder, {"upsample", "in.png", "o.png", "--size", "8"}, {},
                                  outputs / "out", outputs / "err");
  for (int i = 0; i < 2000 && folder.entries() < 2; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(folder.entries(), 2) << "the work should have begun";
  ::kill(child, SIGINT);
  EXPECT_EQ(test::wait_for(child), 1);
  EXPECT_EQ(folder.entries(), 1);
}

}  // namespace
}  // namespace halfpixel
#endif
