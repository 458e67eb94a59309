// std::from_chars for double, also where the standard library has none: libc++ before 20.
#pragma once

#include <locale.h>
#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <string>

namespace halfpixel {

// The same answers by way of strtod.
inline std::from_chars_result read_double_by_locale(const char* first, const char* last,
                                                    double& value) {
  static const locale_t plain = newlocale(LC_ALL_MASK, "C", nullptr);
  // strtod also reads what from_chars does not: blanks, plus signs, hexadecimal digits.
  std::string text(first, last);
  text.resize(std::min(text.size(), text.find_first_of("xX")));
  const bool begins = text.find_first_of("-.0123456789iInN") == 0;
  char* end = nullptr;
  errno = 0;
  const double number = begins ? strtod_l(text.c_str(), &end, plain) : 0;
  if (!begins || end == text.c_str()) return {first, std::errc::invalid_argument};
  const char* const stop = first + (end - text.c_str());
  // Subnormal numbers are no error.
  if (errno == ERANGE && (number == 0 || std::isinf(number)))
    return {stop, std::errc::result_out_of_range};
  value = number;
  return {stop, std::errc()};
}

template <class Number>
std::from_chars_result read_double(const char* first, const char* last, Number& value) {
  if constexpr (requires { std::from_chars(first, last, value); }) {
    return std::from_chars(first, last, value);
  } else {
    return read_double_by_locale(first, last, value);
  }
}

}  // namespace halfpixel
