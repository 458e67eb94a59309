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

constexpr int kPrecision = 8;
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

struct Digits {
  std::string whole, fraction, exponent;  // exponent with sign, empty when positional
};

// Shortest digits that read back as the same T, cut to kPrecision after the point.
template <class T>
Digits digits_of(T value, bool scientific) {
  const auto format = scientific ? std::chars_format::scientific : std::chars_format::fixed;
  std::string text = chars(value, format);
  Digits d;
  for (int pass = 0;; ++pass) {
    const std::size_t e = text.find('e');
    const std::string mantissa = text.substr(0, e);
    const std::size_t point = mantissa.find('.');
    d.whole = mantissa.substr(0, point);
    d.fraction = point == std::string::npos ? "" : mantissa.substr(point + 1);
    d.exponent = e == std::string::npos ? "" : text.substr(e + 1);
    if (pass == 1 || d.fraction.size() <= kPrecision) break;
    text = chars(value, format, kPrecision);
  }
  while (!d.fraction.empty() && d.fraction.back() == '0') d.fraction.pop_back();
  return d;
}

// Chooses widths over all printed values, then prints each of them.
template <class T>
class FloatFormat {
 public:
  explicit FloatFormat(const std::vector<T>& values) {
    T largest = 0, smallest = 0;
    bool any = false;
    for (const T v : values) {
      if (!std::isfinite(v) || v == 0) continue;
      const T a = std::fabs(v);
      largest = any ? std::max(largest, a) : a;
      smallest = any ? std::min(smallest, a) : a;
      any = true;
    }
    scientific_ = any && (largest >= T(1e8) || smallest < T(1e-4) || largest / smallest > T(1000));
    for (const T v : values) {
      if (!std::isfinite(v)) continue;
      const Digits d = digits_of(v, scientific_);
      left_ = std::max(left_, d.whole.size());
      right_ = std::max(right_, d.fraction.size());
      exponent_ = std::max(exponent_, d.exponent.size());
    }
    for (const T v : values) {
      if (std::isfinite(v)) continue;
      const std::size_t width = std::isnan(v) ? 3 : v < 0 ? 4 : 3;
      const std::size_t tail = right_ + 1 + (scientific_ ? exponent_ + 1 : 0);
      if (width > tail) left_ = std::max(left_, width - tail);
    }
  }

  std::string operator()(T value) const {
    const std::size_t tail = right_ + 1 + (scientific_ ? exponent_ + 1 : 0);
    if (!std::isfinite(value)) {
      return pad_left(std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf", left_ + tail);
    }
    const Digits d = digits_of(value, scientific_);
    std::string text = pad_left(d.whole, left_) + "." + d.fraction;
    if (scientific_) {
      const std::string zeros(exponent_ - d.exponent.size(), '0');
      return text + std::string(right_ - d.fraction.size(), '0') + "e" + d.exponent.substr(0, 1) +
             zeros + d.exponent.substr(1);
    }
    return text + std::string(right_ - d.fraction.size(), ' ');
  }

 private:
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
        if (line.size() + word.size() > (last ? width : width - 1)) {
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

template <class Float, class T>
std::function<std::string(std::int64_t)> float_element(const T* data,
                                                       const std::vector<std::int64_t>& at) {
  std::vector<Float> values;
  for (const std::int64_t i : at) values.push_back(static_cast<Float>(data[i]));
  return [data, format = FloatFormat<Float>(values)](std::int64_t i) {
    return format(static_cast<Float>(data[i]));
  };
}

}  // namespace

std::string Tensor::str() const {
  if (size_ == 0) return "[]";
  const bool summary = size_ > kThreshold;
  std::vector<std::int64_t> at;
  printed(shape_, 0, 0, summary, at);
  std::function<std::string(std::int64_t)> element;
  dispatch(dtype_, [&]<class T>(std::type_identity<T>) {
    const T* const values = data<T>();
    if constexpr (std::is_same_v<T, double>) {
      element = float_element<double>(values, at);
    } else if constexpr (std::is_same_v<T, float> || std::is_same_v<T, float16> ||
                         std::is_same_v<T, bfloat16>) {
      element = float_element<float>(values, at);
    } else {
      const auto text = [values](std::int64_t i) -> std::string {
        if constexpr (std::is_same_v<T, bool>)
          return values[i] ? "True" : "False";
        else
          return std::to_string(values[i]);
      };
      std::size_t width = 0;
      for (const std::int64_t i : at) width = std::max(width, text(i).size());
      element = [text, width](std::int64_t i) { return pad_left(text(i), width); };
    }
  });
  return Printer(shape_, element, summary).print(0, 0, " ", kLineWidth);
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) {
  return out << tensor.str();
}

}  // namespace halfpixel
