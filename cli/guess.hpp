// What was meant by a word that nobody knows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "usage.hpp"

namespace halfpixel::cli {

// The name that is a slip of the finger away, that begins as was typed, or that has the same
// letters in another case; "" when none is or it is not sure which.
std::string nearest_name(std::string_view typed, const std::vector<std::string>& names);

// "; did you mean bicubic?", or nothing.
std::string guess(std::string_view typed, const std::vector<std::string>& names);
// The same by the names that a message lists: "… must be one of nearest, bicubic; got …".
std::string guess_from(std::string_view typed, std::string_view message);

// parse(typed), whose Error becomes a UsageError with a guess.
template <class Parse>
auto parsed_name(const std::string& typed, Parse&& parse) {
  try {
    return parse(typed);
  } catch (const std::runtime_error& error) {
    throw UsageError(error.what() + guess_from(typed, error.what()));
  }
}

}  // namespace halfpixel::cli
