#include "frontends/tf_image_door.hpp"

#include <algorithm>
#include <cmath>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"

namespace halfpixel::tf_image {
namespace {

PlanKey key_of(PlanKey::Call call, const Images& images, const Size& size, DType result,
               const Choice& choice) {
  return {call,
          images.shape,
          images.dtype,
          size,
          choice.kernel,
          choice.coordinates,
          reinterpret_cast<std::intptr_t>(choice.filter),
          choice.antialias,
          result};
}

}  // namespace

Images images_of(std::string_view who, const Shape& shape, DType dtype) {
  if (shape.rank() != 3 && shape.rank() != 4) {
    fail(ErrorCode::invalid_argument, "[", who,
         "] 'images' must have either 3 or 4 dimensions.; got shape ", shape);
  }
  return {shape, dtype, image_axes(shape.rank())};
}

Size target_size(std::string_view who, const Images& images, const Size& size,
                 bool preserve_aspect_ratio) {
  if (size.rank() != 2) {
    fail(ErrorCode::invalid_argument, "[", who,
         "] 'size' must be a 1-D Tensor of 2 elements: new_height, new_width; got ", size);
  }
  if (!preserve_aspect_ratio) return size;
  if (images.height() == kUnknown || images.width() == kUnknown) return {kUnknown, kUnknown};
  const auto height = static_cast<float>(images.height());
  const auto width = static_cast<float>(images.width());
  if (height == 0.0f || width == 0.0f) return size;  // refused later, in the kernel's words
  const float scale =
      std::min(static_cast<float>(size[0]) / height, static_cast<float>(size[1]) / width);
  const auto side = [&](float length) -> std::int64_t {
    const float rounded = std::nearbyintf(scale * length);                     // half to even
    return static_cast<std::int64_t>(std::clamp(rounded, -0x1p31f, 0x1p31f));  // refused later
  };
  return {side(height), side(width)};
}

tf::image::Resized resized(std::string_view who, const Images& images, const Size& size,
                           const Size& target, const Choice& choice) {
  const bool known = target[0] != kUnknown && target[1] != kUnknown;
  const resample::PlanSpec outline =
      resize_outline(images, known ? target : size, choice, std::string(who));
  tf::image::Resized result{outline.output_shape, outline.output_dtype};
  result.shape[images.axes.rows()] = target[0];
  result.shape[images.axes.columns()] = target[1];
  return result;
}

resample::Plan resize_plan(PlanKey::Call call, std::string_view who, const Images& images,
                           const Size& target, const Choice& choice) {
  return PlanCache::get(key_of(call, images, target, images.dtype, choice), [&] {
    return resample::make_plan(resize_spec(images, target, choice, std::string(who)));
  });
}

resample::Plan gradient_plan(PlanKey::Call call, std::string_view who, const Shape& dy_shape,
                             DType dtype, const tf::image::Resized& images, const Choice& choice) {
  const Shape& input_shape = images.shape;
  const int rank = dy_shape.rank();
  if (rank != 3 && rank != 4) {
    fail(ErrorCode::invalid_argument, "[", who,
         "] dy must have either 3 or 4 dimensions; got shape ", dy_shape);
  }
  const Images dy{dy_shape, dtype, image_axes(rank)};
  bool alike = input_shape.rank() == rank;
  for (int i = 0; alike && i < rank; ++i) {
    alike = i == dy.axes.rows() || i == dy.axes.columns() || dy_shape[i] == input_shape[i];
  }
  if (!alike) {
    fail(ErrorCode::invalid_argument, "[", who,
         "] input_shape must differ from dy's shape in height and width alone; got ", input_shape,
         " for dy of shape ", dy_shape);
  }
  const Size size{input_shape[dy.axes.rows()], input_shape[dy.axes.columns()]};
  return PlanCache::get(key_of(call, dy, size, images.dtype, choice), [&] {
    return resample::make_plan(
        resize_gradient_spec(dy, size, images.dtype, choice, std::string(who)));
  });
}

Tensor run(const resample::Plan& plan, const ConstTensorView& src) {
  Tensor result(plan.output_shape(), plan.output_dtype());
  plan.run(src, result);
  return result;
}

}  // namespace halfpixel::tf_image
