// Animations keep their frames: also those that an encoder would merge.
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <halfpixel/image.hpp>
#include <halfpixel/tensor.hpp>

#include "io/temp_folder.hpp"

namespace halfpixel::io {
namespace {

using test::TempFolder;

// (5, 7, channels): a white square on black or, with `clear`, on nothing.
Tensor square(std::int64_t channels, bool clear, std::int64_t at) {
  Tensor pixels({5, 7, channels}, DType::uint8);
  auto* p = pixels.data<std::uint8_t>();
  for (std::int64_t y = 0; y < 5; ++y) {
    for (std::int64_t x = 0; x < 7; ++x) {
      const bool inside = y >= 1 && y < 3 && x >= at && x < at + 2;
      for (std::int64_t c = 0; c < channels; ++c) *p++ = inside || (c == 3 && !clear) ? 255 : 0;
    }
  }
  return pixels;
}

TEST(Frames, EqualOnesStayFramesWithTheirTimes) {
  const std::filesystem::path source = HALFPIXEL_SOURCE_DIR "/tests/data/pictures/frames.gif";
  ImageReader times(source);
  const TempFolder folder;
  for (const std::int64_t channels : {3, 4}) {
    for (const char* to : {"o.gif", "o.webp"}) {
      SCOPED_TRACE(std::string(to) + " of channels: " + std::to_string(channels));
      const std::vector<std::int64_t> places = {0, 0, 3, 3, 3, 0, 4, 4};
      ImageWriter writer(folder / to, static_cast<int>(places.size()));
      std::vector<int> delays;
      for (std::size_t i = 0; i < places.size(); ++i) {
        const ImageMetadata shown = times.read(static_cast<int>(i) % times.pages()).metadata;
        delays.push_back(shown.delay_ms());
        writer.write(square(channels, channels == 4, places[i]), shown);
      }
      writer.finish();
      ImageReader reader(folder / to);
      ASSERT_EQ(reader.pages(), static_cast<int>(places.size()));
      for (std::size_t i = 0; i < places.size(); ++i) {
        SCOPED_TRACE(i);
        const Image frame = reader.read(static_cast<int>(i));
        // Where a GIF uses transparency to say what stays, it is read with alpha.
        const Tensor expected = square(frame.pixels.shape()[2], channels == 4, places[i]);
        EXPECT_EQ(frame.metadata.delay_ms(), delays[i]);
        ASSERT_EQ(frame.pixels.shape(), expected.shape());
        EXPECT_EQ(std::memcmp(frame.pixels.data(), expected.data(),
                              static_cast<std::size_t>(expected.size_bytes())),
                  0);
      }
    }
  }
}

}  // namespace
}  // namespace halfpixel::io
