// Text that may hold anything, made fit for one line of a terminal or a log.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace halfpixel::cli {

inline constexpr std::size_t kMaxLineBytes = 2000;

// Valid UTF-8 without control characters: those, and bytes that are not UTF-8, are escaped as \n,
// \x1b … A text that would pass max_bytes ends in "…".
std::string one_line(std::string_view text, std::size_t max_bytes = kMaxLineBytes);

// With `to` for every `from`: for names of files that people did not type.
std::string renamed(std::string text, const std::string& from, const std::string& to);

// As a shell takes it for one word: in quotes where need be.
std::string shell_word(std::string_view text);

}  // namespace halfpixel::cli
