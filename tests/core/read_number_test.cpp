// What reads numbers where the standard library cannot, against one that can.
#include "core/read_number.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>

namespace halfpixel {
namespace {

TEST(ReadNumber, ByLocaleIsFromChars) {
  const char* const texts[] = {"0",
                               "-0",
                               "1.5",
                               "-2.25e3",
                               "1e400",
                               "-1e400",
                               "1e-400",
                               "-1e-400",
                               "4.9e-324",
                               "3e-320",
                               "2e-324",
                               "1e",
                               "1e+",
                               "1.e2",
                               ".5",
                               ".",
                               "-",
                               "--1",
                               "+1",
                               " 1",
                               "0x10",
                               "-0X1p3",
                               "inf",
                               "-inf",
                               "Infinity",
                               "nan",
                               "-NaN",
                               "",
                               "e5",
                               "12abc",
                               "1,5",
                               "0.1",
                               "1e22",
                               "1e23",
                               "17x",
                               "x",
                               "i",
                               "1_000",
                               "1.7976931348623157e308",
                               "1.7976931348623159e308",
                               "2.2250738585072011e-308",
                               "9007199254740993",
                               "123456789012345678901234567890",
                               "0.000000000000000000000000000001"};
  for (const std::string text : texts) {
    double expected = 42, value = 42;
    const char *first = text.data(), *last = text.data() + text.size();
    const auto wanted = std::from_chars(first, last, expected);
    const auto got = read_double_by_locale(first, last, value);
    EXPECT_EQ(got.ec, wanted.ec) << text;
    EXPECT_EQ(got.ptr - first, wanted.ptr - first) << text;
    EXPECT_EQ(std::bit_cast<std::uint64_t>(value), std::bit_cast<std::uint64_t>(expected)) << text;
  }
}

}  // namespace
}  // namespace halfpixel
