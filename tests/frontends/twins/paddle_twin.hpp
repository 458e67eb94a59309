// paddle.nn.functional.interpolate, one value at a time.
#pragma once

#include <halfpixel/paddle.hpp>

namespace twin {

halfpixel::Tensor paddle_interpolate(
    const halfpixel::Tensor& x,
    const halfpixel::paddle::nn::functional::InterpolateOptions& options);

}  // namespace twin
