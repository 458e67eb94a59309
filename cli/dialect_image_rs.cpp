// resize --dialect image_rs: imageops::resize of the Rust crate image.
#include <halfpixel/image_rs.hpp>

#include "dialects.hpp"
#include "guess.hpp"
#include "usage.hpp"

namespace halfpixel::cli {

DialectWork image_rs_work(const Words& words) {
  if (!words.has("--filter"))
    throw UsageError("--filter is required with --dialect image_rs: " +
                     one_of(image_rs::filter_types(), ""));
  const image_rs::FilterType filter = parsed_name(words.text("--filter"), image_rs::to_filter_type);
  const SpatialSize size(words);
  if (!size) throw UsageError("--size is required");
  return {ArrayLayout::image, [=](const Shape& shape, DType dtype) {
            const Size sides = image_sides(size, shape);
            return image_rs::imageops::plan_resize(shape, dtype, sides[1], sides[0], filter);
          }};
}

}  // namespace halfpixel::cli
