#include "formats/json_config.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>

namespace halfpixel::formats {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& text) {
  try {
    parse_json_config(text, "config.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::malformed_file);
    return error.what();
  }
  ADD_FAILURE() << "accepted: " << text.substr(0, 60);
  return {};
}

std::string repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(JsonConfig, KeepsOrderAndTypes) {
  const std::string text = R"({"b": [1, 2.0, null, true, "x"], "a": {"z": -3, "y": 1e-07}})";
  EXPECT_EQ(parse_json_config(text, "t").json(), text);
}

TEST(JsonConfig, ReadsThePythonNumbersThatJsonLacks) {
  const Config config = parse_json_object(
      R"({"a": -Infinity, "b": [Infinity, NaN], "c": "NaN Infinity \" NaN"})", "t");
  EXPECT_EQ(std::get<double>(config.find("a")->v), -INFINITY);
  const Config::List& list = *config.find<Config::List>("b");
  EXPECT_EQ(std::get<double>(list[0].v), INFINITY);
  EXPECT_TRUE(std::isnan(std::get<double>(list[1].v)));
  EXPECT_EQ(*config.find<std::string>("c"), "NaN Infinity \" NaN");
}

TEST(JsonConfig, IntegersBeyond64BitsBecomeFloating) {
  EXPECT_EQ(std::get<double>(parse_json_config("18446744073709551615", "t").v),
            18446744073709551615.0);
  EXPECT_EQ(std::get<std::int64_t>(parse_json_config("-9223372036854775808", "t").v), INT64_MIN);
}

TEST(JsonConfig, RefusesWhatIsNotOneValue) {
  for (const char* text : {"", "{", "[1,]", "{\"a\":1,}", "nul", "1 2", "\"\\ud800\"", "\"\x01\"",
                           "{1:2}", "'a'", "01"}) {
    EXPECT_THAT(refusal(text), HasSubstr("config.json"));
  }
}

TEST(JsonConfig, RefusesBrokenUtf8) {
  for (const char* text : {"\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "{\"\x80\":1}"})
    refusal(text);
}

TEST(JsonConfig, RefusesKeysThatAppearTwice) {
  EXPECT_THAT(refusal(R"({"a": 1, "a": 2})"), HasSubstr("twice"));
}

TEST(JsonConfig, RefusesDeepNestingWithoutDeepRecursion) {
  EXPECT_THAT(refusal(repeat("[", 1'000'000)), HasSubstr("deeper"));
  EXPECT_THAT(refusal(repeat("{\"a\":", 1'000'000)), HasSubstr("deeper"));
  EXPECT_NO_THROW(parse_json_config(repeat("[", 150) + repeat("]", 150), "t"));
}

TEST(JsonConfig, RefusesMoreValuesThanAModelHas) {
  EXPECT_THAT(refusal("[" + repeat("0,", 2'100'000) + "0]"), HasSubstr("values"));
  std::string keys = "{";
  for (int i = 0; i < 40'000; ++i) keys += "\"" + std::to_string(i) + "\":0,";
  EXPECT_THAT(refusal(keys + "\"\":0}"), HasSubstr("keys"));
}

TEST(JsonConfig, MessagesAreOneShortLine) {
  const std::string message = refusal("{\"" + repeat("\xc3\xa9\\n", 10'000) + "\": 1, \"" +
                                      repeat("\xc3\xa9\\n", 10'000) + "\": 2}");
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_LT(message.size(), 2000u);
}

}  // namespace
}  // namespace halfpixel::formats
