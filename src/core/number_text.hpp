// Numbers as NumPy 2.4 spells them: shortest digits, at most eight after the point, the same form
// for all numbers of an array.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <halfpixel/dtype.hpp>

#include "core/read_number.hpp"

namespace halfpixel {

inline constexpr std::size_t kPrecision = 8;

inline std::string pad_left(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

template <class T>
std::string chars(T value, std::chars_format format, int precision = -1) {
  char buffer[512];
  const auto result = precision < 0
                          ? std::to_chars(buffer, buffer + sizeof buffer, value, format)
                          : std::to_chars(buffer, buffer + sizeof buffer, value, format, precision);
  return {buffer, result.ptr};
}

// A 16-bit float while it is being printed: float's arithmetic, its own digits.
struct Half {
  float value;
};
template <class T>
T number(T value) {
  return value;
}
inline float number(Half half) {
  return half.value;
}

// Shortest digits that no other float16 is nearer to, as d.ddde+dd.
inline std::string shortest(Half half) {
  const double value = std::fabs(static_cast<double>(half.value));
  const std::uint16_t bits = float16(static_cast<float>(value)).bits;
  const auto at = [](int b) {
    float16 h;
    h.bits = static_cast<std::uint16_t>(b);
    return static_cast<double>(static_cast<float>(h));
  };
  const double below = bits == 0 ? 0 : (at(bits - 1) + value) / 2;
  const double above = bits == 0x7BFF ? value + 16 : (at(bits + 1) + value) / 2;
  const bool even = bits % 2 == 0;
  for (int precision = 0;; ++precision) {
    const std::string text =
        chars(static_cast<double>(half.value), std::chars_format::scientific, precision);
    double back = 0;
    read_double(text.data(), text.data() + text.size(), back);
    back = std::fabs(back);
    const bool unique = below < back && back < above;
    if (unique || back == value || (even && (back == below || back == above))) return text;
  }
}
template <class T>
std::string shortest(T value) {
  return chars(value, std::chars_format::scientific);
}

struct Digits {
  std::string whole, fraction, exponent;  // exponent with sign, empty when positional
};

// "-1.234e+01" as parts; positional puts the point where it belongs.
inline Digits split(const std::string& text, bool scientific) {
  const std::size_t e = text.find('e');
  const std::string exponent = text.substr(e + 1);
  const bool negative = text[0] == '-';
  std::string digits = text.substr(negative ? 1 : 0, e - (negative ? 1 : 0));
  std::erase(digits, '.');
  int point = 1;
  if (!scientific) {
    point += std::stoi(exponent);
    if (point < 1) digits.insert(0, static_cast<std::size_t>(1 - point), '0'), point = 1;
    if (static_cast<std::size_t>(point) > digits.size()) {
      digits.append(static_cast<std::size_t>(point) - digits.size(), '0');
    }
  }
  const auto cut = static_cast<std::size_t>(point);
  return {(negative ? "-" : "") + digits.substr(0, cut), digits.substr(cut),
          scientific ? exponent : ""};
}

// Shortest digits that read back as the same T, cut to `precision` after the point.
template <class T>
Digits digits_of(T value, bool scientific, std::size_t precision = kPrecision) {
  Digits d = split(shortest(value), scientific);
  if (d.fraction.size() > precision) {
    const auto format = scientific ? std::chars_format::scientific : std::chars_format::fixed;
    const std::string text = chars(number(value), format, static_cast<int>(precision));
    const std::size_t e = text.find('e');
    const std::size_t point = text.find('.');
    d.whole = text.substr(0, point);
    d.fraction = text.substr(point + 1, e == std::string::npos ? e : e - point - 1);
    d.exponent = e == std::string::npos ? "" : text.substr(e + 1);
  }
  while (!d.fraction.empty() && d.fraction.back() == '0') d.fraction.pop_back();
  return d;
}

template <class T>
std::string not_finite(T value) {
  return std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
}

// Ten to the number of decimal digits that the type always holds.
template <class T>
constexpr double kExactDigits = std::is_same_v<T, Half> ? 1e3 : 1e6;

// A number by itself: all its digits.
template <class T>
std::string scalar(T value) {
  const auto v = number(value);
  if (!std::isfinite(v)) return not_finite(v);
  const double size = std::fabs(static_cast<double>(v));
  constexpr double kLargest = std::is_same_v<T, double> ? 1e16 : kExactDigits<T>;
  const bool scientific = size != 0 && (size < 1e-4 || size >= kLargest);
  const Digits d = digits_of(value, scientific, 400);
  if (!scientific) return d.whole + "." + (d.fraction.empty() ? "0" : d.fraction);
  return d.whole + (d.fraction.empty() ? "" : "." + d.fraction) + "e" + d.exponent;
}

// Chooses widths over all printed values, then prints each of them.
template <class T>
class FloatFormat {
 public:
  explicit FloatFormat(const std::vector<T>& values) {
    using Number = decltype(number(T{}));
    Number largest = 0, smallest = 0;
    bool any = false;
    for (const T value : values) {
      const Number a = std::fabs(number(value));
      if (!std::isfinite(a) || a == 0) continue;
      largest = any ? std::max(largest, a) : a;
      smallest = any ? std::min(smallest, a) : a;
      any = true;
    }
    scientific_ = any && (largest >= kLargest || smallest < rounded<T>(Number(1e-4)) ||
                          rounded<T>(largest / smallest) > Number(1000));
    for (const T value : values) {
      if (!std::isfinite(number(value))) continue;
      const Digits d = digits_of(value, scientific_);
      left_ = std::max(left_, d.whole.size());
      right_ = std::max(right_, d.fraction.size());
      exponent_ = std::max(exponent_, d.exponent.size());
    }
    for (const T value : values) {
      if (std::isfinite(number(value))) continue;
      const std::size_t width = not_finite(number(value)).size();
      if (width > tail()) left_ = std::max(left_, width - tail());
    }
  }

  std::string operator()(T value) const {
    if (!std::isfinite(number(value))) return pad_left(not_finite(number(value)), left_ + tail());
    if (!scientific_) {
      const Digits d = digits_of(value, false);
      return pad_left(d.whole, left_) + "." + d.fraction +
             std::string(right_ - d.fraction.size(), ' ');
    }
    // All have as many digits as the longest, and they are the number's own, not zeros.
    std::string text =
        chars(number(value), std::chars_format::scientific, static_cast<int>(right_));
    if (right_ == 0) text.insert(text.find('e'), 1, '.');
    const std::size_t sign = text.find('e') + 1;
    const std::size_t width = text.size() - sign;
    text.insert(sign + 1, exponent_ - width, '0');
    return pad_left(text, left_ + tail());
  }

 private:
  // From here on exponents are shown.
  static constexpr double kLargest = std::is_same_v<T, double> ? 1e8 : kExactDigits<T>;
  // NumPy compares in the array's own type.
  template <class U, class Number>
  static Number rounded(Number v) {
    if constexpr (std::is_same_v<U, Half>)
      return static_cast<float>(float16(v));
    else
      return v;
  }
  // Width of the point and what follows it.
  std::size_t tail() const { return right_ + 1 + (scientific_ ? exponent_ + 1 : 0); }

  bool scientific_ = false;
  std::size_t left_ = 0, right_ = 0, exponent_ = 0;
};

}  // namespace halfpixel
