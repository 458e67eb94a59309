#include <halfpixel/npy.hpp>

#include <sys/stat.h>

#include <cstring>
#include <numeric>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>

#include "io/temp_folder.hpp"

namespace halfpixel::io {
namespace {

using test::read_bytes;
using test::TempFolder;
using test::write_bytes;
using ::testing::HasSubstr;

// A file as NumPy lays it out, with any dict.
std::string npy(const std::string& dict, const std::string& data, int major = 1) {
  std::string bytes("\x93NUMPY", 6);
  bytes += {static_cast<char>(major), '\0'};
  for (int i = 0; i < (major == 1 ? 2 : 4); ++i)
    bytes += static_cast<char>(dict.size() >> (8 * i) & 0xFF);
  return bytes + dict + data;
}

std::string dict(const std::string& descr, const std::string& order, const std::string& shape) {
  return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

class Npy : public ::testing::Test {
 protected:
  Tensor read(const std::string& bytes) {
    write_bytes(folder_ / "x.npy", bytes);
    return read_npy(folder_ / "x.npy");
  }
  std::string refusal(const std::string& bytes) {
    try {
      read(bytes);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }
  TempFolder folder_;
};

template <class T>
std::string bytes_of(std::initializer_list<T> values, bool swapped = false) {
  std::string bytes;
  for (const T value : values) {
    char word[sizeof(T)];
    std::memcpy(word, &value, sizeof(T));
    if (swapped) std::reverse(word, word + sizeof(T));
    bytes.append(word, sizeof(T));
  }
  return bytes;
}

template <class T>
std::vector<T> values_of(const Tensor& tensor) {
  return {tensor.span<T>().begin(), tensor.span<T>().end()};
}

TEST_F(Npy, EveryDTypeComesBackWithItsBits) {
  std::mt19937 random(7);
  for (int d = 0; d < kDTypeCount; ++d) {
    const auto dtype = static_cast<DType>(d);
    if (dtype == DType::bfloat16) continue;
    Tensor tensor({2, 3, 5}, dtype);
    for (std::int64_t i = 0; i < tensor.size_bytes(); ++i) {
      static_cast<unsigned char*>(tensor.data())[i] =
          static_cast<unsigned char>(dtype == DType::boolean ? random() & 1 : random());
    }
    write_npy(folder_ / "a.npy", tensor);
    const Tensor back = read_npy(folder_ / "a.npy");
    EXPECT_EQ(back.dtype(), dtype);
    EXPECT_EQ(back.shape(), tensor.shape());
    EXPECT_EQ(
        std::memcmp(back.data(), tensor.data(), static_cast<std::size_t>(tensor.size_bytes())), 0)
        << name_of(dtype);
  }
}

TEST_F(Npy, TheFileIsByteForByteWhatNumPyWrites) {
  write_npy(folder_ / "a.npy", Tensor({1, 2}, {1.0f, 2.0f}));
  std::string expected = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
  expected.resize(117, ' ');
  expected += '\n';
  EXPECT_EQ(read_bytes(folder_ / "a.npy"), npy(expected, bytes_of({1.0f, 2.0f})));
}

TEST_F(Npy, BFloat16IsWrittenAsFloat32) {
  write_npy(folder_ / "a.npy", Tensor({2}, {bfloat16(1.5f), bfloat16(-3.0f)}));
  const Tensor back = read_npy(folder_ / "a.npy");
  EXPECT_THAT(values_of<float>(back), ::testing::ElementsAre(1.5f, -3.0f));
}

TEST_F(Npy, StridedViewsAreWrittenRowMajor) {
  const std::int32_t data[] = {0, 1, 2, 3, 4, 5};
  const std::int64_t strides[] = {1, 3};
  write_npy(folder_ / "a.npy", ConstTensorView(data, {3, 2}, strides));
  EXPECT_THAT(values_of<std::int32_t>(read_npy(folder_ / "a.npy")),
              ::testing::ElementsAre(0, 3, 1, 4, 2, 5));
}

TEST_F(Npy, AllThreeVersionsAreRead) {
  for (const int major : {1, 2, 3}) {
    const Tensor x =
        read(npy(dict("<u2", "False", "(3,)"), bytes_of<std::uint16_t>({1, 2, 65535}), major));
    EXPECT_THAT(values_of<std::uint16_t>(x), ::testing::ElementsAre(1, 2, 65535));
  }
  EXPECT_THAT(refusal(npy(dict("<u2", "False", "(0,)"), "", 4)),
              HasSubstr("versions 1.0, 2.0 and 3.0"));
}

TEST_F(Npy, TheOtherByteOrderIsTurned) {
  EXPECT_THAT(values_of<std::int16_t>(
                  read(npy(dict(">i2", "False", "(2,)"), bytes_of<std::int16_t>({-2, 300}, true)))),
              ::testing::ElementsAre(-2, 300));
  EXPECT_THAT(
      values_of<float>(read(npy(dict(">f4", "False", "(2,)"), bytes_of({1.25f, -8.0f}, true)))),
      ::testing::ElementsAre(1.25f, -8.0f));
  EXPECT_THAT(
      values_of<double>(read(npy(dict(">f8", "False", "(2,)"), bytes_of({1e300, -0.1}, true)))),
      ::testing::ElementsAre(1e300, -0.1));
  EXPECT_THAT(values_of<std::uint8_t>(read(npy(dict(">u1", "False", "(2,)"), "\x01\x02"))),
              ::testing::ElementsAre(1, 2));
}

TEST_F(Npy, FortranOrderBecomesRowMajor) {
  // [[0, 1, 2], [3, 4, 5]] by columns.
  const Tensor x =
      read(npy(dict("<i4", "True", "(2, 3)"), bytes_of<std::int32_t>({0, 3, 1, 4, 2, 5})));
  EXPECT_THAT(values_of<std::int32_t>(x), ::testing::ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST_F(Npy, LargeFortranArraysAreTransposedAcrossTheReadersChunks) {
  const Shape shape{3, 701, 11, 97};
  const std::int64_t count = shape.num_elements();
  std::vector<std::uint16_t> data(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i)
    data[static_cast<std::size_t>(i)] = static_cast<std::uint16_t>(i * 40503);
  const Tensor x = read(npy(dict(">u2", "True", shape.str()), [&] {
    std::string bytes;
    for (const std::uint16_t v : data)
      bytes += {static_cast<char>(v >> 8), static_cast<char>(v & 0xFF)};
    return bytes;
  }()));
  ASSERT_EQ(x.shape(), shape);
  const auto* at = x.data<std::uint16_t>();
  std::int64_t wrong = 0;
  for (std::int64_t a = 0; a < 3; ++a)
    for (std::int64_t b = 0; b < 701; ++b)
      for (std::int64_t c = 0; c < 11; ++c)
        for (std::int64_t d = 0; d < 97; ++d)
          wrong += *at++ != data[static_cast<std::size_t>(a + 3 * (b + 701 * (c + 11 * d)))];
  EXPECT_EQ(wrong, 0);
}

TEST_F(Npy, ScalarsAndEmptyArraysAreRead) {
  EXPECT_EQ(read(npy(dict("<f4", "False", "()"), bytes_of({3.0f}))).shape(), Shape({}));
  EXPECT_EQ(read(npy(dict("<f4", "True", "(2, 0, 3)"), "")).shape(), Shape({2, 0, 3}));
}

TEST_F(Npy, BoolsOtherThanZeroAndOneBecomeTrue) {
  const Tensor x = read(npy(dict("|b1", "False", "(4,)"), std::string("\x00\x01\x02\xff", 4)));
  EXPECT_EQ(std::string(static_cast<const char*>(x.data()), 4), std::string("\x00\x01\x01\x01", 4));
}

TEST_F(Npy, HeadersMayBeSpelledAsPythonAllows) {
  for (const char* header : {
           R"({"shape":(2,),"fortran_order":False,"descr":"|u1"})",
           " { 'shape' : ( 2 , ) , 'descr' : '|u1' , 'fortran_order' : True } \n\n  ",
           "{'descr': 'u1', 'fortran_order': False, 'shape': (2L,)}",
           "{'descr': '=u1', 'fortran_order': False, 'shape': (1, 2,)}",
       }) {
    EXPECT_EQ(read(npy(header, "ab")).size(), 2) << header;
  }
}

TEST_F(Npy, BytesAfterTheElementsAreTolerated) {
  EXPECT_EQ(read(npy(dict("|u1", "False", "(2,)"), "abcdef")).size(), 2);
}

TEST_F(Npy, DTypesThatTensorsLackAreRefusedByName) {
  const std::pair<const char*, const char*> cases[] = {
      {"|O", "object"},          {"<c8", "complex64"},   {"<c16", "complex128"},
      {"<U5", "string"},         {"|S3", "string"},      {"<M8[ns]", "datetime64"},
      {"<m8[s]", "timedelta64"}, {"<f16", "longdouble"}, {"|V8", "void"},
      {"<V2", "void"},
  };
  for (const auto& [descr, name] : cases) {
    const std::string message = refusal(npy(dict(descr, "False", "(1,)"), std::string(64, '\0')));
    EXPECT_THAT(message, HasSubstr(name));
    EXPECT_THAT(message, HasSubstr(descr));
  }
  EXPECT_THAT(
      refusal(npy("{'descr': [('a', '<f4'), ('b', '<i4')], 'fortran_order': False, 'shape': (1,)}",
                  "")),
      HasSubstr("structured dtype"));
  EXPECT_THAT(refusal(npy(dict("<c988888888", "False", "(1,)"), "")), HasSubstr("complex"));
  EXPECT_THAT(refusal(npy(dict("<z9", "False", "(1,)"), "")), HasSubstr("not a dtype"));
}

TEST_F(Npy, MalformedHeadersAreRefused) {
  for (const char* header : {
           "",
           "{",
           "}",
           "[]",
           "{}",
           "nonsense",
           "{'descr': '<f4'}",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}",
           "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
           "{'descr': '<f4', 'fortran_order': false, 'shape': (1,)}",
           "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (1)}",
           "{'descr': '<f4', 'fortran_order': False, 'shape': [1]}",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (1 2)}",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (,)}",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (1.5,)}",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} trailing",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (1,",
           "{'descr': '<f4, 'fortran_order': False, 'shape': (1,)}",
           "{'descr': 4, 'fortran_order': False, 'shape': (1,)}",
           "{'descr': '', 'fortran_order': False, 'shape': (1,)}",
           "{'descr': '<', 'fortran_order': False, 'shape': (1,)}",
           "{'descr': '<f44', 'fortran_order': False, 'shape': (1,)}",
       }) {
    EXPECT_THAT(refusal(npy(header, "aaaabbbb")), HasSubstr("[read_npy]")) << header;
  }
}

TEST_F(Npy, HostileShapesAreRefusedBeforeAnythingIsAllocated) {
  for (const char* shape : {
           "(9223372036854775807,)",
           "(9223372036854775808,)",
           "(99999999999999999999999999,)",
           "(4294967296, 4294967296)",
           "(4294967296, 4294967296, 0)",
           "(1099511627776,)",
           "(1, 1, 1, 1, 1, 1, 1, 1, 1)",
       }) {
    EXPECT_THAT(refusal(npy(dict("<f4", "False", shape), "aaaa")), HasSubstr("[read_npy]"))
        << shape;
  }
}

TEST_F(Npy, CutFilesAreRefusedAtEveryLength) {
  const std::string whole = npy(dict("<i4", "False", "(2, 2)"), std::string(16, 'x'), 2);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_THAT(refusal(whole.substr(0, length)), HasSubstr("[read_npy]")) << length;
  }
  EXPECT_EQ(refusal(whole), "no error");
}

TEST_F(Npy, HeaderLengthsBeyondTheFileAreRefused) {
  std::string bytes = npy(dict("<i4", "False", "(0,)"), "", 2);
  bytes[11] = '\x7f';
  EXPECT_THAT(refusal(bytes), HasSubstr("header is too long"));
}

TEST_F(Npy, ThingsThatAreNotFilesAreRefused) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_THROW(read_npy(folder_ / "pipe"), Error);
  EXPECT_THROW(read_npy(folder_.path()), Error);
  EXPECT_THROW(read_npy(folder_ / "none"), Error);
  EXPECT_THROW(read_npy("/dev/zero"), Error);
}

TEST_F(Npy, PartsAreReadOnDemand) {
  write_npy(folder_ / "a.npy", arange(24, DType::int64).reshape({4, 6}));
  NpyReader reader(folder_ / "a.npy");
  EXPECT_EQ(reader.shape(), Shape({4, 6}));
  EXPECT_EQ(reader.dtype(), DType::int64);
  std::int64_t part[3] = {};
  reader.read(7, 3, part);
  EXPECT_THAT(part, ::testing::ElementsAre(7, 8, 9));
  EXPECT_THROW(reader.read(22, 3, part), Error);
  EXPECT_THROW(reader.read(-1, 1, part), Error);
  reader.read(24, 0, part);
}

TEST_F(Npy, PartsOfFortranArraysAreRefusedUnlessBothOrdersAgree) {
  write_bytes(folder_ / "f.npy", npy(dict("|u1", "True", "(2, 2)"), "abcd"));
  write_bytes(folder_ / "v.npy", npy(dict("|u1", "True", "(1, 4, 1)"), "abcd"));
  std::uint8_t element = 0;
  EXPECT_THROW(NpyReader(folder_ / "f.npy").read(0, 1, &element), Error);
  NpyReader(folder_ / "v.npy").read(2, 1, &element);
  EXPECT_EQ(element, 'c');
}

TEST_F(Npy, PartsAreWrittenInAnyOrder) {
  const std::int32_t data[] = {0, 1, 2, 3, 4, 5};
  NpyWriter writer(folder_ / "a.npy", {6}, DType::int32);
  writer.write_at(4, data + 4, 2);
  EXPECT_THROW(writer.finish(), Error);
  EXPECT_THROW(writer.write_at(5, data, 2), Error);
  writer.write(data, 3);
  writer.write(data + 3, 1);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a.npy"));
  writer.finish();
  EXPECT_THAT(values_of<std::int32_t>(read_npy(folder_ / "a.npy")),
              ::testing::ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST_F(Npy, UnfinishedWritesLeaveNothing) {
  {
    NpyWriter writer(folder_ / "a.npy", {6}, DType::int32);
  }
  EXPECT_EQ(folder_.entries(), 0);
  EXPECT_THROW(NpyWriter(folder_ / "a.npy", {1 << 20, 1 << 20, 1 << 20}, DType::float64), Error);
  EXPECT_THROW(NpyWriter(folder_ / "a.npy", {kUnknown, 2}, DType::float64), Error);
  EXPECT_EQ(folder_.entries(), 0);
}

TEST_F(Npy, ArbitraryDamageOnlyEverGivesError) {
  const std::string whole = npy(dict("<f4", "True", "(2, 3, 2)"), std::string(48, 'x'));
  std::mt19937 random(3);
  for (int round = 0; round < 4000; ++round) {
    std::string bytes = whole;
    for (int k = 0; k < 1 + round % 3; ++k) bytes[random() % 80] = static_cast<char>(random());
    refusal(bytes);  // returns, whatever it says
  }
}

}  // namespace
}  // namespace halfpixel::io
