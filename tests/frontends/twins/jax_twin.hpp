// jax.image.resize by `nearest`, x64 off, one value at a time. (The other methods are what XLA's
// compiler makes of them: their bits are not known.)
#pragma once

#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace twin {

halfpixel::Tensor jax_nearest(const halfpixel::Tensor& x, const halfpixel::Shape& shape);

}  // namespace twin
