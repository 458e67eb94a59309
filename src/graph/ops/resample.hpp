// Up-sampling and resizing: the core's plans as ops.
#pragma once

#include <halfpixel/keras/resizing.hpp>
#include <halfpixel/tf_image.hpp>

#include "frontends/keras_up_sampling_spec.hpp"
#include "graph/op.hpp"

namespace halfpixel::graph {

// Keras' UpSampling1D/2D/3D: each spatial axis times a whole number. Of rank 1 channels last and
// nearest, of rank 3 nearest, whatever the geometry says.
OpPtr make_up_sampling(const keras::UpSamplingGeometry& geometry);

// Keras' Resizing and ops.image.resize. Name, dtype and trainable of the options do not matter;
// float16, bfloat16 and float64 stay what they are.
OpPtr make_resizing(const keras::layers::ResizingOptions& options);

// tf.image.resize, of either generation. v1 with half_pixel_centers is what tf.image.resize
// computes.
struct TfResize {
  Size size = {1, 1};
  tf::image::ResizeMethod method = tf::image::ResizeMethod::bilinear;
  bool preserve_aspect_ratio = false;
  bool antialias = false;
  bool v1 = false;
  bool align_corners = false;  // v1 only
  friend bool operator==(const TfResize&, const TfResize&) = default;
};
OpPtr make_tf_resize(const TfResize& options);

}  // namespace halfpixel::graph
