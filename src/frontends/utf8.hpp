// UTF-8: code points in, code points out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace halfpixel::utf8 {

inline constexpr std::uint32_t kReplacement = 0xFFFD;

// The code point at text[at], and moves `at` behind it. Bytes that are not UTF-8 give U+FFFD, one
// each.
inline std::uint32_t next(std::string_view text, std::size_t& at) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::uint32_t lead = byte(at++);
  if (lead < 0x80) return lead;
  const int follow = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  constexpr std::uint32_t kFirst[] = {0, 0x80, 0x800, 0x10000};  // smaller ones have a shorter form
  if (lead < 0xC2 || lead > 0xF4 || text.size() - at < static_cast<std::size_t>(follow)) {
    return kReplacement;
  }
  std::uint32_t code = lead & (0x3Fu >> follow);
  for (int i = 0; i < follow; ++i) {
    if ((byte(at + static_cast<std::size_t>(i)) & 0xC0) != 0x80) return kReplacement;
    code = (code << 6) | (byte(at + static_cast<std::size_t>(i)) & 0x3F);
  }
  if (code < kFirst[follow] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
    return kReplacement;
  }
  at += static_cast<std::size_t>(follow);
  return code;
}

// Appends a code point; surrogate halves and numbers beyond Unicode become U+FFFD.
inline void append(std::string& out, std::uint32_t code) {
  if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) code = kReplacement;
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

inline bool is_valid(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    // A real U+FFFD is three bytes long.
    if (next(text, at) == kReplacement && at - begin == 1) return false;
  }
  return true;
}

}  // namespace halfpixel::utf8
