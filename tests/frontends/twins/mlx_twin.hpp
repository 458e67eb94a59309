// mlx.nn.Upsample, one value at a time.
#pragma once

#include <halfpixel/mlx.hpp>

namespace twin {

halfpixel::Tensor mlx_upsample(const halfpixel::Tensor& x,
                               const halfpixel::mlx::nn::UpsampleOptions& options);

}  // namespace twin
