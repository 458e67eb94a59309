#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "frontends/keras_json.hpp"
#include "frontends/utf8.hpp"

namespace halfpixel::keras {
namespace {

using ::testing::Eq;

std::string round_trip(std::string_view text) {
  const auto value = parse_json(text);
  return value ? value->json() : "invalid";
}

TEST(KerasJson, ReadsEveryKindOfValueAndWritesItAsPythonDoes) {
  EXPECT_EQ(round_trip(R"( {"a" : [1, -2 ,3.5,true,false,null],"b":{"c":"x"}} )"),
            R"({"a": [1, -2, 3.5, true, false, null], "b": {"c": "x"}})");
  EXPECT_EQ(round_trip("1e-7"), "1e-07");
  EXPECT_EQ(round_trip("0.0001"), "0.0001");
  EXPECT_EQ(round_trip("0.00001"), "1e-05");
  EXPECT_EQ(round_trip("1e15"), "1000000000000000.0");
  EXPECT_EQ(round_trip("1E16"), "1e+16");
  EXPECT_EQ(round_trip("-0.0"), "-0.0");
  EXPECT_EQ(round_trip("1e999"), "Infinity");
  EXPECT_EQ(round_trip("-1e999"), "-Infinity");
  EXPECT_EQ(round_trip("1e-999"), "0.0");
  EXPECT_EQ(round_trip("[NaN, Infinity, -Infinity]"), "[NaN, Infinity, -Infinity]");
  EXPECT_EQ(round_trip("[]"), "[]");
  EXPECT_EQ(round_trip("{}"), "{}");
}

TEST(KerasJson, KeepsTheLastOfTwoEqualKeysInThePlaceOfTheFirst) {
  EXPECT_EQ(round_trip(R"({"a": 1, "b": 2, "a": 3})"), R"({"a": 3, "b": 2})");
}

TEST(KerasJson, ReadsAndWritesStringsWithEscapes) {
  EXPECT_EQ(round_trip(R"("\"\\\/\b\f\n\r\t")"), R"("\"\\/\b\f\n\r\t")");
  EXPECT_EQ(round_trip(R"("\u00e9\ud83d\ude00")"), R"("\u00e9\ud83d\ude00")");
  EXPECT_EQ(round_trip("\"\xC3\xA9\xF0\x9F\x98\x80\""), R"("\u00e9\ud83d\ude00")");
  EXPECT_EQ(round_trip(R"("\ud83d!")"), R"("\ufffd!")");  // half a pair
  EXPECT_EQ(round_trip("\"\x7f\""), R"("\u007f")");
  EXPECT_EQ(Config::Value("bad \xFF byte").json(), R"("bad \ufffd byte")");
}

TEST(KerasJson, RefusesWhatPythonRefuses) {
  for (const std::string_view text : {"",
                                      " ",
                                      "{",
                                      "}",
                                      "[1,]",
                                      "{\"a\":1,}",
                                      "{a:1}",
                                      "{'a':1}",
                                      "01",
                                      "1.",
                                      ".5",
                                      "+1",
                                      "1e",
                                      "1e+",
                                      "-",
                                      "--1",
                                      "nul",
                                      "True",
                                      "\"",
                                      "\"\\x41\"",
                                      "\"\\u12\"",
                                      "\"\n\"",
                                      "1 2",
                                      "[1 2]",
                                      "{\"a\" 1}",
                                      "// x\n1",
                                      "\xEF\xBB\xBF{}",
                                      "\"\xC3\"",
                                      "\"\xC0\x80\"",
                                      "\"\xED\xA0\x80\"",
                                      "\xFF"}) {
    EXPECT_THAT(round_trip(text), Eq("invalid")) << text;
  }
  EXPECT_EQ(round_trip(std::string_view("{}\0", 3)), "invalid");
  EXPECT_EQ(round_trip(std::string(100000, '[')), "invalid");
  EXPECT_EQ(round_trip(std::string(500, '[') + std::string(500, ']')),
            std::string(500, '[') + std::string(500, ']'));
}

TEST(KerasJson, ClampsIntegersThatDoNotFit) {
  EXPECT_EQ(round_trip("99999999999999999999"), "9223372036854775807");
  EXPECT_EQ(round_trip("-99999999999999999999"), "-9223372036854775808");
}

TEST(KerasJson, SurvivesAnyBytes) {
  std::mt19937 random(7);
  const std::string alphabet = "{}[]\",:\\u0123eE.+-ntf al\xC3\xA9\xFF";
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (std::size_t n = random() % 24; n > 0; --n) text += alphabet[random() % alphabet.size()];
    const auto value = parse_json(text);
    if (value) {
      const auto again = parse_json(value->json());
      ASSERT_TRUE(again.has_value()) << text;
      EXPECT_EQ(again->json(), value->json()) << text;
    }
  }
}

TEST(KerasJson, PrintsValuesAsPythonDoes) {
  Config config;
  config.set("size", Config::List{2, 2.0, true, nullptr});
  config.set("it's", "a \"quote\"");
  EXPECT_EQ(python_repr(config), R"({'size': [2, 2.0, True, None], "it's": 'a "quote"'})");
  EXPECT_EQ(python_str(Config::Value("text")), "text");
  EXPECT_EQ(python_repr(Config::Value(1e300 * 1e10)), "inf");
  EXPECT_EQ(python_type(Config::Value(1)), "int");
  EXPECT_EQ(python_type(Config::Value(config)), "dict");
  EXPECT_EQ(python_repr(Config::Value("it's \"both\"\n")), R"('it\'s "both"\n')");
}

TEST(Utf8, TellsValidFromInvalid) {
  EXPECT_TRUE(utf8::is_valid("plain \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 \xEF\xBF\xBD"));
  EXPECT_FALSE(utf8::is_valid("\xF4\x90\x80\x80"));  // beyond U+10FFFF
  EXPECT_FALSE(utf8::is_valid("\xE0\x80\x80"));      // too long a form
  EXPECT_FALSE(utf8::is_valid("\xF0\x9F\x98"));      // cut off
}

}  // namespace
}  // namespace halfpixel::keras
