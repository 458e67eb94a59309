// What TensorFlow's resize kernels refuse, in their words. Unknown extents pass.
#pragma once

#include "frontends/tf_image_method.hpp"
#include "resample/plan_spec.hpp"

namespace halfpixel::tf_image {

void check_images(const resample::PlanSpec& spec, const Choice& choice);
// input_shape is dy's, output_shape that of the images.
void check_gradient(const resample::PlanSpec& spec, const Choice& choice);

}  // namespace halfpixel::tf_image
