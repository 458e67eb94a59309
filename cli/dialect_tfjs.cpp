// resize --dialect tfjs: tf.image.resizeBilinear and resizeNearestNeighbor.
#include <halfpixel/tfjs.hpp>

#include "dialects.hpp"
#include "guess.hpp"
#include "usage.hpp"

namespace halfpixel::cli {

DialectWork tfjs_work(const Words& words) {
  tfjs::ResizeOptions options;
  const bool nearest = is_nearest(words, "tfjs");
  options.align_corners = words.has("--align-corners");
  options.half_pixel_centers = words.has("--half-pixel-centers");
  options.backend = parsed_name(words.text("--backend", "cpu"), tfjs::to_backend);
  const auto plan = [=](const Shape& shape, DType dtype, const Size& size) {
    return nearest ? tfjs::plan_resize_nearest_neighbor(shape, dtype, size, options)
                   : tfjs::plan_resize_bilinear(shape, dtype, size, options);
  };
  parsed([&] { return plan({4, 4, 1}, DType::float32, {4, 4}); });  // flags that exclude each other
  const SpatialSize size(words);
  if (!size) throw UsageError("--size is required");
  return {ArrayLayout::channels_last, [=](const Shape& shape, DType dtype) {
            Size target{1, 1};
            if (shape.rank() >= 3)
              target = Size(size.of(spatial_extents(shape, ArrayLayout::channels_last)));
            return plan(shape, dtype, target);
          }};
}

}  // namespace halfpixel::cli
