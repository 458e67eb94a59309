// resize --dialect torch: torch.nn.functional.interpolate.
#include <halfpixel/torch.hpp>

#include "dialects.hpp"
#include "guess.hpp"
#include "usage.hpp"

namespace halfpixel::cli {

DialectWork torch_work(const Words& words) {
  namespace functional = torch::nn::functional;
  functional::InterpolateOptions options;
  options.mode = parsed_name(words.text("--mode", "nearest"), torch::to_interpolate_mode);
  options.memory_format =
      parsed_name(words.text("--memory-format", "contiguous_format"), torch::to_memory_format);
  if (words.has("--align-corners")) options.align_corners = true;
  if (words.has("--recompute-scale-factor")) options.recompute_scale_factor = true;
  options.antialias = words.has("--antialias");
  const SpatialSize size(words);
  options.scale_factor = scale_factors(words, size);
  if (size && options.recompute_scale_factor)
    throw UsageError("--recompute-scale-factor is not meaningful with --size");
  if (size) {  // options that no input goes with
    functional::InterpolateOptions call = options;
    const int axes = options.mode == torch::InterpolateMode::linear      ? 1
                     : options.mode == torch::InterpolateMode::trilinear ? 3
                                                                         : 2;
    Shape shape{1, 1};
    for (int i = 0; i < axes; ++i) shape.push_back(4);
    call.size = 4;
    call.memory_format = torch::MemoryFormat::contiguous_format;
    parsed([&] { return functional::plan_interpolate(shape, DType::float32, call); });
  }
  return {ArrayLayout::channels_first, [=](const Shape& shape, DType dtype) {
            functional::InterpolateOptions call = options;
            if (size && shape.rank() >= 3)
              call.size = Size(size.of(spatial_extents(shape, ArrayLayout::channels_first)));
            else if (size)
              call.size = 1;  // which is refused for the rank
            return functional::plan_interpolate(shape, dtype, call);
          }};
}

}  // namespace halfpixel::cli
