// The files in data/npz are NumPy 2.4's: savez, savez_compressed, and zipfile to a stream.
#include <halfpixel/npz.hpp>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/npy.hpp>

#include "io/crc32.hpp"
#include "io/temp_folder.hpp"

namespace halfpixel::io {
namespace {

using test::read_bytes;
using test::TempFolder;
using test::write_bytes;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string numpys(const std::string& name) {
  return std::string(HALFPIXEL_SOURCE_DIR) + "/tests/data/npz/" + name + ".npz";
}

std::string bytes_of_tensor(const Tensor& tensor) {
  return {static_cast<const char*>(tensor.data()), static_cast<std::size_t>(tensor.size_bytes())};
}

template <class T, class Value>
void expect_values(const Tensor& tensor, const Shape& shape, Value&& value) {
  ASSERT_EQ(tensor.shape(), shape);
  ASSERT_EQ(tensor.dtype(), dtype_of<T>);
  for (std::int64_t i = 0; i < tensor.size(); ++i)
    ASSERT_EQ(tensor.data<T>()[i], static_cast<T>(value(i))) << "element " << i;
}

float quarter(std::int64_t i) {
  return static_cast<float>(i) * 0.25f - 3;
}

class Npz : public ::testing::Test {
 protected:
  std::string refusal(const std::string& bytes, const std::string& name = "") {
    write_bytes(folder_ / "x.npz", bytes);
    try {
      if (name.empty())
        static_cast<void>(read_npz(folder_ / "x.npz"));
      else
        static_cast<void>(NpzReader(folder_ / "x.npz").read(name));
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }
  TempFolder folder_;
};

void put(std::string& bytes, int width, std::uint64_t value) {
  for (int i = 0; i < width; ++i, value >>= 8) bytes += static_cast<char>(value & 0xFF);
}

struct Part {
  std::string name, data;
  int method = 0, flags = 0;
  std::uint64_t bytes = 0;    // 0: as many as stored
  std::int64_t same_as = -1;  // the member whose place it takes
};

std::string archive(const std::vector<Part>& parts) {
  std::string file, list;
  std::vector<std::uint64_t> places;
  for (const Part& part : parts) {
    const std::uint64_t crc = crc32(0, part.data.data(), part.data.size());
    const std::uint64_t bytes = part.bytes == 0 ? part.data.size() : part.bytes;
    std::uint64_t place = file.size();
    if (part.same_as >= 0) {
      place = places[static_cast<std::size_t>(part.same_as)];
    } else {
      file += std::string("PK\x03\x04", 4) + std::string(22, '\0');
      put(file, 2, part.name.size());
      put(file, 2, 0);
      file += part.name + part.data;
    }
    places.push_back(place);
    list += std::string("PK\x01\x02", 4) + std::string(4, '\0');
    put(list, 2, static_cast<std::uint64_t>(part.flags));
    put(list, 2, static_cast<std::uint64_t>(part.method));
    put(list, 4, 0);
    put(list, 4, crc);
    put(list, 4, part.data.size());
    put(list, 4, bytes);
    put(list, 2, part.name.size());
    list += std::string(12, '\0');
    put(list, 4, place);
    list += part.name;
  }
  std::string end("PK\x05\x06\0\0\0\0", 8);
  put(end, 2, parts.size());
  put(end, 2, parts.size());
  put(end, 4, list.size());
  put(end, 4, file.size());
  put(end, 2, 0);
  return file + list + end;
}

std::string npy_of(const Tensor& tensor) {
  const TempFolder folder;
  write_npy(folder / "x.npy", tensor);
  return read_bytes(folder / "x.npy");
}

TEST_F(Npz, WhatSavezWrites) {
  const std::vector<NamedTensor> arrays = read_npz(numpys("stored"));
  ASSERT_EQ(arrays.size(), 4u);
  EXPECT_EQ(arrays[0].name, "photo");
  EXPECT_EQ(arrays[1].name, "in/side");
  EXPECT_EQ(arrays[2].name, "größe");
  EXPECT_EQ(arrays[3].name, "arr_0");
  expect_values<std::uint8_t>(arrays[0].tensor, {5, 7, 3}, [](auto i) { return i * 37 % 251; });
  // Fortran order and the other byte order.
  expect_values<std::int16_t>(arrays[1].tensor, {2, 3, 4}, [](auto i) { return i * 1000; });
  expect_values<bool>(arrays[2].tensor, {}, [](auto) { return true; });
  expect_values<float>(arrays[3].tensor, {2, 3, 4, 2}, quarter);
}

TEST_F(Npz, WhatSavezCompressedWrites) {
  const NpzReader reader(numpys("compressed"));
  EXPECT_THAT(reader.names(), ElementsAre("x", "mask", "big", "noise", "f", "none"));
  EXPECT_EQ(reader.shape("mask"), (Shape{1, 200, 300, 1}));
  EXPECT_EQ(reader.dtype("mask"), DType::boolean);
  EXPECT_TRUE(reader.has("f"));
  EXPECT_FALSE(reader.has("f.npy"));
  expect_values<float>(reader.read("x"), {2, 3, 4, 2}, quarter);
  expect_values<bool>(reader.read("mask"), {1, 200, 300, 1}, [](auto) { return false; });
  expect_values<std::uint8_t>(reader.read("big"), {64, 64, 3}, [](auto i) { return i % 200; });
  expect_values<std::int16_t>(reader.read("f"), {2, 3, 4}, [](auto i) { return i * 1000; });
  EXPECT_EQ(reader.read("none").shape(), (Shape{0, 3}));
  // The checksum holds: it is NumPy's.
  EXPECT_EQ(reader.read("noise").shape(), (Shape{40, 41, 1}));
  EXPECT_EQ(crc32(0, "123456789", 9), 0xCBF43926u);
}

TEST_F(Npz, LengthsBehindTheDataAndFilesThatAreNoArrays) {
  const NpzReader reader(numpys("streamed"));
  EXPECT_THAT(reader.names(), ElementsAre("x"));
  EXPECT_THAT(reader.others(), ElementsAre("readme.txt"));
  expect_values<float>(reader.read("x"), {2, 3, 4, 2}, quarter);
  EXPECT_THAT(refusal(read_bytes(numpys("streamed")), "y"),
              HasSubstr("holds no array 'y'; it holds 'x'"));
}

TEST_F(Npz, OneArrayThatIsRefusedLeavesTheOthers) {
  const std::string bytes = read_bytes(numpys("object"));
  EXPECT_THAT(refusal(bytes), HasSubstr("array 'o': dtype object is not supported"));
  EXPECT_EQ(refusal(bytes, "x"), "no error");
}

TEST_F(Npz, WhatIsWrittenComesBack) {
  std::vector<NamedTensor> arrays;
  for (int d = 0; d < kDTypeCount; ++d) {
    const auto dtype = static_cast<DType>(d);
    Tensor tensor({3, d, 5}, dtype);
    std::memset(tensor.data(), dtype == DType::boolean ? 1 : 7 * d,
                static_cast<std::size_t>(tensor.size_bytes()));
    arrays.push_back({"a/" + std::string(name_of(dtype)), tensor});
  }
  write_npz(folder_ / "y.npz", arrays);
  const std::vector<NamedTensor> back = read_npz(folder_ / "y.npz");
  ASSERT_EQ(back.size(), arrays.size());
  for (std::size_t i = 0; i < back.size(); ++i) {
    EXPECT_EQ(back[i].name, arrays[i].name);
    const bool widened = arrays[i].tensor.dtype() == DType::bfloat16;
    const Tensor wanted = widened ? arrays[i].tensor.astype(DType::float32) : arrays[i].tensor;
    EXPECT_EQ(back[i].tensor.dtype(), wanted.dtype());
    EXPECT_EQ(bytes_of_tensor(back[i].tensor), bytes_of_tensor(wanted)) << arrays[i].name;
  }
  write_npz(folder_ / "empty.npz", {});
  EXPECT_TRUE(read_npz(folder_ / "empty.npz").empty());
  const Tensor one({1}, DType::uint8);
  EXPECT_THROW(write_npz(folder_ / "z.npz", std::vector<NamedTensor>{{"a", one}, {"a", one}}),
               Error);
  EXPECT_THROW(write_npz(folder_ / "z.npz", std::vector<NamedTensor>{{"", one}}), Error);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "z.npz"));
}

TEST_F(Npz, CutFilesAreRefused) {
  for (const char* name : {"stored", "compressed", "streamed"}) {
    const std::string bytes = read_bytes(numpys(name));
    for (std::size_t length = 0; length < bytes.size(); length += bytes.size() > 1000 ? 13 : 1)
      ASSERT_THAT(refusal(bytes.substr(0, length)), HasSubstr("[read_npz]")) << name << length;
  }
}

// A changed byte is told, or it changes what does not count: times, versions, attributes.
TEST_F(Npz, ChangedFilesGiveErrorsAndNothingElse) {
  std::mt19937 random(5);
  for (const char* name : {"stored", "compressed", "streamed"}) {
    const std::string bytes = read_bytes(numpys(name));
    for (std::size_t at = 0; at < bytes.size(); at += bytes.size() > 1000 ? 3 : 1) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ static_cast<char>(1 + random() % 255));
      static_cast<void>(refusal(changed));
    }
  }
  for (int i = 0; i < 300; ++i) {
    std::string noise = read_bytes(numpys("compressed"));
    for (int times = 0; times < 8; ++times)
      noise[random() % noise.size()] = static_cast<char>(random());
    static_cast<void>(refusal(noise));
  }
}

TEST_F(Npz, ArchivesThatAreMadeToHarmAreRefused) {
  const std::string x = npy_of(Tensor({1, 4, 4, 1}, DType::float32));
  EXPECT_EQ(refusal(archive({{"x.npy", x}})), "no error");
  EXPECT_THAT(refusal(archive({{"x.npy", x, 8, 0, 3u << 30}})), HasSubstr("which cannot be"));
  EXPECT_THAT(refusal(archive({{"x.npy", x, 0, 0, 1000}})), HasSubstr("which cannot be"));
  // A thousandfold is possible and no array of this size.
  EXPECT_THAT(refusal(archive({{"x.npy", std::string(2 << 20, 'x'), 8, 0, 2u << 30}})),
              HasSubstr("made to fill the memory"));
  EXPECT_THAT(refusal(archive({{"x.npy", x}, {"y.npy", x, 0, 0, 0, 0}})), HasSubstr("share bytes"));
  EXPECT_THAT(refusal(archive({{"x.npy", x}, {"x.npy", x}})), HasSubstr("twice"));
  EXPECT_THAT(refusal(archive({{"x.npy", x, 0, 1}})), HasSubstr("encrypted"));
  EXPECT_THAT(refusal(archive({{"x.npy", x, 14}})), HasSubstr("compressed by method 14"));
  EXPECT_THAT(refusal(archive({{"x.npy", "no array"}})), HasSubstr("array 'x'"));
  // An array says that it is larger than its member: no memory is asked for.
  std::string large = x;
  large.replace(large.find("(1, 4, 4, 1)"), 12, "(9999999999,)");
  large.erase(large.find('\n') - 1, 1);
  EXPECT_THAT(refusal(archive({{"x.npy", large}})), HasSubstr("is cut short"));
  std::string wrong = archive({{"x.npy", x}});
  wrong[wrong.find("NUMPY") + 128] ^= 1;
  EXPECT_THAT(refusal(wrong), HasSubstr("checksum is wrong"));
}

TEST_F(Npz, DeflatedDataOfNoDeflater) {
  const auto said = [&](const std::string& data) {
    return refusal(archive({{"x.npy", data, 8, 0, 200}}));
  };
  EXPECT_THAT(said(std::string("\x07", 1) + std::string(20, 'a')), HasSubstr("invalid block type"));
  EXPECT_THAT(said(std::string("\x01\x05\x00\x05\x00", 5)),
              HasSubstr("invalid stored block lengths"));
  // Fixed codes: a match before there is anything.
  EXPECT_THAT(said(std::string("\x03\x02\x00\x00\x00", 5)),
              HasSubstr("invalid distance too far back"));
  EXPECT_THAT(said(std::string("\x05\xff\xff\xff\xff\xff\xff", 7)), HasSubstr("damaged"));
  EXPECT_THAT(said(std::string("\x03", 1)), HasSubstr("damaged"));
}

}  // namespace
}  // namespace halfpixel::io
