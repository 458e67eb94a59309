// Tensors print as NumPy prints arrays: every case that tools/oracles/make_prints.py asked NumPy.
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <halfpixel/tensor.hpp>

namespace {

using halfpixel::Shape;
using halfpixel::Tensor;

struct Print {
  Tensor tensor;
  std::string text;
};

std::vector<Print> prints() {
  std::ifstream file(HALFPIXEL_TEST_DATA "/numpy_prints.txt");
  std::vector<Print> all;
  std::string dtype, dims, line;
  int lines = 0;
  while (file >> dtype >> dims >> lines) {
    Shape shape;
    std::istringstream extents(dims == "scalar" ? "" : dims);
    for (std::string extent; std::getline(extents, extent, 'x');)
      shape.push_back(std::stoll(extent));
    Print print{Tensor(shape, halfpixel::to_dtype(dtype)), ""};
    std::getline(file, line);
    std::getline(file, line);
    std::istringstream bits(line);
    const std::size_t bytes = halfpixel::size_of(print.tensor.dtype());
    char* at = static_cast<char*>(print.tensor.data());
    for (std::uint64_t value = 0; bits >> std::hex >> value; at += bytes) {
      std::memcpy(at, &value, bytes);
    }
    for (int i = 0; i < lines; ++i) {
      std::getline(file, line);
      print.text += (i == 0 ? "" : "\n") + line;
    }
    all.push_back(std::move(print));
  }
  return all;
}

TEST(TensorPrint, EqualsNumPy) {
  const auto all = prints();
  ASSERT_GT(all.size(), 500u);
  for (const Print& print : all) {
    EXPECT_EQ(print.tensor.str(), print.text) << print.tensor.dtype() << print.tensor.shape();
  }
}

TEST(TensorPrint, StreamsTheSameText) {
  const Tensor x = halfpixel::arange(6).reshape({2, 3});
  std::ostringstream out;
  out << x;
  EXPECT_EQ(out.str(), "[[0. 1. 2.]\n [3. 4. 5.]]");
}

}  // namespace
