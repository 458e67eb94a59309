#include "dialects.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <system_error>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <halfpixel/error.hpp>
#include <halfpixel/tf_image.hpp>

#include "dialect_hints.hpp"
#include "guess.hpp"
#include "target_size.hpp"
#include "usage.hpp"

namespace halfpixel::cli {
namespace {

constexpr const char* kInputDtype = "--input-dtype";

struct Word {
  const char* name;
  const char* type;  // null: a flag
  const char* help;
};

constexpr Word kWords[] = {
    {"--size", "HxW",
     "Size of the result: HEIGHTxWIDTH, so 480x640 is 640 wide (TensorFlow's order); 480x | x640: "
     "the other side keeps the shape; 50% | 1.5x; fit:WIDTHxHEIGHT | fill:WIDTHxHEIGHT: a box, as "
     "fit:640x480, to fit into or to fill, cropped in the middle"},
    {"--method", "NAME", ""},
    {"--antialias", nullptr, "tf2, torch, onnx, mlx: widen the filter when shrinking"},
    {"--preserve-aspect-ratio", nullptr, "tf2, tf1: the largest size that fits in HxW"},
    {"--align-corners", nullptr,
     "tf1, torch, litert, tfjs, mlx, paddle: centres of the corner pixels coincide"},
    {"--half-pixel-centers", nullptr,
     "tf1: resize_<method> with half-pixel centres; litert, tfjs: half-pixel centres"},
    {"--mode", "NAME", "torch, onnx, mlx, paddle: the filter, nearest when not given"},
    {"--scale-factor", "F[xF]", "torch, paddle, vips: instead of --size; mlx: how large"},
    {"--recompute-scale-factor", nullptr, "torch: the step between samples from the sizes"},
    {"--memory-format", "NAME", "torch: contiguous_format, or channels_last"},
    {"--resample", "NAME",
     "pillow: NEAREST, BOX, BILINEAR, HAMMING, BICUBIC, LANCZOS, MKS2013 or MKS2021; BICUBIC when "
     "not given"},
    {"--box", "X0,Y0,X1,Y1", "pillow: the part of the image that is resized"},
    {"--reducing-gap", "G", "pillow: whole factors are averaged first; 1.0 or greater"},
    {"--mode-name", "MODE", "pillow: L, LA, RGB, RGBA, I, F, I;16, CMYK …, else from the array"},
    {"--pillow-version", "N", "pillow: 13, or 12 with the passes in its order"},
    {"--interpolation", "NAME",
     "opencv: INTER_LINEAR when not given, or INTER_NEAREST, INTER_CUBIC, INTER_AREA, "
     "INTER_LANCZOS4, INTER_LINEAR_EXACT, INTER_NEAREST_EXACT"},
    {"--fx", "F", "opencv: horizontal factor, with --fy instead of --size"},
    {"--fy", "F", "opencv: vertical factor"},
    {"--sizes", "N,C,H,W", "onnx: the shape of the result (or its --axes)"},
    {"--scales", "S,S,S,S", "onnx: a factor for each axis (or each of --axes)"},
    {"--coordinate-transformation-mode", "NAME",
     "onnx: half_pixel when not given, half_pixel_symmetric, pytorch_half_pixel, align_corners, "
     "asymmetric, tf_half_pixel_for_nn or tf_crop_and_resize"},
    {"--nearest-mode", "NAME",
     "onnx: round_prefer_floor when not given, round_prefer_ceil, floor or ceil"},
    {"--cubic-coeff-a", "A", "onnx: -0.75 when not given"},
    {"--exclude-outside", nullptr, "onnx: weights outside of the image are 0"},
    {"--extrapolation-value", "V", "onnx: what tf_crop_and_resize puts outside of the image"},
    {"--axes", "A,A", "onnx: the axes that --sizes, --scales and --roi are about"},
    {"--keep-aspect-ratio-policy", "NAME", "onnx: stretch when not given, not_larger, not_smaller"},
    {"--roi", "S,…,E,…", "onnx: starts and ends of the axes for tf_crop_and_resize"},
    {"--opset", "N", "onnx: 7 to 19; 7 and 9 are Upsample; 19 when not given"},
    {"--shape", "N,H,W,C", "jax: the shape of the result, instead of --size"},
    {"--no-antialias", nullptr, "jax: do not widen the filter when shrinking"},
    {"--kernels", "NAME", "litert: builtin when not given, xnnpack or reference"},
    {"--backend", "NAME", "tfjs: cpu when not given, or wasm"},
    {"--filter", "NAME", "image_rs: Nearest, Triangle, CatmullRom, Gaussian or Lanczos3"},
    {"--interpolator", "NAME", "go: NearestNeighbor, ApproxBiLinear, BiLinear or CatmullRom"},
    {"--align-mode", "N", "paddle: 0 when not given, half-pixel centres, or 1, the left edge"},
    {"--data-format", "NAME", "paddle: channels_first when not given, or channels_last"},
    {"--kernel", "NAME",
     "vips: lanczos3 when not given, lanczos2, cubic, mitchell, linear, nearest, mks2013 or "
     "mks2021"},
    {"--gap", "G", "vips: whole pixels are averaged first; 2.0 when not given, 0: they are not"},
    {"--access", "NAME", "vips: random when not given, or sequential, as sharp reads files"},
    {kInputDtype, "NAME",
     "Not of tf2 and tf1: what IN's values become before: float32, float64 or float16, or uint8 or "
     "uint16, rounded half to even and clamped"},
};

bool is_number(std::string_view text) {
  char* end = nullptr;
  const std::string copy(text);
  static_cast<void>(std::strtod(copy.c_str(), &end));
  return !copy.empty() && *end == '\0' && copy.find_first_not_of("0123456789.+-eE") == copy.npos;
}

std::vector<std::string> split(std::string_view text, char between) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == between)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

constexpr std::size_t kMostNumbers = 16;

}  // namespace

std::string dialect_names(std::string_view chosen) {
  std::string names;
  for (const Dialect& dialect : dialects()) {
    const bool is_last = &dialect == &dialects().back();
    names += (names.empty() ? "" : is_last ? " or " : ", ") + std::string(dialect.name);
    if (dialect.name == chosen) names += " (default)";
  }
  return names;
}

const Dialect& find_dialect(std::string_view name) {
  for (const Dialect& dialect : dialects()) {
    if (dialect.name == name) return dialect;
  }
  std::vector<std::string> names;
  for (const Dialect& dialect : dialects()) names.emplace_back(dialect.name);
  throw UsageError(
      fmt::format("--dialect must be {}; got '{}'{}", dialect_names(""), name, guess(name, names)));
}

Words::Words(const std::vector<std::pair<std::string, std::string>>& options) {
  for (const auto& [name, value] : options) typed_["--" + name] = value == "true" ? "" : value;
}

void Words::add_to(CLI::App& app) {
  for (const Word& word : kWords) {
    const std::string name = word.name;
    if (word.type == nullptr) {
      app.add_flag_callback(name, [this, name] { typed_[name] = ""; }, word.help);
    } else {
      const std::string help =
          name == "--method" ? one_of(tf::image::resize_methods(), "bilinear") : word.help;
      app.add_option_function<std::string>(
             name, [this, name](const std::string& text) { typed_[name] = text; }, help)
          ->type_name(word.type);
    }
  }
}

bool Words::has(std::string_view option) const {
  return typed_.contains(option);
}

std::string Words::text(std::string_view option, std::string_view otherwise) const {
  const auto found = typed_.find(option);
  return found == typed_.end() ? std::string(otherwise) : found->second;
}

std::vector<double> Words::numbers(std::string_view option, char between,
                                   std::string_view what) const {
  if (!has(option)) return {};
  std::vector<double> values;
  const std::string typed = text(option);
  for (const std::string& part : split(typed, between)) {
    if (!is_number(part) || values.size() == kMostNumbers)
      throw UsageError(fmt::format("{} must be {}; got '{}'", option, what, typed));
    values.push_back(std::strtod(part.c_str(), nullptr));
  }
  return values;
}

std::optional<double> Words::number(std::string_view option) const {
  if (!has(option)) return std::nullopt;
  const std::string typed = text(option);
  if (!is_number(typed))
    throw UsageError(fmt::format("{} must be a number; got '{}'", option, typed));
  return std::strtod(typed.c_str(), nullptr);
}

std::vector<std::int64_t> Words::whole_numbers(std::string_view option, char between,
                                               std::string_view what) const {
  if (!has(option)) return {};
  std::vector<std::int64_t> values;
  const std::string typed = text(option);
  for (const std::string& part : split(typed, between)) {
    std::int64_t value = 0;
    const auto [stop, failure] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (failure == std::errc::result_out_of_range) {
      throw UsageError(fmt::format(
          "a number of {} is too large for any array, at most 2^63 - 1; got '{}'", option, part));
    }
    if (failure != std::errc() || stop != part.data() + part.size() ||
        values.size() == kMostNumbers) {
      throw UsageError(fmt::format("{} must be {}; got '{}'", option, what, typed));
    }
    values.push_back(value);
  }
  return values;
}

void Words::check(std::string_view dialect) const {
  const auto takes = [](const Dialect& one, std::string_view word) {
    if (word == kInputDtype) return !one.in_bands;
    return std::find(one.words.begin(), one.words.end(), word) != one.words.end();
  };
  for (const auto& [word, text] : typed_) {
    if (takes(find_dialect(dialect), word)) continue;
    std::vector<std::string> others;
    for (const Dialect& other : dialects()) {
      if (takes(other, word)) others.emplace_back(other.name);
    }
    std::string names;
    for (std::size_t i = 0; i < others.size(); ++i) {
      names += (i == 0 ? "" : i + 1 == others.size() ? " or " : ", ") + others[i];
    }
    throw UsageError(
        fmt::format("{} needs --dialect {}{}", word, names, instead_of(word, text, dialect)));
  }
}

SpatialSize::SpatialSize(const Words& words) : text_(words.text("--size")) {
  if (!words.has("--size")) return;
  const bool exact = !text_.empty() && text_.find_first_not_of("0123456789x") == text_.npos &&
                     text_.front() != 'x' && text_.back() != 'x';
  if (exact)
    numbers_ = parse_size(text_, 1, 3, "N, HxW or DxHxW, a number for each spatial axis");
  else
    static_cast<void>(TargetSize(text_));  // throws for a malformed one
}

std::vector<std::int64_t> SpatialSize::of(std::span<const std::int64_t> extents) const {
  if (numbers_.empty() && extents.size() == 2) {
    const Size size = TargetSize(text_).of(extents[0], extents[1]);
    return {size[0], size[1]};
  }
  if (numbers_.size() == extents.size()) return numbers_;
  throw Error(
      ErrorCode::invalid_argument,
      fmt::format("[resize] --size must have as many numbers as there are spatial axes, {}; "
                  "got '{}'",
                  extents.size(), text_));
}

Size image_sides(const SpatialSize& size, const Shape& shape) {
  if (shape.rank() < 2) return {1, 1};
  const auto sides = size.of(spatial_extents(shape, ArrayLayout::image));
  return {sides[0], sides[1]};
}

std::vector<double> scale_factors(const Words& words) {
  const std::string typed = words.text("--scale-factor");
  if (typed.ends_with('%') || typed.ends_with('x')) {
    throw UsageError(fmt::format("--scale-factor must be F, FxF or FxFxF, as in {}; got '{}'",
                                 factor_of(typed), typed));
  }
  const std::vector<double> factors = words.numbers("--scale-factor", 'x', "F, FxF or FxFxF");
  for (const double factor : factors) {
    if (!(factor > 0)) {
      throw UsageError("--scale-factor must be positive; got '" + words.text("--scale-factor") +
                       "'");
    }
  }
  return factors;
}

std::vector<double> scale_factors(const Words& words, const SpatialSize& size) {
  const bool scaled = words.has("--scale-factor");
  if (size && scaled) throw UsageError("only one of --size and --scale-factor can be given");
  if (!size && !scaled) throw UsageError("either --size or --scale-factor must be given");
  return scale_factors(words);
}

bool is_nearest(const Words& words, std::string_view dialect) {
  const std::string method = words.text("--method", "bilinear");
  if (method != "bilinear" && method != "nearest") {
    throw UsageError(fmt::format("--method of --dialect {} must be bilinear or nearest; got '{}'",
                                 dialect, method));
  }
  return method == "nearest";
}

std::optional<DType> input_dtype(const Words& words) {
  if (!words.has(kInputDtype)) return std::nullopt;
  const std::string typed = words.text(kInputDtype);
  for (const DType dtype :
       {DType::float32, DType::float64, DType::float16, DType::uint8, DType::uint16}) {
    if (name_of(dtype) == typed) return dtype;
  }
  const std::string line = fmt::format(
      "{} must be float32, float64, float16, uint8 or uint16; got '{}'", kInputDtype, typed);
  throw UsageError(line + guess_from(typed, line));
}

std::vector<std::int64_t> spatial_extents(const Shape& shape, ArrayLayout layout) {
  const auto* begin = shape.begin();
  const auto* end = shape.end();
  switch (layout) {
    case ArrayLayout::channels_first:
      if (shape.rank() < 3) return {};
      return {begin + 2, end};
    case ArrayLayout::channels_last:
      if (shape.rank() < 3) return {};
      return {end - 3, end - 1};
    case ArrayLayout::image:
      break;
  }
  if (shape.rank() < 2) return {};
  return {begin, begin + 2};
}

}  // namespace halfpixel::cli
