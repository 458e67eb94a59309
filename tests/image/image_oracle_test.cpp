// Pictures that other programs wrote, with what is in them; tools/pictures made both.
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/image.hpp>
#include <halfpixel/npy.hpp>

#include "io/temp_folder.hpp"

namespace halfpixel::io {
namespace {

namespace fs = std::filesystem;
const fs::path kWritten = HALFPIXEL_SOURCE_DIR "/tests/data/pictures";

std::vector<fs::path> pictures_with_arrays() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(kWritten)) {
    fs::path array = entry.path();
    if (array.extension() != ".npy" && fs::exists(array.replace_extension(".npy")))
      paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// YCbCr is computed, by everybody a little differently.
int tolerance_of(const std::string& name) {
  return name.starts_with("ycbcr") ? 1 : 0;
}

void expect_same(const Tensor& got, const Tensor& want, const std::string& name) {
  ASSERT_EQ(got.shape(), want.shape()) << name;
  ASSERT_EQ(got.dtype(), want.dtype()) << name;
  const int tolerance = tolerance_of(name);
  if (tolerance == 0) {
    EXPECT_EQ(std::memcmp(got.data(), want.data(), static_cast<std::size_t>(want.size_bytes())), 0)
        << name << '\n'
        << got << '\n'
        << want;
    return;
  }
  for (std::int64_t i = 0; i < want.size(); ++i) {
    ASSERT_NEAR(got.data<std::uint8_t>()[i], want.data<std::uint8_t>()[i], tolerance) << name;
  }
}

TEST(Pictures, AreReadAsTheyWereWritten) {
  const std::vector<fs::path> paths = pictures_with_arrays();
  ASSERT_GT(paths.size(), 50u);
  for (const fs::path& path : paths) {
    const std::string name = path.filename();
    SCOPED_TRACE(name);
    fs::path array = path;
    expect_same(read_image(path), read_npy(array.replace_extension(".npy")), name);
  }
}

// What is read is written, to TIFF, with the same samples and the same meaning of channels.
TEST(Pictures, SurviveTiff) {
  const test::TempFolder folder;
  for (const fs::path& path : pictures_with_arrays()) {
    const Image image = read_image_with_metadata(path);
    EXPECT_TRUE(write_image(folder / "a.tif", image.pixels, image.metadata).empty()) << path;
    const Image again = read_image_with_metadata(folder / "a.tif");
    expect_same(again.pixels, image.pixels, path.filename());
    EXPECT_EQ(again.metadata.alpha_channel(), image.metadata.alpha_channel()) << path;
    EXPECT_EQ(again.metadata.colour_channels(), image.metadata.colour_channels()) << path;
  }
}

TEST(Pictures, ThatAreNotUnderstoodAreRefusedByName) {
  std::ifstream list(kWritten / "refused.txt");
  std::string line;
  int count = 0;
  while (std::getline(list, line)) {
    const std::string name = line.substr(0, line.find('\t'));
    std::string message = "no error";
    try {
      read_image(kWritten / name);
    } catch (const Error& error) {
      message = error.what();
      EXPECT_EQ(error.code(), ErrorCode::unsupported) << message;
    }
    EXPECT_THAT(message, ::testing::HasSubstr(line.substr(line.find('\t') + 1))) << name;
    ++count;
  }
  EXPECT_GT(count, 10);
}

}  // namespace
}  // namespace halfpixel::io
