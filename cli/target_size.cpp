#include "target_size.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

#include <halfpixel/error.hpp>

#include "in_out.hpp"
#include "usage.hpp"

namespace halfpixel::cli {
namespace {

constexpr std::int64_t kMostSide = std::numeric_limits<std::int32_t>::max();
constexpr const char* kForms =
    "HEIGHTxWIDTH as in 480x640, 480x or x640 (the other side keeps the shape), 50%, 1.5x, "
    "fit:WIDTHxHEIGHT or fill:WIDTHxHEIGHT";

bool is_number(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == text.npos;
}

// Digits with at most one point.
bool is_decimal(std::string_view text) {
  return is_number(text, "0123456789.") && std::count(text.begin(), text.end(), '.') <= 1 &&
         text != "." && text.size() < 20;
}

std::int64_t side(std::string_view text) {
  return parse_positive(text, kMostSide, "--size");  // TensorFlow counts pixels in int32
}

}  // namespace

TargetSize::TargetSize(std::string_view text) {
  if (is_number(text, "0123456789")) {
    throw UsageError(
        fmt::format("--size must be HEIGHTxWIDTH, or {0}x (height), x{0} (width), or a "
                    "factor as 50% or 1.5x; got '{0}'",
                    text));
  }
  if (parse(text)) return;
  const std::string other = meant(text);
  throw UsageError(fmt::format("--size must be {}; got '{}'{}", kForms, text,
                               other.empty() ? "" : "; did you mean " + other + "?"));
}

bool TargetSize::is_size(std::string_view text) {
  try {
    TargetSize size;
    return size.parse(text);
  } catch (const UsageError&) {
    return false;
  }
}

std::string TargetSize::meant(std::string_view text) {
  std::string other;
  for (std::size_t i = 0; i < text.size();) {
    constexpr std::string_view kTimes = "×";
    const bool times = text.substr(i).starts_with(kTimes);
    if (text[i] != ' ') other += times ? "x" : lower(std::string(text.substr(i, 1)));
    i += times ? kTimes.size() : 1;
  }
  const std::size_t between = other.find_first_of("*,", other.find(':') + 1);
  if (between != other.npos) other[between] = 'x';
  if (other != text && is_size(other)) return other;
  // 0.5, and 480 640.
  std::string spaced(text);
  const std::size_t blank = spaced.find(' ');
  if (blank != spaced.npos) spaced[blank] = 'x';
  if (blank != spaced.npos && is_size(spaced)) return spaced;
  const bool is_factor = is_decimal(other) && other.find('.') != other.npos;
  if (is_factor && is_size(other + "x")) return other + "x";
  return "";
}

bool TargetSize::parse(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  if (text.ends_with('%') || (text.ends_with('x') && text.find('.') != text.npos)) {
    const std::string number(text.substr(0, text.size() - 1));
    if (!is_decimal(number)) return false;
    kind_ = Kind::factor;
    factor_ = std::strtod(number.c_str(), nullptr) / (text.ends_with('%') ? 100 : 1);
    return factor_ > 0;
  }
  const bool fits = text.starts_with("fit:"), fills = text.starts_with("fill:");
  if (fits || fills) text.remove_prefix(text.find(':') + 1);
  const std::size_t x = text.find('x');
  if (x == text.npos) return false;
  const std::string_view first = text.substr(0, x), second = text.substr(x + 1);
  const bool has_first = is_number(first, kDigits), has_second = is_number(second, kDigits);
  if ((!has_first && !first.empty()) || (!has_second && !second.empty())) return false;
  if (fits || fills) {
    if (!has_first || !has_second) return false;
    kind_ = fits ? Kind::fit : Kind::fill;
    width_ = side(first);
    height_ = side(second);
    return true;
  }
  if (has_first) height_ = side(first);
  if (has_second) width_ = side(second);
  if (!has_first && !has_second) return false;
  kind_ = has_first && has_second ? Kind::exact : has_first ? Kind::height : Kind::width;
  if (kind_ == Kind::height && height_ < 10) {
    throw UsageError(fmt::format(
        "--size {0}x is a height of {0}, or a factor? {0}.0x and {1}% are factors; got '{0}x'",
        height_, 100 * height_));
  }
  return true;
}

Size TargetSize::of(std::int64_t height, std::int64_t width) const {
  if (kind_ == Kind::exact || kind_ == Kind::fill) return {height_, width_};
  const auto h = static_cast<double>(height), w = static_cast<double>(width);
  const auto rounded = [](double length) -> std::int64_t {
    const double nearest = std::floor(length + 0.5);
    if (nearest > static_cast<double>(kMostSide)) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("[resize] --size gives a side of {:.0f}, expected at most {}",
                              nearest, kMostSide));
    }
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(nearest));
  };
  if (height == 0 || width == 0)
    return {std::max<std::int64_t>(height_, 1), std::max<std::int64_t>(width_, 1)};
  switch (kind_) {
    case Kind::height:
      return {height_, rounded(w * static_cast<double>(height_) / h)};
    case Kind::width:
      return {rounded(h * static_cast<double>(width_) / w), width_};
    case Kind::factor:
      return {rounded(h * factor_), rounded(w * factor_)};
    default:
      break;
  }
  // Inside the box: the side that is the tighter one is met exactly.
  const auto box_h = static_cast<double>(height_), box_w = static_cast<double>(width_);
  if (box_w * h <= box_h * w) return {std::min(height_, rounded(h * box_w / w)), width_};
  return {height_, std::min(width_, rounded(w * box_h / h))};
}

}  // namespace halfpixel::cli
