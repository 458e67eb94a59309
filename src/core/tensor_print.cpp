// Tensors as NumPy prints them (numpy.array2string with default options): shortest digits, at most
// eight after the point, columns aligned, more than a thousand elements summarised.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include <halfpixel/tensor.hpp>

#include "core/dispatch.hpp"

namespace halfpixel {
namespace {

constexpr std::size_t kPrecision = 8;
constexpr std::int64_t kThreshold = 1000;
constexpr std::int64_t kEdgeItems = 3;
constexpr std::size_t kLineWidth = 75;

std::string pad_left(const std::string& text, std::size_t width) {
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
float number(Half half) {
  return half.value;
}

// Shortest digits that no other float16 is nearer to, as d.ddde+dd.
std::string shortest(Half half) {
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
    std::from_chars(text.data(), text.data() + text.size(), back);
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
Digits split(const std::string& text, bool scientific) {
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

class Printer {
 public:
  Printer(const Shape& shape, std::function<std::string(std::int64_t)> element, bool summary)
      : shape_(shape), element_(std::move(element)), summary_(summary) {}

  std::string print(int axis, std::int64_t offset, const std::string& indent,
                    std::size_t width) const {
    if (axis == shape_.rank()) return element_(offset);
    const std::int64_t count = shape_[axis];
    std::int64_t stride = 1;
    for (int i = axis + 1; i < shape_.rank(); ++i) stride *= shape_[i];
    const bool cut = summary_ && 2 * kEdgeItems < count;
    const bool innermost = axis == shape_.rank() - 1;
    const std::string line_end =
        "\n" + std::string(static_cast<std::size_t>(
                               shape_.rank() - axis - 2 > 0 ? shape_.rank() - axis - 2 : 0),
                           '\n');
    std::string done, line = indent;
    for (std::int64_t i = 0; i < count; ++i) {
      const bool last = i == count - 1;
      std::string word;
      if (cut && i == kEdgeItems) {
        word = "...";
        i = count - kEdgeItems - 1;
      } else {
        word = print(axis + 1, offset + i * stride, indent + " ", width - 1);
      }
      if (innermost) {
        if (line.size() + word.size() > width - 1 && line.size() > indent.size()) {
          done += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
          line = indent;
        }
        line += word;
        if (!last) line += " ";
      } else {
        line += word;
        if (!last) line += line_end + indent;
      }
    }
    done += line;
    done.replace(0, indent.size(), "[");
    done += ']';
    return done;
  }

 private:
  Shape shape_;
  std::function<std::string(std::int64_t)> element_;
  bool summary_;
};

// Offsets of the elements that are printed, so that widths are chosen from those alone.
void printed(const Shape& shape, int axis, std::int64_t offset, bool summary,
             std::vector<std::int64_t>& out) {
  if (axis == shape.rank()) {
    out.push_back(offset);
    return;
  }
  std::int64_t stride = 1;
  for (int i = axis + 1; i < shape.rank(); ++i) stride *= shape[i];
  for (std::int64_t i = 0; i < shape[axis]; ++i) {
    if (summary && 2 * kEdgeItems < shape[axis] && i == kEdgeItems) i = shape[axis] - kEdgeItems;
    printed(shape, axis + 1, offset + i * stride, summary, out);
  }
}

template <class T>
Half as_printed(T value) requires std::is_same_v<T, float16> {
  return {static_cast<float>(value)};
}
template <class T>
T as_printed(T value) requires std::is_floating_point_v<T> {
  return value;
}

// One element by itself (print of a scalar).
template <class T>
std::string text_of(T value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value ? "True" : "False";
  } else if constexpr (std::is_same_v<T, bfloat16>) {  // ml_dtypes' own form, never aligned
    const auto v = static_cast<float>(value);
    return std::isfinite(v) ? chars(v, std::chars_format::general, 6) : not_finite(v);
  } else if constexpr (std::is_integral_v<T>) {
    return std::to_string(value);
  } else {
    return scalar(as_printed(value));
  }
}

// The function that prints element i, for arrays: widths are chosen over the elements `at`.
template <class T>
std::function<std::string(std::int64_t)> element_of(const T* data,
                                                    const std::vector<std::int64_t>& at) {
  if constexpr (std::is_same_v<T, bfloat16>) {
    return [data](std::int64_t i) { return text_of(data[i]); };
  } else if constexpr (std::is_same_v<T, bool>) {
    return [data](std::int64_t i) { return pad_left(text_of(data[i]), 5); };
  } else if constexpr (std::is_integral_v<T>) {
    std::size_t width = 0;
    for (const std::int64_t i : at) width = std::max(width, text_of(data[i]).size());
    return [data, width](std::int64_t i) { return pad_left(text_of(data[i]), width); };
  } else {
    std::vector<decltype(as_printed(T{}))> values;
    for (const std::int64_t i : at) values.push_back(as_printed(data[i]));
    return [data, format = FloatFormat(values)](std::int64_t i) {
      return format(as_printed(data[i]));
    };
  }
}

}  // namespace

std::string Tensor::str() const {
  if (size_ == 0) return "[]";
  return dispatch(dtype_, [&]<class T>(std::type_identity<T>) -> std::string {
    if (rank() == 0) return text_of(*data<T>());
    const bool summary = size_ > kThreshold;
    std::vector<std::int64_t> at;
    printed(shape_, 0, 0, summary, at);
    return Printer(shape_, element_of(data<T>(), at), summary).print(0, 0, " ", kLineWidth);
  });
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) {
  return out << tensor.str();
}

}  // namespace halfpixel
