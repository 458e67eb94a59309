// torch.nn.functional.interpolate on the CPU (AVX2 kernels, one thread), one value at a time.
#pragma once

#include <optional>

#include <halfpixel/torch.hpp>

namespace twin {

using InterpolateOptions = halfpixel::torch::nn::functional::InterpolateOptions;

halfpixel::Tensor torch_interpolate(const halfpixel::Tensor& x, const InterpolateOptions& options);

// Nothing for those whose order of sums PyTorch does not pin: all but nearest, and bilinear of
// float32.
std::optional<halfpixel::Tensor> torch_interpolate_gradient(const halfpixel::Tensor& dy,
                                                            const halfpixel::Shape& input_shape,
                                                            const InterpolateOptions& options);

}  // namespace twin
