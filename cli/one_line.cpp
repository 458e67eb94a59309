#include "one_line.hpp"

#include <fmt/format.h>

namespace halfpixel::cli {
namespace {

// Length of the well-formed UTF-8 sequence that `text` begins with, and its code point; 0 when
// there is none (overlong forms, surrogates and values above U+10FFFF included).
std::size_t decode(std::string_view text, char32_t& point) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  if (length == 0 || length > text.size()) return 0;
  point = length == 1 ? first : first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
    point = point << 6 | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  return overlong || (point >= 0xD800 && point < 0xE000) || point > 0x10FFFF ? 0 : length;
}

std::string escaped_byte(unsigned char byte) {
  switch (byte) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return fmt::format("\\x{:02x}", byte);
  }
}

// Control characters of both sets, line separators, and marks that turn the direction of text
// around.
bool is_printed(char32_t point) {
  return point >= 0x20 && !(point >= 0x7F && point < 0xA0) &&
         !(point >= 0x2028 && point <= 0x202E) && !(point >= 0x2066 && point <= 0x2069);
}

}  // namespace

std::string one_line(std::string_view text, std::size_t max_bytes) {
  constexpr std::string_view kCut = "…";
  std::string line;
  std::size_t fits = 0;  // bytes of `line` that leave room for kCut
  while (!text.empty()) {
    char32_t point = 0;
    const std::size_t length = decode(text, point);
    std::string piece;
    if (length == 0 || (length == 1 && !is_printed(point))) {
      piece = escaped_byte(static_cast<unsigned char>(text[0]));
    } else {
      piece = is_printed(point) ? std::string(text.substr(0, length))
                                : fmt::format("\\u{:04x}", static_cast<unsigned>(point));
    }
    if (line.size() + piece.size() > max_bytes) return line.substr(0, fits) + std::string(kCut);
    line += piece;
    if (line.size() + kCut.size() <= max_bytes) fits = line.size();
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return line;
}

std::string shell_word(std::string_view text) {
  const auto plain = [](unsigned char c) {
    constexpr std::string_view kSigns = "_./,:=@%+-";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c >= 0x80 || kSigns.find(static_cast<char>(c)) != kSigns.npos;
  };
  bool bare = !text.empty();
  std::string word = "'";
  for (const char c : text) {
    bare = bare && plain(static_cast<unsigned char>(c));
    word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return bare ? std::string(text) : word + "'";
}

std::string renamed(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); !from.empty() && at != text.npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace halfpixel::cli
