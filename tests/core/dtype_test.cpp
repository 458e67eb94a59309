// Element types: names, sizes, and 16-bit floats against formulas of their own.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <random>
#include <sstream>

#include <halfpixel/dtype.hpp>
#include <halfpixel/error.hpp>
#include <halfpixel/shape.hpp>

namespace {

using halfpixel::bfloat16;
using halfpixel::DType;
using halfpixel::dtype_of;
using halfpixel::float16;

float16 half(int bits) {
  float16 h;
  h.bits = static_cast<std::uint16_t>(bits);
  return h;
}
bfloat16 brain(int bits) {
  bfloat16 h;
  h.bits = static_cast<std::uint16_t>(bits);
  return h;
}

// The definition of binary16 and of bfloat16, in double.
double value_of(int bits, int exponent_bits, int mantissa_bits) {
  const int bias = (1 << (exponent_bits - 1)) - 1;
  const int exponent = (bits >> mantissa_bits) & ((1 << exponent_bits) - 1);
  const int mantissa = bits & ((1 << mantissa_bits) - 1);
  const double sign = (bits & 0x8000) != 0 ? -1.0 : 1.0;
  if (exponent == (1 << exponent_bits) - 1) {
    return mantissa != 0 ? std::nan("") : sign * std::numeric_limits<double>::infinity();
  }
  const double fraction = std::ldexp(mantissa, -mantissa_bits);
  return exponent == 0 ? sign * std::ldexp(fraction, 1 - bias)
                       : sign * std::ldexp(1.0 + fraction, exponent - bias);
}
double half_value(int bits) {
  return value_of(bits, 5, 10);
}
double brain_value(int bits) {
  return value_of(bits, 8, 7);
}

// g++ hands an `enum class` of one byte on with garbage above its low 8 bits, which clang's callee
// reads: a library of one and a program of the other would disagree. So those that public functions
// take are as wide as an int.
static_assert(sizeof(DType) == sizeof(int));
static_assert(sizeof(halfpixel::DataFormat) == sizeof(int));

TEST(Float16, EveryValueWidensAsDefinedAndComesBack) {
  for (int bits = 0; bits < 0x10000; ++bits) {
    const double want = half_value(bits);
    const auto got = static_cast<float>(half(bits));
    if (std::isnan(want)) {
      EXPECT_TRUE(std::isnan(got)) << bits;
      EXPECT_TRUE(std::isnan(static_cast<float>(float16(got)))) << bits;
    } else {
      EXPECT_EQ(got, want) << bits;
      EXPECT_EQ(std::signbit(got), std::signbit(want)) << bits;
      EXPECT_EQ(float16(got).bits, bits);
    }
  }
}

TEST(BFloat16, EveryValueWidensAsDefinedAndComesBack) {
  for (int bits = 0; bits < 0x10000; ++bits) {
    const double want = brain_value(bits);
    const auto got = static_cast<float>(brain(bits));
    if (std::isnan(want)) {
      EXPECT_TRUE(std::isnan(got)) << bits;
      EXPECT_TRUE(std::isnan(static_cast<float>(bfloat16(got)))) << bits;
    } else {
      EXPECT_EQ(got, want) << bits;
      EXPECT_EQ(std::signbit(got), std::signbit(want)) << bits;
      EXPECT_EQ(bfloat16(got).bits, bits);
    }
  }
}

// Between each value and the next: below the middle down, above it up, the middle to the even one.
template <class Narrow, class Value>
void check_rounding(int largest, Value value) {
  for (int bits = 0; bits < largest; ++bits) {
    const auto low = static_cast<float>(value(bits));
    const auto high = static_cast<float>(value(bits + 1));
    const auto middle = static_cast<float>((value(bits) + value(bits + 1)) / 2);  // exact
    const int even = bits + bits % 2;
    for (const int sign : {0, 0x8000}) {
      const float s = sign != 0 ? -1.0f : 1.0f;
      EXPECT_EQ(Narrow(s * middle).bits, sign | even) << bits;
      EXPECT_EQ(Narrow(s * std::nextafterf(middle, low)).bits, sign | bits) << bits;
      EXPECT_EQ(Narrow(s * std::nextafterf(middle, high)).bits, sign | (bits + 1)) << bits;
    }
  }
}

TEST(Float16, RoundsHalfToEvenBetweenAllNeighbours) {
  check_rounding<float16>(0x7BFF, half_value);
  EXPECT_EQ(float16(65519.996f).bits, 0x7BFF);
  EXPECT_EQ(float16(65520.0f).bits, 0x7C00);
  EXPECT_EQ(float16(-std::numeric_limits<float>::max()).bits, 0xFC00);
  EXPECT_EQ(float16(std::numeric_limits<float>::infinity()).bits, 0x7C00);
  EXPECT_EQ(float16(std::numeric_limits<float>::denorm_min()).bits, 0);
}

TEST(BFloat16, RoundsHalfToEvenBetweenAllNeighbours) {
  check_rounding<bfloat16>(0x7F7F, brain_value);
  EXPECT_EQ(bfloat16(std::numeric_limits<float>::max()).bits, 0x7F80);
  EXPECT_EQ(bfloat16(-std::numeric_limits<float>::infinity()).bits, 0xFF80);
}

TEST(DType, NamesSizesAndTypesBelongTogether) {
  const std::map<std::string, std::pair<DType, std::size_t>> all = {
      {"float16", {DType::float16, 2}}, {"bfloat16", {DType::bfloat16, 2}},
      {"float32", {DType::float32, 4}}, {"float64", {DType::float64, 8}},
      {"int8", {DType::int8, 1}},       {"int16", {DType::int16, 2}},
      {"int32", {DType::int32, 4}},     {"int64", {DType::int64, 8}},
      {"uint8", {DType::uint8, 1}},     {"uint16", {DType::uint16, 2}},
      {"uint32", {DType::uint32, 4}},   {"uint64", {DType::uint64, 8}},
      {"bool", {DType::boolean, 1}}};
  ASSERT_EQ(all.size(), static_cast<std::size_t>(halfpixel::kDTypeCount));
  for (const auto& [name, row] : all) {
    EXPECT_EQ(halfpixel::to_dtype(name), row.first);
    EXPECT_EQ(name_of(row.first), name);
    EXPECT_EQ(size_of(row.first), row.second);
    std::ostringstream out;
    out << row.first;
    EXPECT_EQ(out.str(), name);
    EXPECT_EQ(is_floating(row.first), name.find("float") != std::string::npos);
    EXPECT_EQ(is_integer(row.first), name.find("int") != std::string::npos);
  }
  EXPECT_EQ(dtype_of<float>, DType::float32);
  EXPECT_EQ(dtype_of<const double>, DType::float64);
  EXPECT_EQ(dtype_of<long>, DType::int64);
  EXPECT_EQ(dtype_of<long long>, DType::int64);
  EXPECT_EQ(dtype_of<unsigned long long>, DType::uint64);
  EXPECT_EQ(dtype_of<char>, std::is_signed_v<char> ? DType::int8 : DType::uint8);
  EXPECT_EQ(dtype_of<bool>, DType::boolean);
  EXPECT_EQ(dtype_of<float16>, DType::float16);
}

TEST(DType, UnknownNamesAreRefused) {
  for (const char* name : {"", "float", "Float32", "half", "int128", "float32 ", "complex64"}) {
    EXPECT_THROW(halfpixel::to_dtype(name), halfpixel::Error) << name;
  }
}

}  // namespace
