// What belongs to a picture beside its samples goes from every format to every one that has a place
// for it. tools/pictures wrote the files, with exiftool.
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/image.hpp>

#include "io/temp_folder.hpp"

namespace halfpixel::io {
namespace {

namespace fs = std::filesystem;
using test::read_bytes;
using test::TempFolder;
using test::write_bytes;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

const fs::path kPictures = HALFPIXEL_SOURCE_DIR "/tests/data/pictures";

// Twice as large, as the command would write it. Returns what was left out.
std::string enlarged(const fs::path& from, const fs::path& to) {
  const Image image = read_image_with_metadata(from);
  const Shape& shape = image.pixels.shape();
  std::string lost;
  for (const std::string& line : write_image(
           to, zeros({2 * shape[0], 2 * shape[1], shape[2]}, DType::uint8), image.metadata)) {
    lost += line;
  }
  return lost;
}

TEST(Metadata, GoesFromEveryFormatToEveryOne) {
  const TempFolder folder;
  for (const char* from : {"exif.jpg", "exif.png", "exif.webp", "exif.tif"}) {
    for (const char* to : {"o.jpg", "o.png", "o.webp", "o.tif"}) {
      SCOPED_TRACE(std::string(from) + " -> " + to);
      const Image before = read_image_with_metadata(kPictures / from);
      ASSERT_EQ(before.pixels.shape(), Shape({6, 4, 3})) << "turned upright";
      const std::string lost = enlarged(kPictures / from, folder / to);
      const bool had_iptc =
          std::string_view(from) == "exif.jpg" || std::string_view(from) == "exif.tif";
      const bool holds_iptc = std::string_view(to) == "o.jpg" || std::string_view(to) == "o.tif";
      if (had_iptc && !holds_iptc) {
        EXPECT_THAT(lost, HasSubstr("IPTC"));
      } else if (std::string_view(from) != "exif.png") {  // which has texts
        EXPECT_EQ(lost, "");
      }
      const Image after = read_image_with_metadata(folder / to);
      EXPECT_EQ(after.pixels.shape(), Shape({12, 8, 3})) << "not turned twice";
      EXPECT_EQ(after.metadata.icc_bytes(), before.metadata.icc_bytes());
      const std::string bytes = read_bytes(folder / to);
      // EXIF and TIFF fields, XMP and IPTC are plain text in the file.
      for (const char* text : {"Ansel", "Acme", "2020:01:02 03:04:05", "A title"})
        EXPECT_THAT(bytes, HasSubstr(text));
      if (had_iptc && holds_iptc) {
        EXPECT_THAT(bytes, HasSubstr("A caption that is not short"));
        EXPECT_THAT(bytes, HasSubstr("keyword two"));
      }
      EXPECT_THAT(bytes, Not(HasSubstr("Orientation>6")));
      EXPECT_THAT(bytes, Not(HasSubstr("Orientation='6'")));
    }
  }
}

int count_of(const std::string& bytes, std::string_view text) {
  int count = 0;
  for (std::size_t at = bytes.find(text); at != bytes.npos; at = bytes.find(text, at + 1)) ++count;
  return count;
}

TEST(Metadata, ExifIsWrittenOnceAndWithoutJpegsHeading) {
  const TempFolder folder;
  enlarged(kPictures / "exif.jpg", folder / "o.png");
  EXPECT_EQ(count_of(read_bytes(folder / "o.png"), "eXIf"), 1);
  enlarged(kPictures / "exif.jpg", folder / "o.webp");
  const std::string webp = read_bytes(folder / "o.webp");
  const std::size_t chunk = webp.find("EXIF");
  ASSERT_NE(chunk, webp.npos);
  EXPECT_THAT(webp.substr(chunk + 8, 2), AnyOf("II", "MM"));
}

TEST(Metadata, TheOldThumbnailIsGone) {
  const TempFolder folder;
  // A JPEG within the EXIF block begins with a second start marker.
  EXPECT_EQ(count_of(read_bytes(kPictures / "exif.jpg"), "\xff\xd8\xff"), 2);
  enlarged(kPictures / "exif.jpg", folder / "o.jpg");
  EXPECT_EQ(count_of(read_bytes(folder / "o.jpg"), "\xff\xd8\xff"), 1);
}

TEST(Metadata, UnturnedPicturesKeepTheirMark) {
  const TempFolder folder;
  for (const char* from : {"exif.jpg", "exif.png", "exif.webp", "exif.tif"}) {
    const Image stored = read_image_with_metadata(kPictures / from, {.upright = false});
    EXPECT_EQ(stored.pixels.shape(), Shape({4, 6, 3}));
    EXPECT_EQ(stored.metadata.orientation(), 6);
    for (const char* to : {"o.jpg", "o.png", "o.webp", "o.tif"}) {
      write_image(folder / to, stored.pixels, stored.metadata);
      EXPECT_EQ(read_image(folder / to).shape(), Shape({6, 4, 3})) << from << to;
    }
  }
}

TEST(Metadata, PngKeepsGammaPrimariesAndTexts) {
  const TempFolder folder;
  EXPECT_EQ(enlarged(kPictures / "gamma.png", folder / "o.png"), "");
  const std::string bytes = read_bytes(folder / "o.png");
  for (const char* name : {"gAMA", "cHRM", "tEXt"}) EXPECT_EQ(count_of(bytes, name), 1) << name;
  EXPECT_THAT(enlarged(kPictures / "gamma.png", folder / "o.jpg"),
              HasSubstr("gamma and primaries"));
}

// A block of a PNG, behind its header. The readers here look at no checksum of those.
std::string chunk(std::string_view name, std::string_view data) {
  const auto size = static_cast<char>(data.size());
  return std::string(3, '\0') + size + std::string(name) + std::string(data) + std::string(4, '\0');
}
fs::path with_chunks(const fs::path& png, const Shape& shape, const std::string& chunks) {
  (void)write_image(png, zeros(shape, DType::uint8));
  constexpr std::size_t kBehindHeader = 8 + 12 + 13;
  write_bytes(png, read_bytes(png).insert(kBehindHeader, chunks));
  return png;
}
// What reading a file warns of, its name left out.
std::string warnings_of(const fs::path& path) {
  std::string text;
  const std::string name = path.filename().native();
  const Image image = read_image_with_metadata(path);
  for (const std::string& line : image.metadata.warnings())
    text += line.substr(line.find(name) + name.size()) + ";";
  return text;
}

// libvips takes 72 pixels per inch for granted, and a shape of pixels for a resolution.
TEST(Metadata, ResolutionsOfPngsAreThoseThatTheyState) {
  const TempFolder folder;
  const fs::path none = with_chunks(folder / "none.png", {4, 4, 3}, "");
  EXPECT_EQ(enlarged(none, folder / "o.png"), "");
  EXPECT_EQ(count_of(read_bytes(folder / "o.png"), "pHYs"), 0);
  EXPECT_EQ(enlarged(none, folder / "o.jpg"), "");
  constexpr std::string_view kNoUnit("JFIF\0\1\1\0\0\1\0\1", 12);
  EXPECT_THAT(read_bytes(folder / "o.jpg"), HasSubstr(std::string(kNoUnit)));
  EXPECT_EQ(enlarged(none, folder / "o.webp"), "");
  EXPECT_THAT(read_bytes(folder / "o.webp"), Not(HasSubstr("EXIF")));

  constexpr std::string_view kMillimetre("\0\0\3\xe8\0\0\3\xe8\1", 9);
  const fs::path one = with_chunks(folder / "one.png", {4, 4, 3}, chunk("pHYs", kMillimetre));
  EXPECT_EQ(enlarged(one, folder / "o.png"), "");
  EXPECT_THAT(read_bytes(folder / "o.png"), HasSubstr("pHYs" + std::string(kMillimetre)));

  constexpr std::string_view kTwice("\0\0\0\1\0\0\0\2\0", 9);
  const fs::path shape = with_chunks(folder / "shape.png", {4, 4, 3}, chunk("pHYs", kTwice));
  EXPECT_EQ(enlarged(shape, folder / "o.png"), "");
  EXPECT_THAT(read_bytes(folder / "o.png"), HasSubstr("pHYs" + std::string(kTwice)));
  EXPECT_THAT(enlarged(shape, folder / "o.jpg"), HasSubstr("shape of pixels"));
  EXPECT_THAT(read_bytes(folder / "o.jpg"), HasSubstr(std::string(kNoUnit)));
}

TEST(Metadata, ChunksOfPngsAreKeptOrSaidToBeLost) {
  const TempFolder folder;
  using namespace std::string_literals;
  EXPECT_EQ(warnings_of(with_chunks(folder / "a.png", {4, 4, 3},
                                    chunk("sCAL", "\1"s + "1.5\0"s + "1.5") + chunk("caBX", "x") +
                                        chunk("sBIT", "\5\6\5") + chunk("zzZz", "x"))),
            ": its chunks sCAL, caBX, sBIT, zzZz are left out;");
  EXPECT_EQ(warnings_of(with_chunks(folder / "b.png", {4, 4, 3}, chunk("sCAL", "\1x"))),
            ": its chunk sCAL is left out;");
  // What says nothing about the picture.
  EXPECT_EQ(warnings_of(with_chunks(folder / "c.png", {4, 4, 3},
                                    chunk("sBIT", "\10\10\10") + chunk("tIME", "\7\xe4\1\2\3\4\5") +
                                        chunk("oFFs", std::string(9, '\0')) +
                                        chunk("bKGD", std::string(6, '\0')))),
            "");
  // A background is kept where it can be seen.
  const std::string colour("\0\1\0\2\0\3", 6);
  const fs::path seen = with_chunks(folder / "d.png", {4, 4, 4}, chunk("bKGD", colour));
  EXPECT_EQ(enlarged(seen, folder / "o.png"), "");
  EXPECT_THAT(read_bytes(folder / "o.png"), HasSubstr("bKGD" + colour));
  EXPECT_THAT(enlarged(seen, folder / "o.webp"), HasSubstr("background"));
}

TEST(Metadata, SegmentsOfJpegsAreSaidToBeLost) {
  const TempFolder folder;
  const auto with_segment = [&](char marker, const std::string& bytes) {
    (void)write_image(folder / "a.jpg", zeros({8, 8, 3}, DType::uint8));
    const std::string head{'\xff', marker, '\0', static_cast<char>(bytes.size() + 2)};
    write_bytes(folder / "a.jpg", read_bytes(folder / "a.jpg").insert(2, head + bytes));
    return warnings_of(folder / "a.jpg");
  };
  using namespace std::string_literals;
  EXPECT_EQ(with_segment('\xeb', "JP\0\1jumb"s), ": its segment APP11 (JP) is left out;");
  EXPECT_EQ(with_segment('\xe1', "FLIR\0\1"s), ": its segment APP1 (FLIR) is left out;");
  EXPECT_EQ(with_segment('\xe0', "JFXX\0\20"s), "") << "a thumbnail";
  EXPECT_EQ(with_segment('\xec', "Ducky\0\1"s), "") << "a quality";
  EXPECT_EQ(with_segment('\xed', "Photoshop 3.0\0"s + "8BIM\7\xd0\0\0\0\0\0\4path"s +
                                     "8BIM\4\x0a\0\0\0\0\0\1\1\0"s),
            ": its path, copyright flag are left out;");
}

TEST(Metadata, CommentsOfGifsAreKeptOrSaidToBeLost) {
  const TempFolder folder;
  (void)write_image(folder / "a.gif", zeros({4, 4, 3}, DType::uint8));
  std::string gif = read_bytes(folder / "a.gif");
  using namespace std::string_literals;
  gif.insert(gif.size() - 1, "!\xfe\5hello\0!\xff\x0bXMP DataXMP\3abc\0"s);
  write_bytes(folder / "a.gif", gif);
  EXPECT_EQ(warnings_of(folder / "a.gif"), ": its extension XMP DataXMP is left out;");
  EXPECT_EQ(enlarged(folder / "a.gif", folder / "o.png"), "");
  EXPECT_THAT(read_bytes(folder / "o.png"), HasSubstr("tEXtComment" + "\0hello"s));
  EXPECT_THAT(enlarged(folder / "a.gif", folder / "o.gif"), HasSubstr("comments"));
}

TEST(Metadata, PartialTransparencyIsSaidToBeLostOfGifs) {
  const TempFolder folder;
  Tensor pixels = full({4, 4, 4}, 255, DType::uint8);
  EXPECT_THAT(write_image(folder / "a.gif", pixels), ::testing::IsEmpty());
  pixels.data<std::uint8_t>()[3] = 0;
  EXPECT_THAT(write_image(folder / "a.gif", pixels), ::testing::IsEmpty());
  pixels.data<std::uint8_t>()[3] = 100;
  EXPECT_THAT(write_image(folder / "a.gif", pixels),
              ::testing::ElementsAre(HasSubstr("partial transparency")));
}

TEST(Metadata, ChunksOfWebpsAreSaidToBeLost) {
  const TempFolder folder;
  (void)write_image(folder / "a.webp", zeros({4, 4, 3}, DType::uint8));
  EXPECT_EQ(warnings_of(folder / "a.webp"), "");
  using namespace std::string_literals;
  std::string webp = read_bytes(folder / "a.webp") + "ABCD\4\0\0\0wxyz"s;
  webp[4] = static_cast<char>(webp.size() - 8);
  write_bytes(folder / "a.webp", webp);
  EXPECT_EQ(warnings_of(folder / "a.webp"), ": its chunk ABCD is left out;");
}

TEST(Metadata, FieldsOfTiffsAreSaidToBeLost) {
  const TempFolder folder;
  EXPECT_EQ(warnings_of(kPictures / "fields.tif"),
            ": its fields 286 (horizontal place), 37724 (Photoshop layers), 65000 are left out;"
            ": its path is left out;");
  EXPECT_EQ(warnings_of(kPictures / "minisblack_1_uint8.tif"), "");
  EXPECT_EQ(warnings_of(kPictures / "cmyk.tif"),
            ": its CMYK becomes sRGB, by libvips' own profile, for it has none;");
  EXPECT_EQ(warnings_of(kPictures / "white_is_zero.tif"),
            ": its floats stay as they are; that 0 is white is left out;");
  for (const char* name : {"volume.tif", "metamorph.tif"}) {
    try {
      (void)read_image(kPictures / name);
      FAIL() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::unsupported);
      EXPECT_THAT(error.what(), HasSubstr("save its planes as pages")) << name;
    }
  }
}

TEST(Metadata, GreyProfilesDoNotGoIntoRgbFiles) {
  const TempFolder folder;
  const Image grey = read_image_with_metadata(kPictures / "grey_profile.png");
  ASSERT_GT(grey.metadata.icc_bytes(), 0u);
  for (const char* to : {"o.png", "o.tif", "o.jpg"}) {
    EXPECT_EQ(enlarged(kPictures / "grey_profile.png", folder / to), "");
    EXPECT_EQ(read_image_with_metadata(folder / to).metadata.icc_bytes(),
              grey.metadata.icc_bytes());
  }
  EXPECT_THAT(enlarged(kPictures / "grey_profile.png", folder / "o.webp"), HasSubstr("profile"));
  EXPECT_EQ(read_image_with_metadata(folder / "o.webp").metadata.icc_bytes(), 0u);
}

TEST(Metadata, PngsOfPngsKeepOneOfEachChunk) {
  const TempFolder folder;
  fs::path from = fs::path(HALFPIXEL_SOURCE_DIR) / "examples/photos/chelsea.png";
  const std::size_t icc_bytes = read_image_with_metadata(from).metadata.icc_bytes();
  ASSERT_GT(icc_bytes, 0u);
  for (const char* to : {"1.png", "2.png", "3.png"}) {
    EXPECT_EQ(enlarged(from, folder / to), "") << to;
    from = folder / to;
    const Image image = read_image_with_metadata(from);
    EXPECT_THAT(image.metadata.warnings(), ::testing::IsEmpty()) << to;
    EXPECT_EQ(image.metadata.icc_bytes(), icc_bytes) << to;
    const std::string bytes = read_bytes(from).substr(0, 8192);
    for (const char* name : {"gAMA", "cHRM", "iCCP"}) EXPECT_LE(count_of(bytes, name), 1) << name;
  }
}

TEST(Metadata, AProfileThatDoesNotFitThePixelsIsSaidToBeLost) {
  const TempFolder folder;
  const std::string grey = read_bytes(kPictures / "grey_profile.png");
  const std::size_t name = grey.find("iCCP");
  ASSERT_NE(name, grey.npos);
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(grey[name - 4 + i]); };
  const std::size_t size = (byte(2) << 8U) + byte(3);
  (void)write_image(folder / "rgb.png", zeros({4, 4, 3}, DType::uint8));
  std::string rgb = read_bytes(folder / "rgb.png");
  constexpr std::size_t kBehindHeader = 8 + 12 + 13;
  rgb.insert(kBehindHeader, grey.substr(name - 4, size + 12));
  write_bytes(folder / "rgb.png", rgb);
  const Image image = read_image_with_metadata(folder / "rgb.png");
  EXPECT_EQ(image.metadata.icc_bytes(), 0u);
  ASSERT_EQ(image.metadata.warnings().size(), 1u);
  EXPECT_THAT(image.metadata.warnings()[0], HasSubstr("profile does not fit its pixels"));
}

TEST(Metadata, GeoTiffIsScaledOrSaidToBeLost) {
  const TempFolder folder;
  EXPECT_EQ(enlarged(kPictures / "geo.tif", folder / "o.tif"), "");
  EXPECT_THAT(enlarged(kPictures / "geo.tif", folder / "o.png"), HasSubstr("GeoTIFF"));
  const std::string bytes = read_bytes(folder / "o.tif");
  // ModelPixelScale was 10, 20, 0.
  const double half[] = {5.0, 10.0, 0.0};
  EXPECT_THAT(bytes, HasSubstr(std::string(reinterpret_cast<const char*>(half), sizeof half)));
  EXPECT_THAT(bytes, HasSubstr("WGS 84"));
}

TEST(Metadata, GainMapsAreLeftOutAndNotClaimed) {
  const TempFolder folder;
  const Image photo = read_image_with_metadata(kPictures / "gain_map.jpg");
  ASSERT_EQ(photo.metadata.warnings().size(), 1u);
  EXPECT_THAT(photo.metadata.warnings()[0], HasSubstr("gain map"));
  write_image(folder / "o.jpg", photo.pixels, photo.metadata);
  const std::string bytes = read_bytes(folder / "o.jpg");
  EXPECT_THAT(bytes, Not(HasSubstr("hdrgm")));
  EXPECT_THAT(bytes, Not(HasSubstr("Container")));
  EXPECT_THAT(bytes, HasSubstr("A title"));
}

TEST(Metadata, FieldsWithoutValuesAreRead) {
  const TempFolder folder;
  write_image(folder / "a.jpg", zeros({2, 3, 3}, DType::uint8));
  const std::string plain = read_bytes(folder / "a.jpg");
  using namespace std::string_literals;
  // One directory, of Make with no letters and an artist.
  const std::string exif =
      "Exif\0\0II*\0\x08\0\0\0\x02\0"
      "\x0f\x01\x02\0\0\0\0\0\0\0\0\0"
      "\x3b\x01\x02\0\x04\0\0\0Ada\0"
      "\0\0\0\0"s;
  const std::string head = "\xff\xe1\0"s + static_cast<char>(exif.size() + 2);
  write_bytes(folder / "b.jpg", plain.substr(0, 2) + head + exif + plain.substr(2));
  EXPECT_EQ(enlarged(folder / "b.jpg", folder / "o.tif"), "");
  EXPECT_THAT(read_bytes(folder / "o.tif"), HasSubstr("Ada"));
  // GeoTIFF's own, one after the other.
  for (const char* tag : {"\x0e\x83", "\x82\x84", "\xaf\x87"}) {
    std::string geo = read_bytes(kPictures / "geo.tif");
    const std::size_t at = geo.find(tag);
    ASSERT_NE(at, std::string::npos);
    geo.replace(at + 4, 4, 4, '\0');
    write_bytes(folder / "g.tif", geo);
    EXPECT_EQ(read_image(folder / "g.tif").shape(), read_image(kPictures / "geo.tif").shape());
    enlarged(folder / "g.tif", folder / "o.tif");
  }
}

TEST(Jpeg, HarmlessFaultsAreReadWholeWithAWarning) {
  const TempFolder folder;
  const std::string clean = read_bytes(kPictures / "exif.jpg");
  const Image right = read_image_with_metadata(kPictures / "exif.jpg");
  EXPECT_TRUE(right.metadata.warnings().empty());
  const auto expect_whole = [&](const std::string& bytes, const char* what) {
    write_bytes(folder / "a.jpg", bytes);
    const Image image = read_image_with_metadata(folder / "a.jpg");
    EXPECT_EQ(image.metadata.warnings().size(), 1u) << what;
    ASSERT_EQ(image.pixels.shape(), right.pixels.shape()) << what;
    EXPECT_EQ(std::memcmp(image.pixels.data(), right.pixels.data(),
                          static_cast<std::size_t>(right.pixels.size_bytes())),
              0)
        << what;
  };
  // Stray bytes in front of each segment.
  for (std::size_t at = 2; static_cast<unsigned char>(clean[at + 1]) != 0xda;) {
    if (at > 2) {
      expect_whole(clean.substr(0, at) + std::string(2, '\0') + clean.substr(at), "stray bytes");
    }
    at += 2 + static_cast<unsigned char>(clean[at + 2]) * 256u +
          static_cast<unsigned char>(clean[at + 3]);
  }
  std::string version = clean;
  version[clean.find("JFIF") + 5] = 2;
  expect_whole(version, "JFIF 2.01");
  std::string scan = clean;
  const std::size_t sos = clean.rfind("\xff\xda");                     // the thumbnail has one too
  scan[sos + 2 + static_cast<unsigned char>(clean[sos + 3]) - 2] = 0;  // Se
  expect_whole(scan, "Se of 0 in a baseline file");
}

}  // namespace
}  // namespace halfpixel::io
