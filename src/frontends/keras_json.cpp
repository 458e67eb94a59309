// Reading: a recursive descent over one flat buffer. The text is checked to be UTF-8 first, as
// Python's text mode does, so that the parser itself only meets valid code points.
#include "frontends/keras_json.hpp"

#include <charconv>
#include <cstdint>
#include <limits>

#include "core/read_number.hpp"
#include "frontends/utf8.hpp"

namespace halfpixel::keras {
namespace {

constexpr int kMaxDepth = 900;  // Python gives up near 1000

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::optional<Config::Value> parse() {
    Config::Value value;
    skip_space();
    if (!read_value(value, 0)) return std::nullopt;
    skip_space();
    if (at_ != text_.size()) return std::nullopt;
    return value;
  }

 private:
  bool more() const { return at_ < text_.size(); }
  char peek() const { return more() ? text_[at_] : '\0'; }
  bool accept(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }
  void skip_space() {
    while (more() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) ++at_;
  }

  bool read_value(Config::Value& value, int depth) {
    if (depth > kMaxDepth) return false;
    switch (peek()) {
      case '{':
        return read_object(value, depth);
      case '[':
        return read_list(value, depth);
      case '"': {
        std::string text;
        if (!read_string(text)) return false;
        value = Config::Value(std::move(text));
        return true;
      }
      case 'n':
        value = nullptr;
        return accept("null");
      case 't':
        value = true;
        return accept("true");
      case 'f':
        value = false;
        return accept("false");
      case 'N':
        value = std::numeric_limits<double>::quiet_NaN();
        return accept("NaN");
      case 'I':
        value = std::numeric_limits<double>::infinity();
        return accept("Infinity");
      default:
        return read_number(value);
    }
  }

  bool read_object(Config::Value& value, int depth) {
    Config object;
    ++at_;
    skip_space();
    if (!accept("}")) {
      do {
        skip_space();
        std::string key;
        Config::Value member;
        if (peek() != '"' || !read_string(key)) return false;
        skip_space();
        if (!accept(":")) return false;
        skip_space();
        if (!read_value(member, depth + 1)) return false;
        object.set(std::move(key), std::move(member));
        skip_space();
      } while (accept(","));
      if (!accept("}")) return false;
    }
    value = Config::Value(std::move(object));
    return true;
  }

  bool read_list(Config::Value& value, int depth) {
    Config::List list;
    ++at_;
    skip_space();
    if (!accept("]")) {
      do {
        skip_space();
        if (!read_value(list.emplace_back(), depth + 1)) return false;
        skip_space();
      } while (accept(","));
      if (!accept("]")) return false;
    }
    value = Config::Value(std::move(list));
    return true;
  }

  bool read_string(std::string& out) {
    ++at_;
    while (more()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') {
        out += c;
      } else if (!read_escape(out)) {
        return false;
      }
    }
    return false;
  }

  bool read_escape(std::string& out) {
    if (!more()) return false;
    const char c = text_[at_++];
    constexpr std::string_view kEscapes = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (const auto i = kEscapes.find(c); i != std::string_view::npos) {
      out += kMeanings[i];
      return true;
    }
    std::uint32_t code = 0;
    if (c != 'u' || !read_hex(code)) return false;
    if (code >= 0xD800 && code < 0xDC00) {  // a pair, if its other half follows
      const std::size_t here = at_;
      std::uint32_t low = 0;
      if (accept("\\u") && read_hex(low) && low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      } else {
        at_ = here;
      }
    }
    utf8::append(out, code);  // a lone half becomes U+FFFD
    return true;
  }

  bool read_hex(std::uint32_t& code) {
    const std::string_view digits = text_.substr(at_, 4);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (digits.size() != 4 || error != std::errc() || end != digits.data() + 4) return false;
    at_ += 4;
    return true;
  }

  std::size_t read_digits() {
    const std::size_t begin = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ - begin;
  }

  bool read_number(Config::Value& value) {
    const std::size_t begin = at_;
    const bool negative = accept("-");
    if (negative && accept("Infinity")) {
      value = -std::numeric_limits<double>::infinity();
      return true;
    }
    if (!accept("0") && read_digits() == 0) return false;
    bool floating = false;
    std::size_t end = at_;
    if (accept(".")) {  // "1." is the integer 1 followed by rubbish
      if (read_digits() == 0) return false;
      floating = true;
      end = at_;
    }
    if (accept("e") || accept("E")) {
      if (!accept("+")) accept("-");
      if (read_digits() == 0) return false;
      floating = true;
      end = at_;
    }
    const char* first = text_.data() + begin;
    const char* last = text_.data() + end;
    if (floating) {
      double number = 0;
      if (read_double(first, last, number).ec == std::errc::result_out_of_range) {
        number = out_of_range(std::string_view(first, last), negative);
      }
      value = number;
    } else {
      std::int64_t number = 0;
      if (std::from_chars(first, last, number).ec == std::errc::result_out_of_range) {
        using limits = std::numeric_limits<std::int64_t>;
        number = negative ? limits::min() : limits::max();
      }
      value = number;
    }
    return true;
  }

  // Too large is infinite and too small is zero, as in Python.
  static double out_of_range(std::string_view digits, bool negative) {
    const std::size_t e = digits.find_first_of("eE");
    const bool small = e != std::string_view::npos ? digits[e + 1] == '-' : false;
    const double magnitude = small ? 0.0 : std::numeric_limits<double>::infinity();
    return negative ? -magnitude : magnitude;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<Config::Value> parse_json(std::string_view bytes) {
  if (!utf8::is_valid(bytes)) return std::nullopt;
  return Parser(bytes).parse();
}

}  // namespace halfpixel::keras
