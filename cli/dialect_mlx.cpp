// resize --dialect mlx: mlx.nn.Upsample.
#include <halfpixel/mlx.hpp>

#include "dialects.hpp"
#include "guess.hpp"
#include "usage.hpp"

namespace halfpixel::cli {

DialectWork mlx_work(const Words& words) {
  mlx::nn::UpsampleOptions options;
  options.mode = parsed_name(words.text("--mode", "nearest"), mlx::nn::to_upsample_mode);
  options.align_corners = words.has("--align-corners");
  options.antialias = words.has("--antialias");
  options.scale_factor = scale_factors(words);
  if (options.scale_factor.empty()) throw UsageError("--scale-factor is required");
  parsed([&] {  // options that no input goes with
    mlx::nn::UpsampleOptions call = options;
    call.scale_factor = {2};
    return mlx::nn::plan_upsample({1, 4, 4, 1}, DType::float32, call);
  });
  return {ArrayLayout::channels_last,
          [=](const Shape& shape, DType dtype) {
            return mlx::nn::plan_upsample(shape, dtype, options);
          },
          // Which takes volumes, whose sums are more than one plan.
          [=](const ConstTensorView& x) { return mlx::nn::upsample(x, options); }};
}

}  // namespace halfpixel::cli
