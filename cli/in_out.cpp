#include "in_out.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <limits>

#include <fmt/format.h>

#include <halfpixel/error.hpp>

#include "usage.hpp"

namespace halfpixel::cli {
namespace {

bool begins_like_npy(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return false;
  char first[6] = {};
  std::ifstream(path, std::ios::binary).read(first, sizeof first);
  return std::string_view(first, sizeof first) == std::string_view("\x93NUMPY", 6);
}

// Adding and taking away 2^23 leaves no room for a fraction: the hardware rounds half to even.
template <class From, class Sample>
void round_and_clamp(const From* src, Sample* dst, std::int64_t count, From max) {
  const From shift = sizeof(From) == 4 ? static_cast<From>(0x1p23) : static_cast<From>(0x1p52);
  for (std::int64_t i = 0; i < count; ++i) {
    const From positive = src[i] > 0 ? src[i] : From{0};
    const From clamped = positive < max ? positive : max;
    dst[i] = static_cast<Sample>((clamped + shift) - shift);
  }
}

template <class Sample>
void to_samples_of(const Tensor& values, Tensor& samples, float max) {
  Sample* dst = samples.data<Sample>();
  if (values.dtype() == DType::float64) {
    round_and_clamp(values.data<double>(), dst, values.size(), static_cast<double>(max));
  } else {
    const Tensor wide = values.dtype() == DType::float32 ? values : values.astype(DType::float32);
    round_and_clamp(wide.data<float>(), dst, values.size(), max);
  }
}

// Signed samples and those of 32 bits, which float32 does not hold: by way of float64.
template <class Sample>
void to_any_samples_of(const Tensor& values, Tensor& samples) {
  const Tensor wide = values.dtype() == DType::float64 ? values : values.astype(DType::float64);
  constexpr auto low = static_cast<double>(std::numeric_limits<Sample>::min());
  constexpr auto high = static_cast<double>(std::numeric_limits<Sample>::max());
  const double* src = wide.data<double>();
  Sample* dst = samples.data<Sample>();
  constexpr double shift = 0x1.8p52;
  for (std::int64_t i = 0; i < wide.size(); ++i) {
    const double value = src[i] == src[i] ? std::clamp(src[i], low, high) : 0.0;
    dst[i] = static_cast<Sample>((value + shift) - shift);
  }
}

}  // namespace

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool is_npy_path(const std::filesystem::path& path) {
  return lower(path.extension().native()) == ".npy";
}

void check_ending(const std::string& out) {
  if (is_npy_path(out) || is_picture_path(out)) return;
  throw UsageError(
      fmt::format("the ending of OUT says no known format, expected .npy, {}; got '{}'",
                  picture_endings(), out));
}

Input::Input(const std::filesystem::path& path, const PictureOptions& options,
             const std::filesystem::path& out) {
  if (is_npy_path(path) || begins_like_npy(path)) {
    npy_.emplace(path);
  } else {
    picture_.emplace(path, options, out);
    // An array holds pages of one size; so do models.
    if (!is_picture_path(out)) picture_->read_batch();
  }
}

Tensor to_samples(const Tensor& values, DType dtype) {
  if (values.dtype() == dtype) return values;
  if (!is_floating(values.dtype())) {
    throw Error(ErrorCode::internal,
                "[halfpixel] values are no samples; got " + std::string(name_of(values.dtype())));
  }
  Tensor samples(values.shape(), dtype);
  switch (dtype) {
    case DType::uint8:
      to_samples_of<std::uint8_t>(values, samples, 255.0f);
      break;
    case DType::uint16:
      to_samples_of<std::uint16_t>(values, samples, 65535.0f);
      break;
    case DType::uint32:
      to_any_samples_of<std::uint32_t>(values, samples);
      break;
    case DType::int8:
      to_any_samples_of<std::int8_t>(values, samples);
      break;
    case DType::int16:
      to_any_samples_of<std::int16_t>(values, samples);
      break;
    case DType::int32:
      to_any_samples_of<std::int32_t>(values, samples);
      break;
    default:
      return values.astype(dtype);
  }
  return samples;
}

DType samples_of(DType dtype, const std::string& in) {
  if (dtype == DType::uint8 || dtype == DType::uint16) return dtype;
  if (is_floating(dtype)) return DType::uint8;
  throw Error(ErrorCode::unsupported,
              fmt::format("[halfpixel] a picture needs uint8, uint16 or floating IN; got {} in {}, "
                          "which python3 -c \"import numpy as np; x = np.load('{}'); "
                          "np.save('uint8.npy', {})\" makes uint8",
                          name_of(dtype), in, in,
                          dtype == DType::boolean ? "x.astype(np.uint8) * 255"
                                                  : "x.clip(0, 255).astype(np.uint8)"));
}

}  // namespace halfpixel::cli
