#include "formats/zip_archive.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>

#include "formats/file_bytes.hpp"

namespace halfpixel::formats {
namespace {

using test::replace;
using testing::HasSubstr;

class ZipArchiveTest : public testing::Test {
 protected:
  std::string refusal(const std::string& bytes, std::int64_t most = 1 << 30) {
    test::write_bytes(folder_ / "a.zip", bytes);
    try {
      const ZipArchive archive(folder_ / "a.zip", {most});
      for (const std::string& name : archive.names()) archive.read(name, most);
    } catch (const Error& error) {
      return error.what();
    }
    ADD_FAILURE() << "accepted";
    return {};
  }
  test::TempFolder folder_;
  const std::string good_ =
      test::zip({{"config.json", "{\"a\": 1}"}, {"model.weights.h5", "0123456789"}});
};

// Little-endian numbers at a place that a marker finds.
std::string patch(std::string bytes, std::string_view marker, std::size_t offset,
                  std::uint64_t value, int width) {
  const std::size_t at = bytes.find(marker);
  EXPECT_NE(at, bytes.npos);
  for (int i = 0; i < width; ++i)
    bytes[at + offset + static_cast<std::size_t>(i)] = static_cast<char>(value >> (8 * i));
  return bytes;
}
constexpr std::string_view kCentral = "PK\x01\x02";

TEST_F(ZipArchiveTest, ReadsWhatMakeZipWrites) {
  test::write_bytes(folder_ / "a.zip", good_);
  const ZipArchive archive(folder_ / "a.zip", {});
  EXPECT_EQ(archive.read("config.json", 100).text(), "{\"a\": 1}");
  EXPECT_EQ(archive.read("model.weights.h5", 10).text(), "0123456789");
  EXPECT_FALSE(archive.has("metadata.json"));
  EXPECT_THROW(archive.read("model.weights.h5", 9), Error);
  EXPECT_THROW(archive.read("metadata.json", 9), Error);
}

TEST_F(ZipArchiveTest, TakesBackslashesForSlashes) {
  test::write_bytes(folder_ / "a.zip", test::zip({{"assets\\words.txt", "x"}}));
  EXPECT_TRUE(ZipArchive(folder_ / "a.zip", {}).has("assets/words.txt"));
}

TEST_F(ZipArchiveTest, RefusesNamesThatLeaveTheArchive) {
  for (const char* name :
       {"../config.json", "/etc/passwd", "a/../../b", "C:\\x", "..\\b", "a//b", "./a"}) {
    EXPECT_THAT(refusal(test::zip({{name, "x"}})), HasSubstr("outside"));
  }
}

TEST_F(ZipArchiveTest, RefusesNamesThatAreThereTwice) {
  EXPECT_THAT(refusal(test::zip({{"a/b", "x"}, {"a\\b", "y"}})), HasSubstr("twice"));
  EXPECT_THAT(refusal(replace(test::zip({{"abc", "x"}, {"abd", "y"}}), "abd", "abc")),
              HasSubstr("twice"));
}

TEST_F(ZipArchiveTest, RefusesEveryTruncation) {
  for (std::size_t length = 0; length < good_.size(); ++length)
    EXPECT_NE(refusal(good_.substr(0, length)), "");
}

TEST_F(ZipArchiveTest, RefusesDamagedContents) {
  EXPECT_THAT(refusal(replace(good_, "0123456789", "0123456780")), HasSubstr("model.weights.h5"));
}

TEST_F(ZipArchiveTest, RefusesSizesThatCannotBe) {
  EXPECT_THAT(refusal(patch(good_, kCentral, 24, 0xFFFFFFF0u, 4)), HasSubstr("config.json"));
  EXPECT_THAT(
      refusal(patch(patch(good_, kCentral, 24, 0x7FFFFFF0u, 4), kCentral, 20, 0x7FFFFFF0u, 4)),
      HasSubstr("more bytes than the file"));
  // Deflated, 8 bytes that claim to be 1 GiB.
  const std::string bomb = patch(patch(good_, kCentral, 10, 8, 2), kCentral, 24, 1u << 30, 4);
  EXPECT_THAT(refusal(bomb), HasSubstr("bomb"));
}

TEST_F(ZipArchiveTest, RefusesOtherMethodsAndEncryption) {
  EXPECT_THAT(refusal(patch(good_, kCentral, 10, 12, 2)), HasSubstr("method 12"));
  EXPECT_THAT(refusal(patch(good_, kCentral, 8, 1, 2)), HasSubstr("encrypted"));
}

TEST_F(ZipArchiveTest, RefusesPipesAndFolders) {
  EXPECT_THROW(ZipArchive(folder_.path(), {}), Error);
  EXPECT_THROW(ZipArchive("/dev/zero", {}), Error);
}

}  // namespace
}  // namespace halfpixel::formats
