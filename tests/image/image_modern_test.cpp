// AVIF, HEIC and JPEG XL where libvips has them: what docs/pictures.md says of their samples,
// channels and metadata.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/image.hpp>

#include "io/temp_folder.hpp"

namespace halfpixel::io {
namespace {

using test::read_bytes;
using test::TempFolder;
using test::write_bytes;

class Modern : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const auto endings = image_endings();
    if (std::ranges::find(endings, GetParam()) == endings.end())
      GTEST_SKIP() << "libvips has no " << GetParam();
    // libheif's encoders are packages of their own.
    try {
      write_image(file("try"), zeros({16, 16, 3}, DType::uint8));
      std::filesystem::remove(file("try"));
    } catch (const Error& error) {
      if (std::string(error.what()).find("compression") == std::string::npos) throw;
      GTEST_SKIP() << error.what();
    }
  }
  bool lossless() const { return GetParam() == ".jxl"; }
  std::filesystem::path file(const std::string& name) const {
    return folder_ / (name + GetParam());
  }
  TempFolder folder_;
};

// Smooth, so that a lossy codec keeps it.
template <class T>
Tensor ramps(std::int64_t channels, double full, DType dtype) {
  Tensor image({48, 64, channels}, dtype);
  const std::span<T> samples = image.span<T>();
  for (std::int64_t i = 0; i < image.size(); ++i) {
    const std::int64_t c = i % channels, x = i / channels % 64, y = i / channels / 64;
    const double share = c == 0   ? static_cast<double>(x) / 63
                         : c == 1 ? static_cast<double>(y) / 47
                                  : 0.5;
    samples[static_cast<std::size_t>(i)] = static_cast<T>(share * full);
  }
  return image;
}

// Grey, with alpha or without, as RGB.
Tensor spread(const Tensor& grey) {
  const std::int64_t from = grey.shape()[2], to = from + 2;
  Tensor image({48, 64, to}, DType::uint8);
  for (std::int64_t i = 0; i < image.size(); ++i) {
    const std::int64_t c = std::max<std::int64_t>(i % to - 2, 0);
    image.span<std::uint8_t>()[static_cast<std::size_t>(i)] =
        grey.span<std::uint8_t>()[static_cast<std::size_t>(i / to * from + c)];
  }
  return image;
}

double mean_difference(const Tensor& a, const Tensor& b) {
  double sum = 0;
  for (std::int64_t i = 0; i < a.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    sum += std::abs(static_cast<double>(a.span<std::uint8_t>()[at]) -
                    static_cast<double>(b.span<std::uint8_t>()[at]));
  }
  return sum / static_cast<double>(a.size());
}

TEST_P(Modern, GreyColourAndAlphaComeBack) {
  for (const std::int64_t channels : {1, 2, 3, 4}) {
    SCOPED_TRACE(channels);
    Tensor image = ramps<std::uint8_t>(channels, 255, DType::uint8);
    if (channels % 2 == 0) {  // nothing is invisible: lossy codecs do not keep what nobody sees
      for (std::int64_t i = channels - 1; i < image.size(); i += channels)
        image.span<std::uint8_t>()[static_cast<std::size_t>(i)] = 255 - i % 100;
    }
    write_image(file("a"), image);
    const Tensor again = read_image(file("a"));
    // libvips makes three channels of grey for libheif.
    const Tensor want = lossless() || channels > 2 ? image : spread(image);
    ASSERT_EQ(again.shape(), want.shape());
    ASSERT_EQ(again.dtype(), DType::uint8);
    if (lossless()) {
      EXPECT_EQ(mean_difference(want, again), 0.0);
    } else {
      EXPECT_LT(mean_difference(want, again), 2.0);
    }
  }
}

TEST_P(Modern, MoreThanEightBits) {
  const Tensor sixteen = ramps<std::uint16_t>(3, 65535, DType::uint16);
  const Tensor floats = ramps<float>(3, 1.0, DType::float32);
  if (!lossless()) {
    EXPECT_THROW((void)write_image(file("a"), sixteen), Error);
    EXPECT_THROW((void)write_image(file("a"), floats), Error);
    EXPECT_EQ(folder_.entries(), 0);
    return;
  }
  write_image(file("a"), sixteen);
  const Tensor again = read_image(file("a"));
  ASSERT_EQ(again.dtype(), DType::uint16);
  EXPECT_TRUE(std::ranges::equal(again.span<std::uint16_t>(), sixteen.span<std::uint16_t>()));
  write_image(file("b"), floats);
  const Tensor there = read_image(file("b"));
  ASSERT_EQ(there.dtype(), DType::float32);
  EXPECT_TRUE(std::ranges::equal(there.span<float>(), floats.span<float>()));
}

TEST_P(Modern, ProfileExifAndXmpGoIn) {
  const Image photo =
      read_image_with_metadata(HALFPIXEL_SOURCE_DIR "/tests/data/pictures/exif.jpg");
  std::string lost;
  for (const std::string& line : write_image(file("a"), photo.pixels, photo.metadata)) lost += line;
  EXPECT_THAT(lost, ::testing::HasSubstr("IPTC"));
  const Image again = read_image_with_metadata(file("a"));
  EXPECT_EQ(again.pixels.shape(), photo.pixels.shape()) << "not turned twice";
  if (lossless()) return;  // boxes that libvips may compress, and may not read
  EXPECT_EQ(again.metadata.icc_bytes(), photo.metadata.icc_bytes());
  const std::string bytes = read_bytes(file("a"));
  for (const char* text : {"Ansel", "Acme", "A title"})
    EXPECT_THAT(bytes, ::testing::HasSubstr(text));
}

TEST_P(Modern, CutFilesAreErrorsOrPicturesAndLeaveNothing) {
  write_image(file("a"), ramps<std::uint8_t>(3, 255, DType::uint8));
  const std::string whole = read_bytes(file("a"));
  for (std::size_t length = 0; length < whole.size(); length += 1 + whole.size() / 40) {
    write_bytes(file("cut"), whole.substr(0, length));
    try {
      EXPECT_EQ(read_image(file("cut")).shape(), Shape({48, 64, 3}));
    } catch (const Error&) {
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, Modern, ::testing::Values(".avif", ".heic", ".jxl"),
                         [](const auto& info) { return info.param.substr(1); });

}  // namespace
}  // namespace halfpixel::io
