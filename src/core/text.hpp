// Small text helpers that do not depend on the locale.
#pragma once

#include <string>
#include <string_view>

namespace halfpixel {

inline std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace halfpixel
