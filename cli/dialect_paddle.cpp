// resize --dialect paddle: paddle.nn.functional.interpolate.
#include <halfpixel/paddle.hpp>

#include "dialects.hpp"
#include "guess.hpp"
#include "usage.hpp"

namespace halfpixel::cli {
namespace {

namespace paddle_functions = paddle::nn::functional;
using PaddleMode = paddle::InterpolateMode;

// Judges what no input goes with.
void check_options(paddle_functions::InterpolateOptions options) {
  const int axes = options.mode == PaddleMode::linear      ? 1
                   : options.mode == PaddleMode::trilinear ? 3
                                                           : 2;
  Shape shape{1, 4, 4};
  for (int i = 1; i < axes; ++i) shape.push_back(4);
  if (options.size) options.size = axes == 1 ? Size(4) : axes == 2 ? Size{4, 4} : Size{4, 4, 4};
  if (!options.scale_factor.empty()) options.scale_factor = {2};
  parsed([&] { return paddle_functions::plan_interpolate(shape, DType::float32, options); });
}

}  // namespace

DialectWork paddle_work(const Words& words) {
  paddle_functions::InterpolateOptions options;
  options.mode = parsed_name(words.text("--mode", "nearest"), paddle::to_interpolate_mode);
  options.align_corners = words.has("--align-corners");
  const auto align_mode = words.whole_numbers("--align-mode", ',', "0 or 1");
  if (align_mode.size() > 1 || (!align_mode.empty() && align_mode[0] != 0 && align_mode[0] != 1))
    throw UsageError("--align-mode must be 0 or 1; got '" + words.text("--align-mode") + "'");
  if (!align_mode.empty()) options.align_mode = static_cast<int>(align_mode[0]);
  options.data_format = parsed_name(words.text("--data-format", "channels_first"), to_data_format);
  const SpatialSize size(words);
  options.scale_factor = scale_factors(words, size);
  if (size) options.size = 1;
  check_options(options);
  const bool first = options.data_format == DataFormat::channels_first;
  const auto layout = first ? ArrayLayout::channels_first : ArrayLayout::channels_last;
  return {layout, [=](const Shape& shape, DType dtype) {
            paddle_functions::InterpolateOptions call = options;
            if (size && shape.rank() >= 3) {
              std::vector<std::int64_t> extents;
              for (int i = 0; i < shape.rank() - 2; ++i)
                extents.push_back(shape[i + (first ? 2 : 1)]);
              call.size = Size(size.of(extents));
            }
            return paddle_functions::plan_interpolate(shape, dtype, call);
          }};
}

}  // namespace halfpixel::cli
