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

bool begins_with(const std::filesystem::path& path, std::string_view wanted) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return false;
  char first[6] = {};
  std::ifstream(path, std::ios::binary).read(first, sizeof first);
  return std::string_view(first, sizeof first).starts_with(wanted);
}

constexpr std::string_view kNpyMagic("\x93NUMPY", 6);
constexpr std::string_view kZipMagic("PK\x03\x04", 4);

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

bool is_npz_path(const std::filesystem::path& path) {
  return lower(path.extension().native()) == ".npz";
}

bool is_npz_file(const std::filesystem::path& path) {
  return is_npz_path(path) || begins_with(path, kZipMagic);
}

void check_ending(const std::string& out) {
  if (is_array_path(out) || is_picture_path(out)) return;
  if (out.ends_with('/')) {
    throw UsageError(
        fmt::format("OUT {} is a folder by its name; -o {} makes it and writes into it", out, out));
  }
  throw UsageError(
      fmt::format("the ending of OUT says no known format, expected .npy, .npz, {}; got '{}'",
                  picture_endings(), out));
}

Input::Input(const std::filesystem::path& path, const PictureOptions& options,
             const std::filesystem::path& out) {
  const bool npz = is_npz_file(path);
  const bool npy = !npz && (is_npy_path(path) || begins_with(path, kNpyMagic));
  if ((npy || npz) && !options.page.empty()) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("[halfpixel] --page {} is of TIFF files and animations; {} is an array, "
                    "which is worked whole",
                    options.page, path.native()));
  }
  if (!npz && !options.array.empty()) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("[halfpixel] --array {} is of .npz files; {} is none", options.array,
                            path.native()));
  }
  if (npz) {
    open_npz(path, options.array);
  } else if (npy) {
    npy_.emplace(path);
  } else {
    picture_.emplace(path, options, out);
    // An array holds pages of one size; so do models.
    if (!is_picture_path(out)) picture_->read_batch();
  }
}

void Input::open_npz(const std::filesystem::path& path, const std::string& array) {
  npz_.emplace(path);
  const std::vector<std::string>& names = npz_->names();
  if (array.empty() && names.size() != 1) {
    throw Error(ErrorCode::invalid_argument,
                names.empty()
                    ? fmt::format("[halfpixel] {} holds no arrays", path.native())
                    : fmt::format("[halfpixel] {} holds {} arrays, {}; --array NAME takes "
                                  "one",
                                  path.native(), names.size(), listed_names(names)));
  }
  name_ = array.empty() ? names[0] : array;
  npz_shape_ = npz_->shape(name_);
  npz_dtype_ = npz_->dtype(name_);
}

std::string listed_names(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 12;
  std::string text;
  for (std::size_t i = 0; i < std::min(kMost, names.size()); ++i)
    text += (i == 0 ? "'" : ", '") + names[i] + "'";
  return names.size() > kMost ? text + ", …" : text;
}

void write_array(const Paths& paths, const Tensor& result) {
  if (paths.npz != nullptr)
    paths.npz->add(paths.array, result);
  else
    io::write_npy(paths.out, result);
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

Tensor as_dtype(const Tensor& values, DType dtype) {
  if (values.dtype() == dtype) return values;
  if (is_floating(dtype)) return values.astype(dtype);
  return to_samples(is_floating(values.dtype()) ? values : values.astype(DType::float64), dtype);
}

DType samples_of(DType dtype, const Paths& paths) {
  if (dtype == DType::uint8 || dtype == DType::uint16) return dtype;
  if (is_floating(dtype)) return DType::uint8;
  if (is_tiff_path(paths.out) && size_of(dtype) <= 4 && dtype != DType::boolean) return dtype;
  const std::string& in = paths.in;
  throw Error(
      ErrorCode::unsupported,
      fmt::format("[halfpixel] a picture needs uint8, uint16 or floating IN{}; got {} in {}, "
                  "which python3 -c \"import numpy as np; x = np.load('{}'); "
                  "np.save('uint8.npy', {})\" makes uint8",
                  size_of(dtype) <= 4 && dtype != DType::boolean
                      ? ", or OUT that ends in .tif, which holds it"
                      : "",
                  name_of(dtype), in, in,
                  dtype == DType::boolean ? "x.astype(np.uint8) * 255"
                                          : "x.clip(0, 255).astype(np.uint8)"));
}

}  // namespace halfpixel::cli
