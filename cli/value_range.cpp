#include "value_range.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "usage.hpp"

namespace halfpixel::cli {
namespace {

bool parse(std::string_view text, float& value) {
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  return failure == std::errc() && stop == end && std::isfinite(value);
}

// 0: samples that are no shares of a whole.
float largest(DType dtype) {
  return dtype == DType::uint8 ? 255.0F : dtype == DType::uint16 ? 65535.0F : 0.0F;
}

}  // namespace

ValueRange::ValueRange(const std::string& text, const std::string& option) {
  if (text.empty()) return;
  const std::size_t dots = text.find("..");
  const std::string_view whole = text;
  if (dots == text.npos || !parse(whole.substr(0, dots), low_) ||
      !parse(whole.substr(dots + 2), high_) || !(low_ < high_)) {
    throw UsageError(
        fmt::format("{} must be LOW..HIGH as in 0..1 or -1..1; got '{}'", option, text));
  }
  given_ = true;
}

Tensor ValueRange::values(const Tensor& samples) const {
  const float most = largest(samples.dtype());
  if (!given_ || most == 0) return samples;
  Tensor values = samples.astype(DType::float32);
  const float unit = most / (high_ - low_);
  for (float& value : values.span<float>()) value = value / unit + low_;
  return values;
}

Tensor ValueRange::samples(const Tensor& values, DType dtype) const {
  const float most = largest(dtype);
  if (!given_ || most == 0 || !is_floating(values.dtype())) return values;
  Tensor samples = values.astype(DType::float32);
  const float unit = most / (high_ - low_);
  for (float& sample : samples.span<float>()) sample = (sample - low_) * unit;
  return samples;
}

void ValueExtent::add(const Tensor& values) {
  if (!is_floating(values.dtype())) return;
  const Tensor floats = values.dtype() == DType::float32 ? values : values.astype(DType::float32);
  for (const float value : floats.span<float>()) {
    if (most_ > 1 || least_ < -1) return;
    any_ = true;
    numbers_ = numbers_ || !std::isnan(value);
    least_ = std::min(least_, value);
    most_ = std::max(most_, value);
  }
}

void ValueExtent::warn_if_black(const std::string& out, const std::string& what_to_do) const {
  if (any_ && !numbers_) warn(out + " is black: all its values are NaN");
  if (!(most_ > 0 && most_ <= 1 && least_ >= -1)) return;
  warn(
      fmt::format("{} is black: its values are from {:.3g} to {:.3g}, and those of a picture from "
                  "0 to 255; {}",
                  out, least_, most_, what_to_do));
}

void warn_of_values(const Tensor& x, const Tensor& result, DType samples, const std::string& out) {
  if (is_floating(samples) || !is_floating(x.dtype()) || x.size() == 0) return;
  const Tensor values = x.dtype() == DType::float64 ? x : x.astype(DType::float64);
  double least = std::numeric_limits<double>::infinity(), most = -least;
  std::int64_t without = 0;
  for (const double value : values.span<double>()) {
    if (std::isnan(value)) ++without;
    least = std::min(least, std::isnan(value) ? least : value);
    most = std::max(most, std::isnan(value) ? most : value);
  }
  ValueExtent extent;
  extent.add(result);
  extent.warn_if_black(out, least < 0 ? "x * 127.5 + 127.5 makes samples of values from -1 to 1"
                                      : "multiply them by 255 before");
  if (without == x.size()) return;
  if (without > 0) {
    warn(fmt::format("{}: {} of {} values of IN are NaN; where they reach it is 0", out, without,
                     x.size()));
  }
  const double white = largest(samples);
  if ((least >= -1 && most <= 1) || (least > -0.5 && most < white + 0.5)) return;
  warn(
      fmt::format("{}: the values of IN are from {:.4g} to {:.4g}; below 0 is 0 and above {} is {}",
                  out, least, most, white, white));
}

}  // namespace halfpixel::cli
