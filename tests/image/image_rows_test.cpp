// Pictures a few rows at a time.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/image.hpp>

#include "core/equal.hpp"
#include "core/random_bytes.hpp"
#include "io/image_limits.hpp"
#include "io/temp_folder.hpp"

namespace halfpixel::io {
namespace {

using test::random_bytes;
using test::read_bytes;
using test::TempFolder;
using ::testing::HasSubstr;

TensorView rows_of(Tensor& pixels, std::int64_t begin, std::int64_t end) {
  const Shape& shape = pixels.shape();
  const std::int64_t row = shape[1] * shape[2] * static_cast<std::int64_t>(size_of(pixels.dtype()));
  return {static_cast<std::byte*>(pixels.data()) + begin * row,
          pixels.dtype(),
          {end - begin, shape[1], shape[2]}};
}

template <class Call>
std::string refusal(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

class ImageRows : public ::testing::Test {
 protected:
  TempFolder folder_;
};

TEST_F(ImageRows, AreThoseOfTheWhole) {
  for (const char* name : {"a.png", "a.jpg", "a.webp", "a.gif", "a.tif"}) {
    SCOPED_TRACE(name);
    // Wider than a strip of a TIFF is long, and several strips.
    Tensor pixels = random_bytes({150, 900, 3}, DType::uint8, 11);
    ImageWriter writer(folder_ / name);
    writer.begin(pixels.shape(), pixels.dtype());
    std::int64_t at = 0;
    for (const std::int64_t count : {1, 7, 60, 0, 82}) {
      if (count > 0) writer.write_rows(rows_of(pixels, at, at + count));
      at += count;
    }
    writer.finish();
    write_image(folder_ / ("whole_" + std::string(name)), pixels);
    EXPECT_TRUE(read_bytes(folder_ / name) == read_bytes(folder_ / ("whole_" + std::string(name))));

    const Tensor expected = read_image(folder_ / name);
    Tensor got(expected.shape(), expected.dtype());
    ImageReader reader(folder_ / name);
    const ImageHeader header = reader.open();
    EXPECT_EQ(header.shape, expected.shape());
    EXPECT_EQ(header.dtype, expected.dtype());
    at = 0;
    for (const std::int64_t count : {33, 1, 0, 116}) {
      reader.read_rows(rows_of(got, at, at + count));
      at += count;
    }
    EXPECT_TRUE(same_bits(got, expected));
    // And once more from the beginning.
    reader.open();
    reader.read_rows(rows_of(got, 0, 150));
    EXPECT_TRUE(same_bits(got, expected));
  }
}

TEST_F(ImageRows, WhatIsOutOfOrderIsRefused) {
  Tensor pixels = random_bytes({8, 9, 3}, DType::uint8, 11);
  ImageWriter writer(folder_ / "a.tif", 2);
  EXPECT_THAT(refusal([&] { writer.write_rows(rows_of(pixels, 0, 1)); }),
              HasSubstr("rows must be"));
  writer.begin(pixels.shape(), pixels.dtype());
  EXPECT_THAT(refusal([&] { writer.begin(pixels.shape(), pixels.dtype()); }),
              HasSubstr("8 rows are missing"));
  writer.write_rows(rows_of(pixels, 0, 5));
  EXPECT_THAT(refusal([&] { writer.write_rows(rows_of(pixels, 0, 4)); }), HasSubstr("1 to 3"));
  Tensor narrow = random_bytes({1, 8, 3}, DType::uint8, 11);
  EXPECT_THAT(refusal([&] { writer.write_rows(narrow); }), HasSubstr("(9, 3)"));
  EXPECT_THAT(refusal([&] { writer.finish(); }), HasSubstr("got 0 of 2"));
  writer.write_rows(rows_of(pixels, 5, 8));
  writer.write(pixels);
  EXPECT_THAT(refusal([&] { writer.begin(pixels.shape(), pixels.dtype()); }),
              HasSubstr("more pages than 2"));
  writer.finish();

  ImageReader reader(folder_ / "a.tif");
  EXPECT_THAT(refusal([&] { reader.read_rows(rows_of(pixels, 0, 1)); }),
              HasSubstr("no page is open"));
  reader.open(1);
  reader.read_rows(rows_of(pixels, 0, 6));
  EXPECT_THAT(refusal([&] { reader.read_rows(rows_of(pixels, 0, 3)); }), HasSubstr("at most 2"));
  EXPECT_THAT(refusal([&] { reader.open(2); }), HasSubstr("from 0 to 1"));
}

TEST_F(ImageRows, TheLimitOfSamplesIsOneOfWhatIsHeld) {
  const Tensor pixels = random_bytes({40, 50, 3}, DType::uint8, 11);
  const std::vector<const char*> whole = {"a.webp", "a.gif"};
  const std::vector<const char*> in_rows = {"a.png", "a.jpg", "a.tif"};
  for (const auto& names : {whole, in_rows}) {
    for (const char* name : names) write_image(folder_ / name, pixels);
  }
  const std::int64_t before = set_max_image_samples(5999);
  for (const char* name : whole) {
    EXPECT_THAT(refusal([&] { ImageReader(folder_ / name).open(); }), HasSubstr("too large"));
  }
  for (const char* name : in_rows) {
    EXPECT_THAT(refusal([&] { read_image(folder_ / name); }), HasSubstr("too large"));
    Tensor row({1, 50, 3}, DType::uint8);
    ImageReader reader(folder_ / name);
    reader.open();
    for (int y = 0; y < 40; ++y) reader.read_rows(row);
  }
  set_max_image_samples(149);
  for (const char* name : in_rows) {
    EXPECT_THAT(refusal([&] { ImageReader(folder_ / name).open(); }), HasSubstr("too large"));
  }
  set_max_image_samples(before);
}

TEST_F(ImageRows, ATiffIsCompressedWhenItsSourceWas) {
  const Tensor flat = zeros({200, 300, 3}, DType::uint8);
  constexpr std::size_t kPlain = 200 * 300 * 3;
  write_image(folder_ / "plain.tif", flat);
  EXPECT_GT(read_bytes(folder_ / "plain.tif").size(), kPlain);
  // Of the test's own pictures one that is packed.
  const Image packed =
      read_image_with_metadata(HALFPIXEL_SOURCE_DIR "/tests/data/pictures/lzw_uint8.tif");
  write_image(folder_ / "packed.tif", flat, packed.metadata);
  EXPECT_LT(read_bytes(folder_ / "packed.tif").size(), kPlain / 10);
  const Image again = read_image_with_metadata(folder_ / "packed.tif");
  write_image(folder_ / "again.tif", again.pixels, again.metadata);
  EXPECT_LT(read_bytes(folder_ / "again.tif").size(), kPlain / 10);
}

}  // namespace
}  // namespace halfpixel::io
