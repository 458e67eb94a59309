// Tensors as NumPy prints them (numpy.array2string with default options): shortest digits, at most
// eight after the point, columns aligned, more than a thousand elements summarised.
#include <algorithm>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include <halfpixel/tensor.hpp>

#include "core/dispatch.hpp"
#include "core/number_text.hpp"

namespace halfpixel {
namespace {

constexpr std::int64_t kThreshold = 1000;
constexpr std::int64_t kEdgeItems = 3;
constexpr std::size_t kLineWidth = 75;

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
Half as_printed(T value)
  requires std::is_same_v<T, float16>
{
  return {static_cast<float>(value)};
}
template <class T>
T as_printed(T value)
  requires std::is_floating_point_v<T>
{
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
