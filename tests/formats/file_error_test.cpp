#include "formats/file_error.hpp"

#include <new>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frontends/utf8.hpp"

namespace halfpixel::formats {
namespace {

template <class Work>
std::string message_of(Work work, ErrorCode code) {
  try {
    speaking_of("load_model", "a.keras", work);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    return error.what();
  }
  return "nothing thrown";
}

TEST(Printable, EscapesControlCharactersAndBrokenBytes) {
  EXPECT_EQ(printable("a\n\t\x1b[31m\x7f\xff\xc3\xa9"), "a\\n\\t\\x1b[31m\\x7f\\xff\xc3\xa9");
  EXPECT_EQ(printable("\xe2\x80\xa8"), "\\xe2\\x80\\xa8");  // U+2028
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
}

TEST(Printable, CutsBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "\xe2\x82\xac";
  for (std::size_t most = 10; most < 40; ++most) {
    const std::string cut = printable(text, most);
    EXPECT_LE(cut.size(), most);
    EXPECT_TRUE(utf8::is_valid(cut)) << cut;
  }
  EXPECT_EQ(printable(text, 300), text);
}

TEST(SpeakingOf, NamesTheFileOnce) {
  EXPECT_EQ(message_of([] { malformed("broken"); }, ErrorCode::malformed_file),
            "[load_model] a.keras: broken");
  EXPECT_EQ(
      message_of([] { throw Error(ErrorCode::io, "[load_model] a.keras cannot be read: gone"); },
                 ErrorCode::io),
      "[load_model] a.keras: it cannot be read: gone");
}

TEST(SpeakingOf, TurnsEveryExceptionIntoAnError) {
  EXPECT_EQ(message_of([] { throw std::bad_alloc(); }, ErrorCode::out_of_memory),
            "[load_model] a.keras: it does not fit in memory");
  EXPECT_EQ(message_of([] { throw std::out_of_range("map::at"); }, ErrorCode::malformed_file),
            "[load_model] a.keras: map::at");
}

TEST(SpeakingOf, KeepsMessagesShort) {
  const std::string message =
      message_of([] { malformed(std::string(100'000, 'x')); }, ErrorCode::malformed_file);
  EXPECT_LE(message.size(), kMaxMessageBytes);
  EXPECT_THAT(message, testing::EndsWith("…"));
}

}  // namespace
}  // namespace halfpixel::formats
