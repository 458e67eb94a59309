// Keras 3's UpSampling1D, UpSampling2D and UpSampling3D.
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

namespace halfpixel::keras {
struct UpSamplingGeometry;
}

namespace halfpixel::keras::layers {

struct UpSampling1DOptions {
  std::int64_t size = 2;  // copies of each step
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

struct UpSampling2DOptions {
  Size size = {2, 2};                          // {rows, columns}; one integer means both
  std::optional<DataFormat> data_format = {};  // unset: keras::config::image_data_format()
  Interpolation interpolation = Interpolation::nearest;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

struct UpSampling3DOptions {
  Size size = {2, 2, 2};  // {depth, rows, columns}; one integer means all
  std::optional<DataFormat> data_format = {};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

// What the three share: a size per spatial axis, a data format, an interpolation.
//
// Calls: floating input becomes the layer's dtype first (float32 unless set) and is returned in it;
// integers and bool keep their dtype (bool, uint32, uint64: nearest only), interpolated values
// rounded half to even and saturated. An empty axis gives an empty result under nearest and is an
// Error otherwise.
class HALFPIXEL_EXPORT UpSampling : public Layer {
 public:
  const Size& size() const noexcept { return size_; }  // one value per spatial axis
  DataFormat data_format() const noexcept { return data_format_; }
  Interpolation interpolation() const noexcept { return interpolation_; }

  Tensor operator()(const ConstTensorView& x) const;
  // Into the caller's memory; throws Error when shape or dtype differ or the memory overlaps.
  void operator()(const ConstTensorView& x, const TensorView& out) const;
  // The plan behind a call, for calling again and again.
  resample::Plan plan(const Shape& input_shape, DType dtype) const;
  // Unknown extents stay unknown. Throws Error when the rank is not the layer's.
  Shape compute_output_shape(const Shape& input_shape) const;
  // What TensorFlow's tape returns for this call: dy has the output's shape, the result input_shape
  // and dy's dtype.
  Tensor gradient(const ConstTensorView& dy, const Shape& input_shape) const;
  Config get_config() const;

  // Recording on a symbolic tensor; see keras/model.hpp.
  template <class Symbolic>
    requires requires(const UpSampling& layer, const Symbolic& x) { record_call(layer, x); }
  auto operator()(const Symbolic& x) const {
    return record_call(*this, x);
  }

 protected:
  UpSampling(std::string_view class_name, int spatial_rank, const Size& size,
             std::optional<DataFormat> data_format, Interpolation interpolation, std::string name,
             DTypePolicy dtype, bool trainable);

 private:
  UpSamplingGeometry geometry() const;

  int spatial_rank_ = 0;
  Size size_ = 1;
  DataFormat data_format_ = DataFormat::channels_last;
  Interpolation interpolation_ = Interpolation::nearest;
};

// (N, steps, C) -> (N, steps * size, C); each step repeated.
class HALFPIXEL_EXPORT UpSampling1D : public UpSampling {
 public:
  explicit UpSampling1D(UpSampling1DOptions options = {});
  static UpSampling1D from_config(const Config& config);
  std::string_view class_name() const noexcept override { return "UpSampling1D"; }
};

// (N, H, W, C) -> (N, H * rows, W * columns, C), or channels first.
class HALFPIXEL_EXPORT UpSampling2D : public UpSampling {
 public:
  explicit UpSampling2D(UpSampling2DOptions options = {});
  static UpSampling2D from_config(const Config& config);
  std::string_view class_name() const noexcept override { return "UpSampling2D"; }
};

// (N, D, H, W, C) -> each of the three axes repeated, or channels first.
class HALFPIXEL_EXPORT UpSampling3D : public UpSampling {
 public:
  explicit UpSampling3D(UpSampling3DOptions options = {});
  static UpSampling3D from_config(const Config& config);
  std::string_view class_name() const noexcept override { return "UpSampling3D"; }
};

}  // namespace halfpixel::keras::layers

namespace halfpixel::tf::compat::v1::keras::layers {
using UpSampling2D =
    halfpixel::keras::layers::UpSampling2D;  // the same class with the same numbers
}
