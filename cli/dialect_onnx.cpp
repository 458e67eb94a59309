// resize --dialect onnx: Resize and Upsample, as ONNX Runtime computes them.
#include <algorithm>

#include <halfpixel/onnx.hpp>

#include "dialects.hpp"
#include "guess.hpp"
#include "usage.hpp"

namespace halfpixel::cli {
namespace {

std::vector<float> floats(const Words& words, std::string_view option) {
  std::vector<float> values;
  for (const double value : words.numbers(option, ',', "numbers between commas"))
    values.push_back(static_cast<float>(value));
  return values;
}

std::optional<float> number(const Words& words, std::string_view option) {
  const std::optional<double> value = words.number(option);
  if (!value) return std::nullopt;
  return static_cast<float>(*value);
}

// Options that no input goes with.
void rehearse(onnx::ResizeOptions options, std::size_t rank) {
  if (!options.axes.empty() || rank == 0 || rank > 5) return;
  Shape shape;
  for (std::size_t i = 0; i < rank; ++i)
    shape.push_back(options.sizes.empty() ? 8 : std::max<std::int64_t>(options.sizes[i], 1));
  if (options.sizes.empty() && options.scales.empty()) options.sizes.assign(rank, 8);
  parsed([&] { return onnx::resized_shape(shape, options); });
}

}  // namespace

DialectWork onnx_work(const Words& words) {
  onnx::ResizeOptions options;
  options.sizes = words.whole_numbers("--sizes", ',', "N,C,H,W, the shape of the result");
  options.scales = floats(words, "--scales");
  options.mode = parsed_name(words.text("--mode", "nearest"), onnx::to_mode);
  if (words.has("--coordinate-transformation-mode")) {
    options.coordinate_transformation_mode = parsed_name(
        words.text("--coordinate-transformation-mode"), onnx::to_coordinate_transformation_mode);
  }
  if (words.has("--nearest-mode"))
    options.nearest_mode = parsed_name(words.text("--nearest-mode"), onnx::to_nearest_mode);
  options.cubic_coeff_a = number(words, "--cubic-coeff-a");
  options.exclude_outside = words.has("--exclude-outside");
  options.extrapolation_value = number(words, "--extrapolation-value");
  options.antialias = words.has("--antialias");
  options.axes = words.whole_numbers("--axes", ',', "axes between commas");
  if (words.has("--keep-aspect-ratio-policy")) {
    options.keep_aspect_ratio_policy =
        parsed_name(words.text("--keep-aspect-ratio-policy"), onnx::to_keep_aspect_ratio_policy);
  }
  options.roi = floats(words, "--roi");
  if (words.has("--opset"))
    options.opset = static_cast<int>(parse_positive(words.text("--opset"), 19, "--opset"));
  if (options.opset < 7)
    throw UsageError("--opset must be 7 to 19; got '" + words.text("--opset") + "'");
  const SpatialSize size(words);
  const int given =
      (size ? 1 : 0) + (words.has("--sizes") ? 1 : 0) + (words.has("--scales") ? 1 : 0);
  if (given != 1)
    throw UsageError("one of --sizes, --scales and --size must be given, and only one");
  for (const std::int64_t extent : options.sizes) {
    if (extent < 0)
      throw UsageError("--sizes must not be negative; got '" + words.text("--sizes") + "'");
  }
  for (const float scale : options.scales) {
    if (!(scale > 0))
      throw UsageError("--scales must be positive; got '" + words.text("--scales") + "'");
  }
  const auto call_for = [=](const Shape& shape) {
    onnx::ResizeOptions call = options;
    if (!size) return call;
    const auto sides = size.of(spatial_extents(shape, ArrayLayout::channels_first));
    call.sizes.assign(shape.begin(), shape.end());
    std::copy(sides.begin(), sides.end(),
              call.sizes.end() - static_cast<std::ptrdiff_t>(sides.size()));
    return call;
  };
  rehearse(options, size ? std::size_t{4} : std::max(options.sizes.size(), options.scales.size()));
  return {ArrayLayout::channels_first,
          [=](const Shape& shape, DType dtype) {
            return onnx::plan_resize(shape, dtype, call_for(shape));
          },
          // Which takes any number of axes.
          [=](const ConstTensorView& x) { return onnx::resize(x, call_for(x.shape())); }};
}

}  // namespace halfpixel::cli
