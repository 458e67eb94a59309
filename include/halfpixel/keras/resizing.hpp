// Keras 3's Resizing layer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <halfpixel/export.hpp>
#include <halfpixel/keras/config.hpp>
#include <halfpixel/keras/layer.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::keras::layers {

struct ResizingOptions {
  std::int64_t height = 0;  // required
  std::int64_t width = 0;   // required
  Interpolation interpolation = Interpolation::bilinear;
  bool crop_to_aspect_ratio = false;  // cut the middle out first, so that nothing is distorted
  bool pad_to_aspect_ratio = false;   // add fill_value on two sides first, for the same reason
  double fill_value = 0.0;            // must be a value of the dtype that is padded
  bool antialias = false;
  std::optional<DataFormat> data_format = {};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

// (N, H, W, C) or (H, W, C), or channels first -> (…, height, width, …). Dtypes as in UpSampling.
class HALFPIXEL_EXPORT Resizing : public Layer {
 public:
  explicit Resizing(ResizingOptions options);
  static Resizing from_config(const Config& config);
  std::string_view class_name() const noexcept override { return "Resizing"; }
  const ResizingOptions& options() const noexcept { return options_; }  // all set

  Tensor operator()(const ConstTensorView& x) const;
  void operator()(const ConstTensorView& x, const TensorView& out) const;
  // The rows and columns that a call resizes: all of them, fewer when it crops, positions beyond
  // the image (which are fill_value) when it pads.
  resample::Window source_window(const Shape& input_shape) const;
  // The plan behind a call, for calling again and again; its input is what source_window()
  // describes, of the layer's dtype where a call pads.
  resample::Plan plan(const Shape& input_shape, DType dtype) const;
  Shape compute_output_shape(const Shape& input_shape) const;
  Config get_config() const;

  template <class Symbolic>
    requires requires(const Resizing& layer, const Symbolic& x) { record_call(layer, x); }
  auto operator()(const Symbolic& x) const {
    return record_call(*this, x);
  }

 private:
  struct Source;
  struct Steps;
  Source source(const Shape& input_shape) const;
  Steps steps(const Shape& input_shape, DType dtype) const;
  void run(const Steps& steps, const ConstTensorView& x, const TensorView& out) const;

  ResizingOptions options_;
};

}  // namespace halfpixel::keras::layers
