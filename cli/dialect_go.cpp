// resize --dialect go: Scale of Go's golang.org/x/image/draw.
#include <halfpixel/go.hpp>

#include "dialects.hpp"
#include "guess.hpp"
#include "usage.hpp"

namespace halfpixel::cli {

DialectWork go_work(const Words& words) {
  if (!words.has("--interpolator"))
    throw UsageError("--interpolator is required with --dialect go: " +
                     one_of(go::draw::interpolators(), ""));
  const go::draw::Interpolator interpolator =
      parsed_name(words.text("--interpolator"), go::draw::to_interpolator);
  const SpatialSize size(words);
  if (!size) throw UsageError("--size is required");
  return {ArrayLayout::image,
          [=](const Shape& shape, DType dtype) {
            const Size sides = image_sides(size, shape);
            return go::draw::plan_scale(shape, dtype, sides[1], sides[0], interpolator);
          },
          {},
          true};
}

}  // namespace halfpixel::cli
