// The header is a Python literal; NumPy reads it with ast.literal_eval. Only the small language
// that can make sense there is read here: one dict of strings, bools and a tuple of integers.
#include "io/npy_header.hpp"
#include "core/checked.hpp"

#include <cctype>
#include <limits>
#include <optional>

#include <halfpixel/error.hpp>

#include "io/npy_dtype.hpp"

namespace halfpixel::io {
namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);
// NumPy itself refuses headers above 10,000 bytes unless it is told to trust the file.
constexpr std::int64_t kMaxDictBytes = 1 << 20;

class DictParser {
 public:
  DictParser(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  NpyHeader parse() {
    expect('{');
    while (!accept('}')) {
      const std::string_view key = string("a key");
      expect(':');
      if (key == "descr" && !dtype_) {
        dtype_ = descr();
      } else if (key == "fortran_order" && !fortran_order_) {
        fortran_order_ = boolean();
      } else if (key == "shape" && !shape_) {
        shape_ = tuple();
      } else {
        refuse("has a key that is unknown or stands twice; got '" + std::string(key.substr(0, 60)) +
               "'");
      }
      if (accept('}')) break;
      expect(',');
    }
    skip_space();
    if (at_ != text_.size()) refuse("goes on after the dict");
    if (!dtype_ || !fortran_order_ || !shape_) {
      refuse(std::string("lacks a key: ") + (!dtype_   ? "descr"
                                             : !shape_ ? "shape"
                                                       : "fortran_order"));
    }
    return {*shape_, dtype_->dtype, dtype_->swap_bytes, *fortran_order_};
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    fail(ErrorCode::malformed_file, where_, ": header ", what, " (at its byte ",
         std::to_string(at_), ")");
  }

  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\n\r\f").find(text_[at_]) != text_.npos)
      ++at_;
  }
  char peek() {
    skip_space();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool accept(char wanted) {
    if (peek() != wanted || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }
  void expect(char wanted) {
    if (!accept(wanted))
      refuse(std::string("is not the dict that NumPy writes: expected '") + wanted + "'");
  }

  std::string_view string(const char* what) {
    const char quote = peek();
    if (quote != '\'' && quote != '"')
      refuse(std::string("is not the dict that NumPy writes: expected ") + what);
    const std::size_t begin = at_ + 1;
    const std::size_t end = text_.find(quote, begin);
    if (end == text_.npos) refuse("has a string without an end");
    at_ = end + 1;
    return text_.substr(begin, end - begin);
  }

  NpyDType descr() {
    const char first = peek();
    if (first == '[' || first == '(') {
      // Fields begin with their names: [('a', '<f4'), ('b', …
      const std::string_view rest = text_.substr(at_, 60);
      const std::size_t begin = rest.find('\''), end = rest.find('\'', begin + 1);
      const std::string_view name = end == rest.npos ? "" : rest.substr(begin + 1, end - begin - 1);
      fail(
          ErrorCode::unsupported, where_,
          ": structured dtype is not supported, expected bool, integers or float16/32/64; save one "
          "field, as in x['",
          name, "']");
    }
    return parse_npy_dtype(string("descr as a string"), where_);
  }

  bool boolean() {
    skip_space();
    for (const bool value : {true, false}) {
      const std::string_view word = value ? "True" : "False";
      if (text_.substr(at_, word.size()) != word) continue;
      at_ += word.size();
      return value;
    }
    refuse("has a fortran_order that is neither True nor False");
  }

  Shape tuple() {
    expect('(');
    Shape shape;
    bool comma = true;
    while (!accept(')')) {
      if (!comma) expect(',');
      const std::int64_t extent = integer();
      if (shape.rank() == kMaxRank) {
        fail(ErrorCode::unsupported, where_, ": more than ", std::to_string(kMaxRank),
             " axes are not supported");
      }
      shape.push_back(extent);
      comma = accept(',');
    }
    if (shape.rank() == 1 && !comma)
      refuse("has a shape that is not a tuple");  // (3) is an integer
    return shape;
  }

  std::int64_t integer() {
    if (peek() == '-') refuse("has a negative extent");
    const std::size_t begin = at_;
    std::int64_t value = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      const int digit = text_[at_] - '0';
      if (value > (std::numeric_limits<std::int64_t>::max() - digit) / 10) {
        refuse("has an extent above 2^63 - 1");
      }
      value = value * 10 + digit;
    }
    if (at_ == begin) refuse("has an extent that is not an integer");
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // written by Python 2
    return value;
  }

  std::string_view text_;
  const std::string& where_;
  std::size_t at_ = 0;
  std::optional<NpyDType> dtype_;
  std::optional<bool> fortran_order_;
  std::optional<Shape> shape_;
};

}  // namespace

NpyPreamble parse_npy_preamble(std::string_view bytes, const std::string& where) {
  if (bytes.substr(0, kMagic.size()) != kMagic) {
    fail(ErrorCode::malformed_file, where,
         " is not a .npy file: it does not begin with \\x93NUMPY");
  }
  const auto byte = [&](std::size_t i) -> std::int64_t {
    return static_cast<unsigned char>(bytes[i]);
  };
  if (bytes.size() < 10) fail(ErrorCode::malformed_file, where, " ends within its header");
  NpyPreamble preamble;
  preamble.major = static_cast<int>(byte(6));
  if (preamble.major < 1 || preamble.major > 3 || byte(7) != 0) {
    fail(ErrorCode::unsupported, where, ": .npy versions 1.0, 2.0 and 3.0 are read; got ",
         std::to_string(byte(6)), ".", std::to_string(byte(7)));
  }
  if (preamble.major == 1) {
    preamble.dict_begin = 10;
    preamble.dict_bytes = byte(8) | byte(9) << 8;
  } else {
    if (bytes.size() < 12) fail(ErrorCode::malformed_file, where, " ends within its header");
    preamble.dict_begin = 12;
    preamble.dict_bytes = byte(8) | byte(9) << 8 | byte(10) << 16 | byte(11) << 24;
  }
  if (preamble.dict_bytes > kMaxDictBytes) {
    fail(ErrorCode::malformed_file, where, ": header is too long; got ",
         std::to_string(preamble.dict_bytes), " bytes");
  }
  return preamble;
}

NpyHeader parse_npy_dict(std::string_view dict, const std::string& where) {
  const NpyHeader header = DictParser(dict, where).parse();
  npy_data_bytes(header.shape, header.dtype, where);
  return header;
}

std::string print_npy_header(const Shape& shape, DType dtype) {
  std::string dict = "{'descr': '" + print_npy_dtype(dtype) +
                     "', 'fortran_order': False, 'shape': " + shape.str() + ", }";
  const std::size_t unpadded = kMagic.size() + 4 + dict.size() + 1;
  dict.append((64 - unpadded % 64) % 64, ' ');
  dict += '\n';
  std::string header(kMagic);
  header +=
      {'\x01', '\x00', static_cast<char>(dict.size() & 0xFF), static_cast<char>(dict.size() >> 8)};
  return header + dict;
}

std::int64_t npy_data_bytes(const Shape& shape, DType dtype, const std::string& where) {
  // Zero extents do not excuse the others: strides are products of them.
  std::int64_t bytes = static_cast<std::int64_t>(size_of(dtype));
  bool empty = false;
  for (const std::int64_t extent : shape) {
    empty |= extent == 0;
    if (extent > 0 && __builtin_mul_overflow(bytes, extent, &bytes)) {
      fail(ErrorCode::malformed_file, where, ": shape has more than 2^63 - 1 bytes; got ",
           shape.str());
    }
  }
  return empty ? 0 : bytes;
}

}  // namespace halfpixel::io
