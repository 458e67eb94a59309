// .npz in and out on the command line. tests/data/npz holds files of NumPy.
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/npy.hpp>
#include <halfpixel/npz.hpp>
#include <halfpixel/tensor.hpp>
#ifdef HALFPIXEL_HAS_IMAGE
#include <halfpixel/image.hpp>
#endif

#include "cli/program.hpp"

namespace halfpixel {
namespace {

using test::run;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string of_tensor(const Tensor& tensor) {
  return {static_cast<const char*>(tensor.data()), static_cast<std::size_t>(tensor.size_bytes())};
}

class CliNpz : public ::testing::Test {
 protected:
  CliNpz() {
    io::write_npz(folder_ / "x.npz",
                  std::vector<io::NamedTensor>{{"photo", photo_}, {"mask", mask_}});
    io::write_npy(folder_ / "photo.npy", photo_);
    io::write_npy(folder_ / "mask.npy", mask_);
  }
  void expect_same(const io::NpzReader& reader, const std::string& name, const std::string& npy) {
    const Tensor wanted = io::read_npy(folder_ / npy), found = reader.read(name);
    EXPECT_EQ(found.shape(), wanted.shape()) << name;
    EXPECT_EQ(found.dtype(), wanted.dtype()) << name;
    EXPECT_EQ(of_tensor(found), of_tensor(wanted)) << name;
  }

  test::TempFolder folder_;
  Tensor photo_ = random::uniform({1, 9, 7, 3}, 0, 255, DType::float32, 1);
  Tensor mask_ = random::uniform({2, 5, 6, 1}, 0, 255, DType::float32, 2).astype(DType::uint8);
};

TEST_F(CliNpz, EveryArrayIsWorkedUnderItsName) {
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"upsample", "--interpolation", "bicubic"},
        {"resize", "--size", "150%", "--method", "lanczos3"},
        {"resize", "--dialect", "jax", "--method", "cubic", "--size", "8x9"}}) {
    const auto call = [&](const std::string& in, const std::string& out) {
      std::vector<std::string> line = command;
      line.insert(line.end(), {in, out});
      const test::Outcome outcome = run(folder_, line);
      EXPECT_EQ(outcome.status, 0) << outcome.err;
    };
    call("x.npz", "y.npz");
    call("photo.npy", "p.npy");
    call("mask.npy", "m.npy");
    const io::NpzReader reader(folder_ / "y.npz");
    EXPECT_THAT(reader.names(), ElementsAre("photo", "mask"));
    expect_same(reader, "photo", "p.npy");
    expect_same(reader, "mask", "m.npy");
  }
}

TEST_F(CliNpz, OneArrayMayBeTaken) {
  EXPECT_EQ(run(folder_, {"upsample", "x.npz", "y.npy", "--array", "mask"}).status, 0);
  EXPECT_EQ(io::read_npy(folder_ / "y.npy").shape(), (Shape{2, 10, 12, 1}));
  EXPECT_EQ(run(folder_, {"upsample", "x.npz", "y.npz", "--array", "mask"}).status, 0);
  EXPECT_THAT(io::NpzReader(folder_ / "y.npz").names(), ElementsAre("mask"));
  EXPECT_EQ(run(folder_, {"upsample", "photo.npy", "y.npz"}).status, 0);
  EXPECT_THAT(io::NpzReader(folder_ / "y.npz").names(), ElementsAre("arr_0"));
  EXPECT_EQ(run(folder_, {"upsample", "y.npz", "z.npy"}).status, 0);
  // Into itself, from a pipe, and among many.
  EXPECT_EQ(run(folder_, {"upsample", "y.npz", "y.npz"}).status, 0);
  EXPECT_EQ(io::NpzReader(folder_ / "y.npz").shape("arr_0"), (Shape{1, 36, 28, 3}));
  test::Surroundings from_x;
  from_x.in_path = folder_ / "x.npz";
  test::write_bytes(folder_ / "piped.npz",
                    run(folder_, {"upsample", "-", "-", "--format", "npz"}, from_x).out);
  EXPECT_THAT(io::NpzReader(folder_ / "piped.npz").names(), ElementsAre("photo", "mask"));
  EXPECT_EQ(run(folder_, {"upsample", "x.npz", "photo.npy", "-o", "out", "--format", "npz"}).status,
            0);
  EXPECT_THAT(io::NpzReader(folder_ / "out/photo.npz").names(), ElementsAre("arr_0"));
}

TEST_F(CliNpz, WhatCannotBeIsSaidAndLeavesNothing) {
  const auto said = [&](const std::vector<std::string>& words) {
    const test::Outcome outcome = run(folder_, words);
    EXPECT_EQ(outcome.status, 1) << outcome.err;
    return outcome.err;
  };
  EXPECT_THAT(said({"upsample", "x.npz", "y.npy"}),
              AllOf(HasSubstr("holds 2 arrays, 'photo', 'mask'"), HasSubstr("--array NAME")));
  EXPECT_THAT(said({"upsample", "x.npz", "y.npy", "--array", "foto"}),
              HasSubstr("holds no array 'foto'; it holds 'photo', 'mask'"));
  EXPECT_THAT(said({"upsample", "photo.npy", "y.npy", "--array", "a"}),
              HasSubstr("photo.npy is none"));
  EXPECT_THAT(said({"identify", "x.npz", "x.npz"}), HasSubstr("--array NAME takes one"));
  io::write_npz(
      folder_ / "labels.npz",
      std::vector<io::NamedTensor>{{"photo", photo_}, {"labels", Tensor({4}, DType::int64)}});
  EXPECT_THAT(said({"upsample", "labels.npz", "y.npz"}), HasSubstr("here it was 'labels'"));
  test::write_bytes(folder_ / "cut.npz", test::read_bytes(folder_ / "x.npz").substr(0, 300));
  EXPECT_THAT(said({"upsample", "cut.npz", "y.npz"}), HasSubstr("cut.npz is cut short"));
  // Pages are of pictures.
  EXPECT_THAT(said({"upsample", "photo.npy", "y.npy", "--page", "99"}),
              HasSubstr("--page 99 is of TIFF files and animations; photo.npy is an array"));
  EXPECT_THAT(said({"upsample", "x.npz", "y.npz", "--page", "0"}), HasSubstr("x.npz is an array"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "y.npy"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "y.npz"));
}

TEST_F(CliNpz, FilesOfNumPyAreTaken) {
  const std::string data = std::string(HALFPIXEL_SOURCE_DIR) + "/tests/data/npz/";
  EXPECT_EQ(run(folder_, {"upsample", data + "compressed.npz", "y.npz", "--array", "mask"}).status,
            0);
  EXPECT_EQ(io::NpzReader(folder_ / "y.npz").shape("mask"), (Shape{1, 400, 600, 1}));
  const test::Outcome told = run(folder_, {"upsample", data + "streamed.npz", "y.npz"});
  EXPECT_EQ(told.status, 0);
  EXPECT_THAT(told.err, HasSubstr("holds more than arrays, which is left out: 'readme.txt'"));
}

TEST_F(CliNpz, ExplainTellsOfEachArray) {
  const test::Outcome outcome = run(folder_, {"upsample", "x.npz", "--explain"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("array photo\n"), HasSubstr("array mask\n"),
                                 HasSubstr("from 9 high and 7 wide to 18 high and 14 wide")));
}

#ifdef HALFPIXEL_HAS_IMAGE
TEST_F(CliNpz, PicturesBecomeArraysAndArraysPictures) {
  io::write_image(folder_ / "p.png", Tensor({4, 6, 3}, DType::uint8));
  EXPECT_EQ(run(folder_, {"upsample", "p.png", "p.npz"}).status, 0);
  EXPECT_EQ(io::NpzReader(folder_ / "p.npz").shape("arr_0"), (Shape{1, 8, 12, 3}));
  EXPECT_EQ(run(folder_, {"upsample", "x.npz", "q.png", "--array", "photo"}).status, 0);
  EXPECT_EQ(io::read_image(folder_ / "q.png").shape(), (Shape{18, 14, 3}));
}
#endif

}  // namespace
}  // namespace halfpixel
