#include "frontends/opencv_words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "core/checked.hpp"
#include "frontends/names.hpp"

namespace halfpixel {

using Flags = cv::InterpolationFlags;

namespace cv {
namespace {

constexpr std::array<std::string_view, 7> kNames = {
    "INTER_NEAREST",  "INTER_LINEAR",       "INTER_CUBIC",        "INTER_AREA",
    "INTER_LANCZOS4", "INTER_LINEAR_EXACT", "INTER_NEAREST_EXACT"};
constexpr std::array<Flags, 7> kFlags = {
    Flags::inter_nearest,  Flags::inter_linear,       Flags::inter_cubic,        Flags::inter_area,
    Flags::inter_lanczos4, Flags::inter_linear_exact, Flags::inter_nearest_exact};

}  // namespace

std::span<const InterpolationFlags> interpolation_flags() noexcept {
  return kFlags;
}

std::string_view name_of(InterpolationFlags interpolation) noexcept {
  return frontends::name_in(kNames, interpolation);
}

InterpolationFlags to_interpolation_flags(std::string_view name) {
  const std::size_t i = frontends::find_in(kNames, name);
  if (i < kFlags.size()) return kFlags[i];
  fail(ErrorCode::invalid_argument, "[", opencv::kResize,
       "] Unknown interpolation method: argument `interpolation` must be one of ",
       frontends::list_of(kNames), "; got ", name);
}

}  // namespace cv

namespace opencv {
namespace {

template <class... Parts>
[[noreturn]] void refuse(const Parts&... parts) {
  fail(ErrorCode::invalid_argument, "[", kResize, "] ", parts...);
}

// Rounded half to even and clamped, as cv::saturate_cast<int>.
std::int64_t scaled(std::int64_t side, double factor) {
  constexpr double kMost = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int64_t>(
      std::nearbyint(std::min(static_cast<double>(side) * factor, kMost)));
}

}  // namespace

void check_source(const Shape& shape, DType dtype, Flags interpolation) {
  if (shape.rank() != 2 && shape.rank() != 3) {
    refuse("src must be (height, width) or (height, width, channels); got shape ", shape);
  }
  if (shape[0] == 0 || shape[1] == 0) {
    refuse("src must not be empty (Assertion failed: !ssize.empty()); got shape ", shape);
  }
  constexpr std::int64_t kMostChannels = 128;
  if (shape.rank() == 3 && (shape[2] < 1 || shape[2] > kMostChannels)) {
    refuse("src must have 1 to ", kMostChannels, " channels; got ", shape[2]);
  }
  // OpenCV's Python makes int32 of the first two without a word; the third NumPy has not.
  if (dtype == DType::int64 || dtype == DType::uint64 || dtype == DType::bfloat16) {
    refuse_dtype(interpolation, dtype);
  }
  if (static_cast<std::size_t>(interpolation) >= cv::interpolation_flags().size()) {
    refuse("Unknown interpolation method: argument `interpolation`; got ",
           static_cast<int>(interpolation));
  }
}

cv::Size target_size(const Shape& shape, const cv::Size& dsize, const cv::ResizeOptions& options) {
  cv::Size size = dsize;
  if (dsize.width <= 0 || dsize.height <= 0) {
    const auto check = [&](const char* name, double factor, const char* assertion) {
      if (factor > 0 && std::isfinite(factor)) return;
      refuse("argument `", name,
             "` must be positive when dsize is empty (Assertion failed: ", assertion, " > 0); got ",
             factor, " and dsize (", dsize.width, ", ", dsize.height, ")");
    };
    check("fx", options.fx, "inv_scale_x");
    check("fy", options.fy, "inv_scale_y");
    size = {scaled(shape[1], options.fx), scaled(shape[0], options.fy)};
    if (size.width == 0 || size.height == 0) {
      refuse("the result must not be empty (Assertion failed: !dsize.empty()); got fx ", options.fx,
             " and fy ", options.fy, " for shape ", shape);
    }
  }
  return size;
}

void refuse_dtype(Flags interpolation, DType dtype) {
  refuse(cv::name_of(interpolation), " does not take ", dtype,
         " (Assertion failed: func != 0); got src of dtype ", dtype);
}

void refuse_channels(std::int64_t channels) {
  refuse(
      "INTER_AREA with a ratio that is not whole takes at most 4 channels (Assertion failed: "
      "func != 0 && cn <= 4); got ",
      channels);
}

}  // namespace opencv
}  // namespace halfpixel
