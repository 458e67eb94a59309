// resize --dialect vips: resize of libvips.
#include <halfpixel/vips.hpp>

#include "dialects.hpp"
#include "guess.hpp"
#include "usage.hpp"

namespace halfpixel::cli {

DialectWork vips_work(const Words& words) {
  vips::ResizeOptions options;
  options.kernel = parsed_name(words.text("--kernel", "lanczos3"), vips::to_kernel);
  options.access = parsed_name(words.text("--access", "random"), vips::to_access);
  options.gap = words.number("--gap").value_or(options.gap);
  const SpatialSize size(words);
  const std::vector<double> factors = scale_factors(words, size);
  if (factors.size() > 2)
    throw UsageError("--scale-factor of --dialect vips must be F or FxF; got '" +
                     words.text("--scale-factor") + "'");
  parsed([&] { return vips::resized({4, 4}, DType::uint8, 1, options); });
  // The scales of rows and columns; for sizes as sharp and vips_thumbnail have them.
  const auto call = [=](const Shape& shape) {
    std::pair<double, vips::ResizeOptions> made{1, options};
    if (!size) {
      made = {factors.back(), options};
      made.second.vscale = factors.front();
    } else if (shape.rank() >= 2) {
      const Size sides = image_sides(size, shape);
      made.first = vips::scale_of(shape[1], sides[1]);
      made.second.vscale = vips::scale_of(shape[0], sides[0]);
    }
    return made;
  };
  return {ArrayLayout::image,
          [=](const Shape& shape, DType dtype) {
            const auto [scale, all] = call(shape);
            return vips::plan_resize(shape, dtype, scale, all);
          },
          [=](const ConstTensorView& image) {
            const auto [scale, all] = call(image.shape());
            return vips::resize(image, scale, all);
          }};
}

}  // namespace halfpixel::cli
