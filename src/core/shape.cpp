#include <halfpixel/shape.hpp>

#include <algorithm>
#include <ostream>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "core/text.hpp"

namespace halfpixel {

Shape::Shape(std::span<const std::int64_t> dims) {
  if (dims.size() > kMaxRank) {
    fail(ErrorCode::invalid_argument, "[Shape] rank must be at most ", kMaxRank, "; got ",
         dims.size());
  }
  for (const std::int64_t extent : dims) push_back(extent);
}

void Shape::push_back(std::int64_t extent) {
  if (rank_ == kMaxRank) {
    fail(ErrorCode::invalid_argument, "[Shape] rank must be at most ", kMaxRank, "; got more");
  }
  if (extent < kUnknown) {
    fail(ErrorCode::invalid_argument, "[Shape] extents must not be negative; got ", extent);
  }
  dims_[static_cast<std::size_t>(rank_++)] = extent;
}

std::int64_t Shape::at(int axis) const {
  const int i = axis < 0 ? axis + rank_ : axis;
  if (i < 0 || i >= rank_) {
    fail(ErrorCode::invalid_argument, "[Shape] axis ", axis, " is out of range; got shape ", str());
  }
  return dims_[static_cast<std::size_t>(i)];
}

bool Shape::is_known() const noexcept {
  return std::none_of(begin(), end(), [](std::int64_t d) { return d == kUnknown; });
}

std::int64_t Shape::num_elements() const {
  std::int64_t product = 1;
  bool empty = false;
  bool overflow = false;
  for (const std::int64_t extent : *this) {
    if (extent == kUnknown) {
      fail(ErrorCode::invalid_argument, "[Shape] extents must be known; got ", str());
    }
    empty = empty || extent == 0;
    if (extent != 0) overflow = multiply_overflows(product, extent, &product) || overflow;
  }
  if (overflow) {  // refused even when another extent is 0: the others could not be addressed
    fail(ErrorCode::invalid_argument, "[Shape] number of elements is above 2^63 - 1; got ", str());
  }
  return empty ? 0 : product;
}

std::string Shape::str() const {
  std::string text = "(";
  for (int i = 0; i < rank_; ++i) {
    if (i > 0) text += ", ";
    const std::int64_t extent = (*this)[i];
    text += extent == kUnknown ? "None" : std::to_string(extent);
  }
  return text + (rank_ == 1 ? ",)" : ")");
}

bool operator==(const Shape& a, const Shape& b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

std::ostream& operator<<(std::ostream& out, const Shape& shape) {
  return out << shape.str();
}

Size::Size(std::initializer_list<std::int64_t> values)
    : Size(std::span(values.begin(), values.size())) {}

Size::Size(std::span<const std::int64_t> values) : rank_(static_cast<int>(values.size())) {
  if (values.empty() || values.size() > 3) {
    fail(ErrorCode::invalid_argument, "[Size] size must have 1 to 3 values; got ", values.size());
  }
  std::copy(values.begin(), values.end(), values_.begin());
  if (rank_ == 1) values_ = {values[0], values[0], values[0]};
}

std::string Size::str() const {
  if (rank_ == 1) return std::to_string(values_[0]);
  std::string text = "(" + std::to_string(values_[0]);
  for (int i = 1; i < rank_; ++i) text += ", " + std::to_string((*this)[i]);
  return text + ")";
}

std::ostream& operator<<(std::ostream& out, const Size& size) {
  return out << size.str();
}

std::string_view name_of(DataFormat format) noexcept {
  return format == DataFormat::channels_last ? "channels_last" : "channels_first";
}

DataFormat to_data_format(std::string_view name) {
  const std::string lower = to_lower(name);
  if (lower == "channels_last") return DataFormat::channels_last;
  if (lower == "channels_first") return DataFormat::channels_first;
  fail(ErrorCode::invalid_argument,
       "[data_format] The `data_format` argument must be one of {'channels_first', "
       "'channels_last'}. "
       "Received: data_format=",
       lower);
}

std::ostream& operator<<(std::ostream& out, DataFormat format) {
  return out << name_of(format);
}

}  // namespace halfpixel
