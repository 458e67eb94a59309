// Reads the case directories that tools/oracles writes: cases.txt (a line per case) and cases.bin
// (elements).
#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <halfpixel/dtype.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace oracle {

using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Tensor;

// "2x3" -> {2, 3}; "" is the shape of a scalar.
inline std::vector<std::int64_t> to_numbers(const std::string& text) {
  std::vector<std::int64_t> numbers;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, 'x');) numbers.push_back(std::stoll(word));
  return numbers;
}

struct Case {
  std::string line;
  std::string operation;
  std::map<std::string, std::string> options;
  Tensor in;
  Tensor out;

  bool has(const std::string& key) const { return options.count(key) != 0; }
  std::string text(const std::string& key, const std::string& otherwise = {}) const {
    const auto found = options.find(key);
    return found == options.end() ? otherwise : found->second;
  }
  bool flag(const std::string& key) const { return text(key) == "true"; }
  std::vector<std::int64_t> numbers(const std::string& key) const { return to_numbers(text(key)); }
  halfpixel::Size size(const std::string& key) const {
    return halfpixel::Size(std::span<const std::int64_t>(numbers(key)));
  }
  Shape shape(const std::string& key) const {
    return Shape(std::span<const std::int64_t>(numbers(key)));
  }
};

class Reader {
 public:
  explicit Reader(const std::string& directory) {
    std::ifstream blob(directory + "/cases.bin", std::ios::binary);
    blob_.assign(std::istreambuf_iterator<char>(blob), std::istreambuf_iterator<char>());
    std::ifstream text(directory + "/cases.txt");
    if (!blob || !text) throw std::runtime_error("no cases.txt and cases.bin in " + directory);
    for (std::string line; std::getline(text, line);) {
      if (!line.empty() && line[0] != '#') lines_.push_back(line);
    }
  }

  std::size_t size() const { return lines_.size(); }
  std::string operation(std::size_t i) const {
    return lines_.at(i).substr(0, lines_.at(i).find(' '));
  }

  Case operator[](std::size_t i) const {
    Case c;
    c.line = lines_.at(i);
    std::istringstream words(c.line);
    words >> c.operation;
    for (std::string word; words >> word;) {
      const auto split = word.find('=');
      const std::string key = word.substr(0, split);
      const std::string value = word.substr(split + 1);
      if (key == "in")
        c.in = tensor(value);
      else if (key == "out")
        c.out = tensor(value);
      else
        c.options[key] = value;
    }
    return c;
  }

 private:
  // float32:1x3x4x2@96
  Tensor tensor(const std::string& text) const {
    const auto colon = text.find(':');
    const auto at = text.find('@');
    const auto dims = to_numbers(text.substr(colon + 1, at - colon - 1));
    Tensor t(Shape(std::span<const std::int64_t>(dims)),
             halfpixel::to_dtype(text.substr(0, colon)));
    const std::size_t offset = std::stoull(text.substr(at + 1));
    const auto bytes = static_cast<std::size_t>(t.size_bytes());
    if (offset + bytes > blob_.size()) throw std::runtime_error("cases.bin is too short");
    if (bytes != 0) std::memcpy(t.data(), blob_.data() + offset, bytes);
    return t;
  }

  std::vector<char> blob_;
  std::vector<std::string> lines_;
};

inline std::uint64_t bits_of(const Tensor& t, std::int64_t i) {
  std::uint64_t bits = 0;
  const std::size_t bytes = halfpixel::size_of(t.dtype());
  std::memcpy(&bits, static_cast<const char*>(t.data()) + static_cast<std::size_t>(i) * bytes,
              bytes);
  return bits;
}

inline bool is_nan(DType dtype, std::uint64_t bits) {
  switch (dtype) {
    case DType::float16:
      return (bits & 0x7fff) > 0x7c00;
    case DType::bfloat16:
      return (bits & 0x7fff) > 0x7f80;
    case DType::float32:
      return (bits & 0x7fffffff) > 0x7f800000;
    case DType::float64:
      return (bits & 0x7fffffffffffffff) > 0x7ff0000000000000;
    default:
      return false;
  }
}

// The first difference, in words; nothing when shape, dtype and bits are equal (any NaN equals any
// NaN).
inline std::optional<std::string> difference(const Tensor& got, const Tensor& want) {
  std::ostringstream out;
  if (got.dtype() != want.dtype() || got.shape() != want.shape()) {
    out << "got " << got.dtype() << got.shape() << ", expected " << want.dtype() << want.shape();
    return out.str();
  }
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < want.size(); ++i) {
    const std::uint64_t a = bits_of(got, i);
    const std::uint64_t b = bits_of(want, i);
    if (a == b || (is_nan(want.dtype(), a) && is_nan(want.dtype(), b))) continue;
    if (++count > 1) continue;
    out << "element (";
    std::int64_t inner = want.size();
    for (int axis = 0; axis < want.rank(); ++axis) {
      const std::int64_t block = inner;
      inner /= want.shape()[axis];
      out << (axis == 0 ? "" : ", ") << i % block / inner;
    }
    out << ") of " << want.shape() << ": got bits 0x" << std::hex << a << ", expected 0x" << b
        << std::dec;
  }
  if (count == 0) return std::nullopt;
  out << "; " << count << " of " << want.size() << " differ";
  return out.str();
}

// Runs a case by `run` and says what went wrong, the case's line first; nothing when all is equal.
// `run` returns a Tensor, or an optional one: empty when it does not know the operation.
template <class Run>
std::optional<std::string> failure(const Case& c, Run run) {
  try {
    const std::optional<Tensor> got = run(c);
    if (!got) return std::nullopt;
    if (const auto wrong = difference(*got, c.out)) return c.line + "\n  " + *wrong;
  } catch (const std::exception& error) {
    return c.line + "\n  threw: " + error.what();
  }
  return std::nullopt;
}

}  // namespace oracle
