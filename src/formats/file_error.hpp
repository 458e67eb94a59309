// What is said about bad model files: one line of UTF-8, at most 2,000 bytes, control characters
// escaped, whatever the file put into it.
#pragma once

#include <cstddef>
#include <exception>
#include <string>
#include <string_view>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"

namespace halfpixel::formats {

inline constexpr std::size_t kMaxMessageBytes = 2000;

// Text from a file, made fit to print: control characters and bytes that are not UTF-8 as \xNN, the
// rest as it is; longer text is cut in the middle of nothing and ends in "…".
std::string printable(std::string_view text, std::size_t max_bytes = 200);

// A file's own fault.
template <class... Parts>
[[noreturn]] void malformed(const Parts&... parts) {
  fail(ErrorCode::malformed_file, parts...);
}
template <class... Parts>
[[noreturn]] void unsupported(const Parts&... parts) {
  fail(ErrorCode::unsupported, parts...);
}

// Runs `work`; whatever it throws becomes one Error "[who] FILE: reason".
[[noreturn]] void rethrow_as_file_error(std::string_view who, const std::string& file);

template <class Work>
auto speaking_of(std::string_view who, const std::string& file, Work work) {
  try {
    return work();
  } catch (...) {
    rethrow_as_file_error(who, file);
  }
}

}  // namespace halfpixel::formats
