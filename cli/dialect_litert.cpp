// resize --dialect litert: RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR.
#include <halfpixel/litert.hpp>

#include "dialects.hpp"
#include "guess.hpp"
#include "usage.hpp"

namespace halfpixel::cli {

DialectWork litert_work(const Words& words) {
  litert::ResizeOptions options;
  const bool nearest = is_nearest(words, "litert");
  options.align_corners = words.has("--align-corners");
  options.half_pixel_centers = words.has("--half-pixel-centers");
  options.kernels = parsed_name(words.text("--kernels", "builtin"), litert::to_kernels);
  parsed([&] {  // flags that exclude each other
    return nearest
               ? litert::plan_resize_nearest_neighbor({1, 4, 4, 1}, DType::float32, {4, 4}, options)
               : litert::plan_resize_bilinear({1, 4, 4, 1}, DType::float32, {4, 4}, options);
  });
  const SpatialSize size(words);
  if (!size) throw UsageError("--size is required");
  return {ArrayLayout::channels_last, [=](const Shape& shape, DType dtype) {
            Size target = 1;
            if (shape.rank() >= 3)
              target = Size(size.of(spatial_extents(shape, ArrayLayout::channels_last)));
            return nearest ? litert::plan_resize_nearest_neighbor(shape, dtype, target, options)
                           : litert::plan_resize_bilinear(shape, dtype, target, options);
          }};
}

}  // namespace halfpixel::cli
