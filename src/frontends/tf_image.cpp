#include <halfpixel/tf_image.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "frontends/plan_cache.hpp"
#include "frontends/tf_image_spec.hpp"

namespace halfpixel::tf::image {
namespace {

constexpr const char* kResize = "tf.image.resize";
constexpr const char* kGradient = "tf.image.resize_gradient";

// One row for each enumerator, in their order: here a method gets its name and joins all lists.
constexpr std::string_view kNames[] = {"bilinear", "lanczos3", "lanczos5", "bicubic",
                                       "gaussian", "nearest",  "area",     "mitchellcubic"};
constexpr auto kMethods = [] {
  std::array<ResizeMethod, std::size(kNames)> methods{};
  for (std::size_t i = 0; i < methods.size(); ++i) methods[i] = static_cast<ResizeMethod>(i);
  return methods;
}();

}  // namespace

std::span<const ResizeMethod> resize_methods() noexcept {
  return kMethods;
}

ResizeMethod to_resize_method(std::string_view name) {
  std::string names;
  for (const ResizeMethod method : kMethods) {
    if (name_of(method) == name) return method;
    names += (names.empty() ? "" : ", ") + std::string(name_of(method));
  }
  fail(ErrorCode::invalid_argument, "[tf.image.resize] Resize method is not implemented: ", name,
       " (method must be one of ", names, ")");
}

std::string_view name_of(ResizeMethod method) noexcept {
  return kNames[static_cast<int>(method)];
}

resample::Plan plan_resize(const Shape& images_shape, DType dtype, const Size& size,
                           const ResizeOptions& options) {
  Size target = tf_image::checked_size(kResize, images_shape, size);
  if (options.preserve_aspect_ratio) target = aspect_preserving_size(images_shape, target);
  const PlanKey key(PlanKey::Call::resize, images_shape, dtype,
                    {target[0], target[1], static_cast<int>(options.method), options.antialias});
  return PlanCache::get(key, [&] {
    const auto axes = tf_image::image_axes(images_shape.rank());
    return resample::Plan(tf_image::resize_spec(images_shape, dtype, target[0], target[1],
                                                options.method, options.antialias, axes, kResize));
  });
}

Tensor resize(const ConstTensorView& images, const Size& size, const ResizeOptions& options) {
  return tf_image::run(plan_resize(images.shape(), images.dtype(), size, options), images);
}

void resize(const ConstTensorView& images, const Size& size, const ResizeOptions& options,
            const TensorView& out) {
  plan_resize(images.shape(), images.dtype(), size, options).run(images, out);
}

Size aspect_preserving_size(const Shape& images_shape, const Size& size) {
  const Size target = tf_image::checked_size(kResize, images_shape, size);
  const auto axes = tf_image::image_axes(images_shape.rank());
  const auto height = static_cast<float>(images_shape[axes.spatial_axis[0]]);
  const auto width = static_cast<float>(images_shape[axes.spatial_axis[1]]);
  const float scale =
      std::min(static_cast<float>(target[0]) / height, static_cast<float>(target[1]) / width);
  const auto side = [&](float length) -> std::int64_t {
    const float rounded = std::nearbyintf(scale * length);                     // half to even
    return static_cast<std::int64_t>(std::clamp(rounded, -0x1p31f, 0x1p31f));  // refused later
  };
  if (height == 0.0f || width == 0.0f) return target;  // refused later, in the kernel's words
  return Size{side(height), side(width)};
}

resample::Plan plan_resize_gradient(const Shape& dy_shape, DType dtype, const Shape& input_shape,
                                    const ResizeOptions& options) {
  if (options.preserve_aspect_ratio) {
    throw Error(
        ErrorCode::invalid_argument,
        "[tf.image.resize_gradient] preserve_aspect_ratio must be false: the output size comes "
        "from dy; got true");
  }
  const bool images = input_shape.rank() == dy_shape.rank() && input_shape.rank() >= 3;
  const auto make = [&] {
    return tf_image::gradient_plan(kGradient, dy_shape, dtype, input_shape,
                                   tf_image::choose(options.method, options.antialias));
  };
  if (!images) return make();
  const int rows = input_shape.rank() - 3;
  const PlanKey key(
      PlanKey::Call::resize_gradient, dy_shape, dtype,
      {input_shape[rows], input_shape[rows + 1], input_shape[rows + 2],
       rows > 0 ? input_shape[0] : 0, static_cast<int>(options.method), options.antialias});
  return PlanCache::get(key, make);
}

Tensor resize_gradient(const ConstTensorView& dy, const Shape& input_shape,
                       const ResizeOptions& options) {
  return tf_image::run(plan_resize_gradient(dy.shape(), dy.dtype(), input_shape, options), dy);
}

void resize_gradient(const ConstTensorView& dy, const Shape& input_shape,
                     const ResizeOptions& options, const TensorView& out) {
  plan_resize_gradient(dy.shape(), dy.dtype(), input_shape, options).run(dy, out);
}

}  // namespace halfpixel::tf::image
