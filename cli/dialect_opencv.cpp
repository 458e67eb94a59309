// resize --dialect opencv: cv::resize.
#include <halfpixel/opencv.hpp>

#include "dialects.hpp"
#include "guess.hpp"
#include "usage.hpp"

namespace halfpixel::cli {

DialectWork opencv_work(const Words& words) {
  cv::ResizeOptions options;
  options.interpolation =
      parsed_name(words.text("--interpolation", "INTER_LINEAR"), cv::to_interpolation_flags);
  const SpatialSize size(words);
  const bool scaled = words.has("--fx") || words.has("--fy");
  if (size && scaled) throw UsageError("only one of --size and --fx, --fy can be given");
  if (!size && !(words.has("--fx") && words.has("--fy")))
    throw UsageError("either --size or both --fx and --fy must be given");
  options.fx = words.number("--fx").value_or(0);
  options.fy = words.number("--fy").value_or(0);
  if (scaled && !(options.fx > 0 && options.fy > 0))
    throw UsageError("--fx and --fy must be positive; got '" + words.text("--fx") + "' and '" +
                     words.text("--fy") + "'");
  return {ArrayLayout::image, [=](const Shape& shape, DType dtype) {
            cv::Size dsize{};
            if (size && shape.rank() >= 2) {
              const auto sides = size.of(spatial_extents(shape, ArrayLayout::image));
              dsize = {sides[1], sides[0]};
            }
            return cv::plan_resize(shape, dtype, dsize, options);
          }};
}

}  // namespace halfpixel::cli
