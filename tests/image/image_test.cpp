#include <halfpixel/image.hpp>

#include <sys/stat.h>

#include <chrono>
#include <cstring>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vips/vips.h>

#include <halfpixel/error.hpp>

#include "core/equal.hpp"
#include "io/image_limits.hpp"
#include "io/temp_folder.hpp"

namespace halfpixel::io {
namespace {

using test::read_bytes;
using test::TempFolder;
using test::write_bytes;
using ::testing::HasSubstr;

const std::filesystem::path kPhotos = HALFPIXEL_SOURCE_DIR "/examples/photos";

Tensor noise(const Shape& shape, DType dtype, unsigned seed = 1) {
  Tensor tensor(shape, dtype);
  std::mt19937 random(seed);
  auto* bytes = static_cast<unsigned char*>(tensor.data());
  for (std::int64_t i = 0; i < tensor.size_bytes(); ++i)
    bytes[i] = static_cast<unsigned char>(random());
  return tensor;
}

class Image_ : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ASSERT_TRUE(is_image_path("x.png"));
    read_image(kPhotos / "chelsea.png");
  }

  // A libvips picture of the given samples, to be saved in ways that write_image does not offer.
  VipsImage* vips(const Tensor& pixels, VipsInterpretation space) {
    VipsImage* memory = vips_image_new_from_memory_copy(
        pixels.data(), static_cast<std::size_t>(pixels.size_bytes()),
        static_cast<int>(pixels.shape()[1]), static_cast<int>(pixels.shape()[0]),
        static_cast<int>(pixels.shape()[2]),
        pixels.dtype() == DType::uint8    ? VIPS_FORMAT_UCHAR
        : pixels.dtype() == DType::uint16 ? VIPS_FORMAT_USHORT
                                          : VIPS_FORMAT_FLOAT);
    VipsImage* image = nullptr;
    vips_copy(memory, &image, "interpretation", space, nullptr);
    g_object_unref(memory);
    return image;
  }
  std::string refusal(const std::filesystem::path& path) {
    ::testing::internal::CaptureStderr();
    std::string message = "no error";
    try {
      read_image(path);
    } catch (const Error& error) {
      message = error.what();
    }
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
    EXPECT_EQ(message.find('\n'), message.npos);
    return message;
  }
  TempFolder folder_;
};

TEST_F(Image_, LosslessFormatsComeBackWithTheirSamples) {
  for (const char* name : {"a.png", "a.tif", "a.TIFF", "a.webp"}) {
    for (const std::int64_t channels : {1, 2, 3, 4}) {
      for (const DType dtype : {DType::uint8, DType::uint16}) {
        if (std::string_view(name) == "a.webp" && (dtype == DType::uint16 || channels != 3))
          continue;
        const Tensor pixels = noise({13, 7, channels}, dtype);
        write_image(folder_ / name, pixels);
        const Image back = read_image_with_metadata(folder_ / name);
        EXPECT_TRUE(same_bits(back.pixels, pixels))
            << name << channels << name_of(dtype) << back.pixels.shape();
        EXPECT_EQ(back.metadata.has_alpha(), channels % 2 == 0);
      }
    }
  }
}

TEST_F(Image_, PhotosAreRead) {
  EXPECT_EQ(read_image(kPhotos / "chelsea.png").shape(), Shape({300, 451, 3}));
  EXPECT_EQ(read_image(kPhotos / "rocket.jpg").shape(), Shape({427, 640, 3}));
}

TEST_F(Image_, JpegIsCloseToItsSource) {
  const Tensor photo = read_image(kPhotos / "coffee.png");
  write_image(folder_ / "a.jpg", photo);
  const Tensor back = read_image(folder_ / "a.jpg");
  ASSERT_EQ(back.shape(), photo.shape());
  double sum = 0;
  for (std::int64_t i = 0; i < photo.size(); ++i) {
    sum += std::abs(photo.data<std::uint8_t>()[i] - back.data<std::uint8_t>()[i]);
  }
  EXPECT_LT(sum / static_cast<double>(photo.size()), 2.0);
}

TEST_F(Image_, FormatsThatCannotHoldTheSamplesRefuse) {
  EXPECT_THROW(write_image(folder_ / "a.jpg", noise({4, 4, 3}, DType::uint16)), Error);
  EXPECT_THROW(write_image(folder_ / "a.webp", noise({4, 4, 3}, DType::uint16)), Error);
  EXPECT_THROW(write_image(folder_ / "a.jpg", noise({4, 4, 4}, DType::uint8)), Error);
  EXPECT_THROW(write_image(folder_ / "a.png", noise({4, 4, 5}, DType::uint8)), Error);
  EXPECT_THROW(write_image(folder_ / "a.png", noise({4, 4}, DType::uint8)), Error);
  EXPECT_THROW(write_image(folder_ / "a.png", noise({0, 4, 3}, DType::uint8)), Error);
  // Floats: and how they become samples.
  for (const DType dtype : {DType::float32, DType::float64}) {
    try {
      write_image(folder_ / "a.png", zeros({4, 4, 3}, dtype));
      ADD_FAILURE() << "written";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("x.astype(DType::uint8) makes samples in C++"));
    }
  }
  EXPECT_THROW(write_image(folder_ / "a.bmp", noise({4, 4, 3}, DType::uint8)), Error);
  EXPECT_THROW(write_image(folder_ / "none/a.png", noise({4, 4, 3}, DType::uint8)), Error);
  EXPECT_THROW(write_image(folder_ / "a.webp", noise({1, 20000, 3}, DType::uint8)), Error);
  EXPECT_THROW(write_image(folder_ / "a.jpg", noise({1, 70000, 3}, DType::uint8)), Error);
  EXPECT_EQ(folder_.entries(), 0);
}

TEST_F(Image_, StridedViewsAreWrittenAsTheyLook) {
  const Tensor pixels = noise({6, 5, 3}, DType::uint8);
  const std::int64_t strides[] = {30, 3, 1};
  const ConstTensorView odd(pixels.data<std::uint8_t>() + 15, {3, 5, 3}, strides);
  write_image(folder_ / "a.png", odd);
  EXPECT_TRUE(same_bits(read_image(folder_ / "a.png"), Tensor(odd)));
}

TEST_F(Image_, ReadingAgainSeesTheNewFile) {
  write_image(folder_ / "a.png", noise({4, 4, 3}, DType::uint8, 1));
  read_image(folder_ / "a.png");
  const Tensor pixels = noise({4, 4, 3}, DType::uint8, 2);
  write_image(folder_ / "a.png", pixels);
  EXPECT_TRUE(same_bits(read_image(folder_ / "a.png"), pixels));
}

TEST_F(Image_, OrientationIsAppliedAndItsTagIsGone) {
  const Tensor pixels = noise({5, 9, 3}, DType::uint8);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    VipsImage* image = vips(pixels, VIPS_INTERPRETATION_sRGB);
    vips_image_set_int(image, VIPS_META_ORIENTATION, orientation);
    ASSERT_EQ(vips_tiffsave(image, (folder_ / "a.tif").c_str(), nullptr), 0);
    ASSERT_EQ(vips_jpegsave(image, (folder_ / "a.jpg").c_str(), nullptr), 0);
    g_object_unref(image);
    const Image upright = read_image_with_metadata(folder_ / "a.tif");
    const bool turned = orientation > 4;
    ASSERT_EQ(upright.pixels.shape(), turned ? Shape({9, 5, 3}) : Shape({5, 9, 3}));
    EXPECT_EQ(same_bits(upright.pixels, pixels), orientation == 1);
    // The first stored pixel stands in the corner that the tag names.
    const bool right = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    const bool bottom =
        orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
    const std::int64_t y = bottom ? upright.pixels.shape()[0] - 1 : 0;
    const std::int64_t x = right ? upright.pixels.shape()[1] - 1 : 0;
    const auto* corner =
        upright.pixels.data<std::uint8_t>() + (y * upright.pixels.shape()[1] + x) * 3;
    EXPECT_EQ(std::memcmp(corner, pixels.data(), 3), 0) << orientation;

    const Image jpeg = read_image_with_metadata(folder_ / "a.jpg");
    write_image(folder_ / "b.jpg", jpeg.pixels, jpeg.metadata);
    EXPECT_EQ(read_image(folder_ / "b.jpg").shape(), jpeg.pixels.shape()) << orientation;
  }
}

TEST_F(Image_, ProfileResolutionAndExifTravelWithThePicture) {
  const Tensor pixels = noise({8, 8, 3}, DType::uint8);
  VipsImage* image = vips(pixels, VIPS_INTERPRETATION_sRGB);
  VipsBlob* profile = nullptr;
  ASSERT_EQ(vips_profile_load("p3", &profile, nullptr), 0);
  size_t profile_bytes = 0;
  const void* profile_data = vips_blob_get(profile, &profile_bytes);
  vips_image_set_blob_copy(image, VIPS_META_ICC_NAME, profile_data, profile_bytes);
  vips_area_unref(VIPS_AREA(profile));
  vips_image_set_string(image, "exif-ifd0-Artist", "Ansel (Ansel, ASCII, 6 components, 6 bytes)");
  VipsImage* sharp = nullptr;
  vips_copy(image, &sharp, "xres", 11.811, "yres", 11.811, nullptr);
  ASSERT_EQ(vips_jpegsave(sharp, (folder_ / "a.jpg").c_str(), nullptr), 0);
  g_object_unref(sharp);
  g_object_unref(image);

  const Image photo = read_image_with_metadata(folder_ / "a.jpg");
  EXPECT_EQ(photo.metadata.icc_bytes(), profile_bytes);
  for (const char* name : {"b.jpg", "b.png", "b.webp", "b.tif"}) {
    write_image(folder_ / name, photo.pixels, photo.metadata);
    EXPECT_EQ(read_image_with_metadata(folder_ / name).metadata.icc_bytes(), profile_bytes) << name;
    VipsImage* out = vips_image_new_from_file((folder_ / name).c_str(), nullptr);
    ASSERT_NE(out, nullptr);
    // WebP has no resolution of its own.
    if (std::string_view(name) != "b.webp") {
      EXPECT_NEAR(out->Xres, 11.811, 0.02) << name;
    }
    const char* artist = nullptr;
    if (std::string_view(name) != "b.tif") {
      EXPECT_EQ(vips_image_get_string(out, "exif-ifd0-Artist", &artist), 0) << name;
      EXPECT_THAT(std::string(artist == nullptr ? "" : artist), HasSubstr("Ansel")) << name;
    }
    g_object_unref(out);
  }
}

TEST_F(Image_, PalettesAndOneBitPicturesAreSpreadOut) {
  VipsImage* photo = vips(read_image(kPhotos / "chelsea.png"), VIPS_INTERPRETATION_sRGB);
  ASSERT_EQ(vips_pngsave(photo, (folder_ / "p.png").c_str(), "palette", TRUE, nullptr), 0);
  g_object_unref(photo);
  const Image palette = read_image_with_metadata(folder_ / "p.png");
  EXPECT_EQ(palette.pixels.shape(), Shape({300, 451, 3}));
  // Written again it keeps every colour: nothing remembers the palette.
  const Tensor many = read_image(kPhotos / "coffee.png");
  write_image(folder_ / "q.png", many, palette.metadata);
  EXPECT_TRUE(same_bits(read_image(folder_ / "q.png"), many));

  Tensor bits({2, 16, 1}, DType::uint8);
  for (std::int64_t i = 0; i < 32; ++i) bits.data<std::uint8_t>()[i] = i % 3 == 0 ? 255 : 0;
  VipsImage* image = vips(bits, VIPS_INTERPRETATION_B_W);
  ASSERT_EQ(vips_tiffsave(image, (folder_ / "b.tif").c_str(), "bitdepth", 1, nullptr), 0);
  ASSERT_EQ(vips_pngsave(image, (folder_ / "b.png").c_str(), "bitdepth", 1, nullptr), 0);
  g_object_unref(image);
  EXPECT_TRUE(same_bits(read_image(folder_ / "b.tif"), bits));
  EXPECT_TRUE(same_bits(read_image(folder_ / "b.png"), bits));
}

TEST_F(Image_, CmykBecomesRgb) {
  Tensor ink({4, 4, 4}, DType::uint8);
  for (std::int64_t i = 0; i < ink.size(); ++i) ink.data<std::uint8_t>()[i] = i % 4 == 3 ? 255 : 0;
  VipsImage* image = vips(ink, VIPS_INTERPRETATION_CMYK);
  ASSERT_EQ(vips_jpegsave(image, (folder_ / "k.jpg").c_str(), nullptr), 0);
  ASSERT_EQ(vips_tiffsave(image, (folder_ / "k.tif").c_str(), nullptr), 0);
  g_object_unref(image);
  for (const char* name : {"k.jpg", "k.tif"}) {
    const Image read = read_image_with_metadata(folder_ / name);
    EXPECT_EQ(read.pixels.shape(), Shape({4, 4, 3})) << name;
    EXPECT_EQ(read.pixels.dtype(), DType::uint8);
    EXPECT_LT(read.pixels.data<std::uint8_t>()[0], 90) << "black ink is dark";
    EXPECT_FALSE(read.metadata.has_alpha());
  }
}

// The way from inks to RGB is made once for a picture: for each row it took 12 s for 300 rows.
TEST_F(Image_, RowsOfInksAreThoseOfOneRowAndTakeNoTime) {
  for (const DType dtype : {DType::uint8, DType::uint16}) {
    const Tensor inks = noise({3, 4000, 4}, dtype);
    VipsImage* wide = vips(inks, VIPS_INTERPRETATION_CMYK);
    VipsImage* tall = vips(inks.reshape({4000, 3, 4}), VIPS_INTERPRETATION_CMYK);
    ASSERT_EQ(vips_tiffsave(wide, (folder_ / "wide.tif").c_str(), nullptr), 0);
    ASSERT_EQ(vips_tiffsave(tall, (folder_ / "tall.tif").c_str(), nullptr), 0);
    ASSERT_EQ(vips_jpegsave(tall, (folder_ / "tall.jpg").c_str(), nullptr), 0);
    g_object_unref(wide);
    g_object_unref(tall);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_TRUE(same_bits(read_image(folder_ / "tall.tif").reshape({3, 4000, 3}),
                          read_image(folder_ / "wide.tif")));
    EXPECT_EQ(read_image(folder_ / "tall.jpg").shape(), Shape({4000, 3, 3}));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
  }
}

TEST_F(Image_, FloatingTiffIsReadAsItIs) {
  const Tensor pixels = random::normal({4, 4, 3});
  VipsImage* image = vips(pixels, VIPS_INTERPRETATION_sRGB);
  ASSERT_EQ(vips_tiffsave(image, (folder_ / "f.tif").c_str(), nullptr), 0);
  g_object_unref(image);
  EXPECT_TRUE(same_bits(read_image(folder_ / "f.tif"), pixels));
}

TEST_F(Image_, ManyPagesGiveTheFirst) {
  const Tensor pages = noise({20, 8, 3}, DType::uint8);
  VipsImage* image = vips(pages, VIPS_INTERPRETATION_sRGB);
  vips_image_set_int(image, VIPS_META_PAGE_HEIGHT, 10);
  ASSERT_EQ(vips_tiffsave(image, (folder_ / "m.tif").c_str(), nullptr), 0);
  g_object_unref(image);
  const Tensor first = read_image(folder_ / "m.tif");
  ASSERT_EQ(first.shape(), Shape({10, 8, 3}));
  EXPECT_EQ(std::memcmp(first.data(), pages.data(), 240), 0);
}

TEST_F(Image_, CutFilesAreErrorsAndNotGreyHalves) {
  const Tensor photo = read_image(kPhotos / "coffee.png");
  for (const char* name : {"a.png", "a.jpg", "a.webp", "a.tif"}) {
    write_image(folder_ / name, photo);
    const std::string whole = read_bytes(folder_ / name);
    for (const double share : {0.0, 0.0001, 0.01, 0.3, 0.5, 0.9, 0.99}) {
      write_bytes(
          folder_ / "cut",
          whole.substr(0, static_cast<std::size_t>(share * static_cast<double>(whole.size()))));
      EXPECT_THAT(refusal(folder_ / "cut"), HasSubstr("[read_image]")) << name << share;
    }
  }
}

TEST_F(Image_, DamageIsAnErrorOrAPictureAndNeverSilentOnStderr) {
  const Tensor photo = noise({32, 32, 3}, DType::uint8);
  std::mt19937 random(5);
  for (const char* name : {"a.png", "a.jpg", "a.webp", "a.tif"}) {
    write_image(folder_ / name, photo);
    const std::string whole = read_bytes(folder_ / name);
    for (int round = 0; round < 100; ++round) {
      std::string bytes = whole;
      for (int k = 0; k < 4; ++k) bytes[random() % bytes.size()] = static_cast<char>(random());
      write_bytes(folder_ / "damaged", bytes);
      refusal(folder_ / "damaged");
    }
  }
}

// A marker in the middle of the data: libjpeg would fill the rest with grey and only warn.
TEST_F(Image_, DamagedJpegDataIsAnError) {
  write_image(folder_ / "a.jpg", read_image(kPhotos / "coffee.png"));
  const std::string whole = read_bytes(folder_ / "a.jpg");
  for (const char* damage : {"\xff\xd9", "\xff\xd3", "\xff\xc0"}) {
    write_bytes(folder_ / "b.jpg", std::string(whole).replace(whole.size() / 2, 2, damage));
    EXPECT_THAT(refusal(folder_ / "b.jpg"), HasSubstr("Corrupt JPEG data"));
  }
}

// Some cameras write filler before the end marker; nothing of the picture is missing.
TEST_F(Image_, FillerInJpegFilesIsTolerated) {
  write_image(folder_ / "a.jpg", read_image(kPhotos / "coffee.png"));
  const Tensor before = read_image(folder_ / "a.jpg");
  std::string bytes = read_bytes(folder_ / "a.jpg");
  bytes.insert(bytes.size() - 2, "fill");
  write_bytes(folder_ / "a.jpg", bytes);
  EXPECT_TRUE(same_bits(read_image(folder_ / "a.jpg"), before));
}

TEST_F(Image_, OtherFilesAreRefused) {
  write_bytes(folder_ / "t.png", "this is a text\n");
  EXPECT_THAT(refusal(folder_ / "t.png"), HasSubstr("JPEG, PNG, WebP or TIFF"));
  write_bytes(folder_ / "s.png", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>");
  EXPECT_THAT(refusal(folder_ / "s.png"), HasSubstr("JPEG, PNG, WebP or TIFF"));
  ASSERT_EQ(::mkfifo((folder_ / "pipe.png").c_str(), 0600), 0);
  EXPECT_THAT(refusal(folder_ / "pipe.png"), HasSubstr("not a regular file"));
  EXPECT_THAT(refusal(folder_.path()), HasSubstr("folder"));
  EXPECT_THAT(refusal(folder_ / "none.png"), HasSubstr("No such file"));
}

TEST_F(Image_, TooManySamplesAreRefusedBeforeTheyAreDecoded) {
  write_image(folder_ / "a.png", noise({40, 50, 3}, DType::uint8));
  const std::int64_t before = set_max_image_samples(5999);
  EXPECT_THAT(refusal(folder_ / "a.png"), HasSubstr("too large; got 50x40 with 3 channels"));
  set_max_image_samples(6000);
  EXPECT_EQ(refusal(folder_ / "a.png"), "no error");
  set_max_image_samples(before);
}

TEST(Alpha, GoesThereAndBackUnchangedWhereSomethingIsSeen) {
  for (const DType dtype : {DType::uint8, DType::uint16}) {
    Tensor pixels = noise({64, 64, 4}, dtype);
    for (std::int64_t i = 3; i < pixels.size(); i += 4) {
      if (dtype == DType::uint8) pixels.data<std::uint8_t>()[i] |= 1;
      if (dtype == DType::uint16) pixels.data<std::uint16_t>()[i] |= 1;
    }
    EXPECT_TRUE(same_bits(unpremultiply(premultiply(pixels), dtype), pixels));
  }
}

TEST(Alpha, MultipliesAndDivides) {
  const Tensor pixels({1, 3, 2}, {std::uint8_t{200}, std::uint8_t{255}, std::uint8_t{200},
                                  std::uint8_t{51}, std::uint8_t{200}, std::uint8_t{0}});
  const Tensor product = premultiply(pixels);
  EXPECT_THAT(std::vector<float>(product.span<float>().begin(), product.span<float>().end()),
              ::testing::ElementsAre(200.0f, 255.0f, ::testing::FloatEq(40.0f), 51.0f, 0.0f, 0.0f));
  const Tensor back = unpremultiply(product, DType::uint8);
  EXPECT_THAT(std::vector<int>(back.span<std::uint8_t>().begin(), back.span<std::uint8_t>().end()),
              ::testing::ElementsAre(200, 255, 200, 51, 0, 0));
}

TEST(Alpha, OvershootIsClampedAndRoundedHalfToEven) {
  const Tensor x({1, 4, 2}, {300.0f, 300.0f, 10.5f, 255.0f, 11.5f, 255.0f, -4.0f, -1.0f});
  const Tensor y = unpremultiply(x, DType::uint8);
  EXPECT_THAT(std::vector<int>(y.span<std::uint8_t>().begin(), y.span<std::uint8_t>().end()),
              ::testing::ElementsAre(255, 255, 10, 255, 12, 255, 0, 0));
}

TEST(Alpha, WantsTwoOrFourChannels) {
  EXPECT_THROW(premultiply(noise({2, 2, 3}, DType::uint8)), Error);
  EXPECT_THROW(premultiply(zeros({2, 2, 4}, DType::float64)), Error);
  EXPECT_THROW(unpremultiply(zeros({2, 2, 4}), DType::float64), Error);
  EXPECT_THROW(unpremultiply(noise({2, 2, 4}, DType::uint8), DType::uint8), Error);
}

}  // namespace
}  // namespace halfpixel::io
