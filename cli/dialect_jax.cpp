// resize --dialect jax: jax.image.resize.
#include <fmt/format.h>

#include <halfpixel/error.hpp>
#include <halfpixel/jax.hpp>

#include "dialects.hpp"
#include "guess.hpp"
#include "usage.hpp"

namespace halfpixel::cli {

DialectWork jax_work(const Words& words) {
  if (!words.has("--method"))
    throw UsageError("--method is required with --dialect jax: " +
                     one_of(jax::image::resize_methods(), ""));
  jax::image::ResizeOptions options;
  options.method = parsed_name(words.text("--method"), jax::image::to_resize_method);
  options.antialias = !words.has("--no-antialias");
  const auto shape = words.whole_numbers("--shape", ',', "N,H,W,C, the shape of the result");
  const SpatialSize size(words);
  if (size && !shape.empty()) throw UsageError("only one of --size and --shape can be given");
  if (!size && shape.empty()) throw UsageError("either --size or --shape must be given");
  for (const std::int64_t extent : shape) {
    if (extent < 0)
      throw UsageError("--shape must not be negative; got '" + words.text("--shape") + "'");
  }
  const auto target_of = [=](const Shape& in) {
    if (!size) return Shape(shape);
    if (in.rank() != 3 && in.rank() != 4) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("[resize] --size needs (N, H, W, C) or (H, W, C), else "
                              "--shape; got shape {}",
                              in.str()));
    }
    const auto sides = size.of(spatial_extents(in, ArrayLayout::channels_last));
    Shape target = in;
    target[in.rank() - 3] = sides[0];
    target[in.rank() - 2] = sides[1];
    return target;
  };
  return {ArrayLayout::channels_last,
          [=](const Shape& in, DType dtype) {
            return jax::image::plan_resize(in, dtype, target_of(in), options);
          },
          // Which converts dtypes, and takes any number of axes.
          [=](const ConstTensorView& x) {
            return jax::image::resize(x, target_of(x.shape()), options);
          }};
}

}  // namespace halfpixel::cli
