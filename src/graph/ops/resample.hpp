// Up-sampling and resizing: the core's plans as ops.
#pragma once

#include <optional>

#include <halfpixel/keras/resizing.hpp>
#include <halfpixel/keras/up_sampling.hpp>
#include <halfpixel/tf_image.hpp>

#include "frontends/keras_up_sampling_spec.hpp"
#include "graph/op.hpp"

namespace halfpixel::graph {

// Keras' UpSampling1D/2D/3D: each spatial axis times a whole number.
class UpSamplingOp final : public Op {
 public:
  // spatial_rank 1: channels_last and nearest; 3: nearest.
  UpSamplingOp(int spatial_rank, const Size& size, DataFormat format,
               keras::Interpolation interpolation);
  int spatial_rank() const { return geometry_.spatial_rank; }
  const Size& size() const { return geometry_.size; }  // one number per spatial axis
  DataFormat data_format() const { return geometry_.data_format; }
  keras::Interpolation interpolation() const { return geometry_.interpolation; }

  std::string_view kind() const noexcept override { return "up_sampling"; }
  std::string attributes() const override;
  bool strided_output() const override { return true; }
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
  bool equals(const Op& other) const override;
  InputAxes input_axes(int) const override { return InputAxes::same; }
  OpPtr before_transpose(std::span<const int> order) const override;

 private:
  keras::UpSamplingGeometry geometry_;
};

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
