// What tf.image and tf.compat.v1.image check and do alike before a plan exists.
#pragma once

#include <halfpixel/resample.hpp>
#include <halfpixel/tensor.hpp>
#include <halfpixel/tf_image.hpp>

#include "frontends/plan_cache.hpp"
#include "frontends/tf_image_spec.hpp"

namespace halfpixel::tf_image {

// Images of rank 3 or 4, channels last. Throws Error in TensorFlow's words for other ranks.
Images images_of(std::string_view who, const Shape& shape, DType dtype);
// The size of the result: `size`, or the largest of the images' own shape that fits in it. Sides
// are kUnknown where that depends on unknown ones. Throws Error unless size has two values.
Size target_size(std::string_view who, const Images& images, const Size& size,
                 bool preserve_aspect_ratio);
// Shape and dtype of a result, without making tables; `target` from target_size(size).
tf::image::Resized resized(std::string_view who, const Images& images, const Size& size,
                           const Size& target, const Choice& choice);

// Plans by way of the cache.
resample::Plan resize_plan(PlanKey::Call call, std::string_view who, const Images& images,
                           const Size& target, const Choice& choice);
// images: shape and dtype of what was resized.
resample::Plan gradient_plan(PlanKey::Call call, std::string_view who, const Shape& dy_shape,
                             DType dtype, const tf::image::Resized& images, const Choice& choice);

// Runs a plan into a new tensor.
Tensor run(const resample::Plan& plan, const ConstTensorView& src);

}  // namespace halfpixel::tf_image
