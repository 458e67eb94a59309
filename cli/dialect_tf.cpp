// TensorFlow's two resizes and Keras' up-sampling as dialects, for commands that try many: resize
// and upsample themselves work in bands.
#include <halfpixel/keras/up_sampling.hpp>
#include <halfpixel/tf_image.hpp>

#include "dialects.hpp"
#include "guess.hpp"
#include "usage.hpp"

namespace halfpixel::cli {
namespace {

Size size_for(const SpatialSize& size, const Shape& shape) {
  return Size(size.of(spatial_extents(shape, ArrayLayout::channels_last)));
}

}  // namespace

DialectWork tf2_work(const Words& words) {
  const SpatialSize size(words);
  tf::image::ResizeOptions options;
  options.method = parsed_name(words.text("--method", "bilinear"), tf::image::to_resize_method);
  options.antialias = words.has("--antialias");
  options.preserve_aspect_ratio = words.has("--preserve-aspect-ratio");
  return {ArrayLayout::channels_last, [=](const Shape& shape, DType dtype) {
            return tf::image::plan_resize(shape, dtype, size_for(size, shape), options);
          }};
}

DialectWork tf1_work(const Words& words) {
  namespace v1 = tf::compat::v1::image;
  const SpatialSize size(words);
  v1::ResizeOptions options;
  options.method = parsed_name(words.text("--method", "bilinear"), tf::image::to_resize_method);
  options.align_corners = words.has("--align-corners");
  options.preserve_aspect_ratio = words.has("--preserve-aspect-ratio");
  const bool half = words.has("--half-pixel-centers");
  return {ArrayLayout::channels_last, [=](const Shape& shape, DType dtype) {
            const Size target = size_for(size, shape);
            if (!half) return v1::plan_resize(shape, dtype, target, options);
            const v1::ResizeKernelOptions kernel{.half_pixel_centers = true};
            switch (options.method) {
              case tf::image::ResizeMethod::bilinear:
                return v1::plan_resize_bilinear(shape, dtype, target, kernel);
              case tf::image::ResizeMethod::bicubic:
                return v1::plan_resize_bicubic(shape, dtype, target, kernel);
              default:
                return v1::plan_resize_nearest_neighbor(shape, dtype, target, kernel);
            }
          }};
}

DialectWork keras_work(const Words& words) {
  const keras::layers::UpSampling2D layer(
      {.size = Size(words.whole_numbers("--size", 'x', "FxF")),
       .data_format = DataFormat::channels_last,
       .interpolation = keras::to_interpolation(words.text("--interpolation", "nearest"))});
  return {ArrayLayout::channels_last,
          [=](const Shape& shape, DType dtype) { return layer.plan(shape, dtype); }};
}

}  // namespace halfpixel::cli
