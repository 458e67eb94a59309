#include <halfpixel/keras/up_sampling.hpp>

#include <string>
#include <utility>

#include "frontends/keras_config_reader.hpp"
#include "frontends/keras_sampling_options.hpp"
#include "frontends/keras_up_sampling_spec.hpp"
#include "frontends/tf_image_door.hpp"

namespace halfpixel::keras::layers {

UpSampling::UpSampling(std::string_view class_name, int spatial_rank, const Size& size,
                       std::optional<DataFormat> data_format, Interpolation interpolation,
                       std::string name, DTypePolicy dtype, bool trainable)
    : Layer(class_name, std::move(name), std::move(dtype), trainable) {
  const UpSamplingGeometry checked =
      up_sampling_geometry(spatial_rank, size, data_format, interpolation);
  spatial_rank_ = checked.spatial_rank;
  size_ = checked.size;
  data_format_ = checked.data_format;
  interpolation_ = checked.interpolation;
}

UpSamplingGeometry UpSampling::geometry() const {
  return {spatial_rank_, size_, data_format_, interpolation_};
}

Shape UpSampling::compute_output_shape(const Shape& input_shape) const {
  return up_sampled_shape(geometry(), input_shape, name());
}

resample::Plan UpSampling::plan(const Shape& input_shape, DType dtype) const {
  compute_output_shape(input_shape);  // refuses other ranks in this layer's name
  return up_sampling_plan(geometry(), input_shape, dtypes_of(dtype, dtype_policy()));
}

Tensor UpSampling::operator()(const ConstTensorView& x) const {
  return tf_image::run(plan(x.shape(), x.dtype()), x);
}

void UpSampling::operator()(const ConstTensorView& x, const TensorView& out) const {
  const resample::Plan plan = this->plan(x.shape(), x.dtype());
  check_out(class_name(), plan, x, out);
  plan.run(x, out);
}

Tensor UpSampling::gradient(const ConstTensorView& dy, const Shape& input_shape) const {
  compute_output_shape(input_shape);
  return tf_image::run(up_sampling_gradient_plan(geometry(), dy.shape(), dy.dtype(), input_shape),
                       dy);
}

Config UpSampling::get_config() const {
  Config config = base_config();
  if (spatial_rank_ == 1) {
    config.set("size", size_[0]);
    return config;
  }
  Config::List size;
  for (int i = 0; i < spatial_rank_; ++i) size.emplace_back(size_[i]);
  config.set("size", std::move(size));
  config.set("data_format", name_of(data_format_));
  if (spatial_rank_ == 2) config.set("interpolation", name_of(interpolation_));
  return config;
}

UpSampling1D::UpSampling1D(UpSampling1DOptions options)
    : UpSampling("UpSampling1D", 1, Size(options.size), DataFormat::channels_last,
                 Interpolation::nearest, std::move(options.name), std::move(options.dtype),
                 options.trainable) {}

UpSampling1D UpSampling1D::from_config(const Config& config) {
  return deserialize("UpSampling1D", config, {"size"}, [](const ConfigReader& reader) {
    return UpSampling1D(up_sampling_1d_options(reader));
  });
}

UpSampling2D::UpSampling2D(UpSampling2DOptions options)
    : UpSampling("UpSampling2D", 2, options.size, options.data_format, options.interpolation,
                 std::move(options.name), std::move(options.dtype), options.trainable) {}

UpSampling2D UpSampling2D::from_config(const Config& config) {
  return deserialize(
      "UpSampling2D", config, {"size", "data_format", "interpolation"},
      [](const ConfigReader& reader) { return UpSampling2D(up_sampling_2d_options(reader)); });
}

UpSampling3D::UpSampling3D(UpSampling3DOptions options)
    : UpSampling("UpSampling3D", 3, options.size, options.data_format, Interpolation::nearest,
                 std::move(options.name), std::move(options.dtype), options.trainable) {}

UpSampling3D UpSampling3D::from_config(const Config& config) {
  return deserialize(
      "UpSampling3D", config, {"size", "data_format"},
      [](const ConfigReader& reader) { return UpSampling3D(up_sampling_3d_options(reader)); });
}

}  // namespace halfpixel::keras::layers
