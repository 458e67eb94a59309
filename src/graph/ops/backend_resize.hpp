// What Keras' interpolated UpSampling2D and Resizing are on its backends torch and jax.
#pragma once

#include <halfpixel/keras/config.hpp>
#include <halfpixel/shape.hpp>

#include "graph/op.hpp"

namespace halfpixel::graph {

// float32 images, (N, H, W, C) or channels first.
struct BackendResize {
  enum class Engine { torch, jax };  // torch.nn.functional.interpolate, jax.image.resize
  Engine engine = Engine::torch;
  Size size = {1, 1};       // rows and columns of the result, or factors
  bool multiplies = false;  // size is factors
  keras::Interpolation interpolation = keras::Interpolation::bilinear;
  bool antialias = false;
  DataFormat data_format = DataFormat::channels_last;
  friend bool operator==(const BackendResize&, const BackendResize&) = default;
};
// Throws Error(unsupported) for lanczos of torch, which knows none.
OpPtr make_backend_resize(const BackendResize& options);

}  // namespace halfpixel::graph
