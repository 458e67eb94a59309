// Nearest is repetition: copy tables, any dtype. The others are tf.image.resize to a multiple of
// the size and a cast back. Channels first only renames axes: nothing is transposed.
#include <halfpixel/keras/up_sampling.hpp>

#include <algorithm>
#include <span>
#include <vector>

#include "core/checked.hpp"
#include "frontends/keras_config_reader.hpp"
#include "frontends/keras_interpolation.hpp"
#include "frontends/keras_resample.hpp"
#include "frontends/plan_cache.hpp"

namespace halfpixel::keras::layers {
namespace {

// One positive factor for each spatial axis.
Size standardize_size(std::string_view speaker, const Size& size, int rank) {
  std::vector<std::int64_t> values;
  std::string refused;  // as Python prints a set
  for (int i = 0; i < rank && size.fits(rank); ++i) {
    values.push_back(size[i]);
    const bool seen = std::find(values.begin(), values.end() - 1, size[i]) != values.end() - 1;
    if (size[i] <= 0 && !seen) refused += (refused.empty() ? "" : ", ") + std::to_string(size[i]);
  }
  if (values.empty() || !refused.empty()) {
    if (rank == 1 && !values.empty()) {
      fail(ErrorCode::invalid_argument, "[", speaker,
           "] Argument `size` should be a positive integer. Received: size=", size);
    }
    fail(ErrorCode::invalid_argument, "[", speaker, "] The `size` argument must be a tuple of ",
         rank, " integers. Received size=", size,
         refused.empty() ? ""
                         : ", including values {" + refused + "} that do not satisfy `value > 0`");
  }
  return Size(std::span<const std::int64_t>(values));
}

// Fields that a repetition and its gradient have in common.
resample::PlanSpec repeat_spec(std::string_view speaker, const tf_image::Axes& axes) {
  resample::PlanSpec spec;
  spec.speaker = speaker;
  spec.method = "nearest";
  spec.spatial_rank = axes.spatial_rank;
  spec.spatial_axis = axes.spatial_axis;
  spec.channel_axis = axes.channel_axis;
  return spec;
}

// Refuses what cannot be addressed or has no room for its tables, before any is built.
void require_room(std::string_view speaker, const Shape& output_shape, const tf_image::Axes& axes) {
  checked_multiply(output_shape.num_elements(), static_cast<std::int64_t>(size_of(DType::float64)),
                   "output");
  double positions = 0;
  for (int i = 0; i < axes.spatial_rank; ++i) {
    positions += static_cast<double>(output_shape[axes.spatial_axis[static_cast<std::size_t>(i)]]);
  }
  resample::require_table_room(speaker, positions * sizeof(std::int32_t));
}

void require_known(std::string_view speaker, const Shape& shape) {
  if (!shape.is_known()) {
    fail(ErrorCode::invalid_argument, "[", speaker, "] input shape must be known; got ", shape);
  }
}

// Repetition has no trouble with empty axes; interpolation has nothing to interpolate.
void require_pixels(std::string_view speaker, const Shape& output_shape,
                    const tf_image::Axes& axes) {
  const std::int64_t height = output_shape[axes.spatial_axis[0]];
  const std::int64_t width = output_shape[axes.spatial_axis[1]];
  if (height == 0 || width == 0) {
    fail(ErrorCode::invalid_argument, "[", speaker,
         "] `size` must have positive height and width. Received: size=(", height, ", ", width,
         ")");
  }
}

}  // namespace

UpSampling::UpSampling(std::string_view class_name, int spatial_rank, const Size& size,
                       std::optional<DataFormat> data_format, Interpolation interpolation,
                       std::string name, DTypePolicy dtype, bool trainable)
    : Layer(class_name, std::move(name), std::move(dtype), trainable),
      spatial_rank_(spatial_rank),
      size_(standardize_size(class_name, size, spatial_rank)),
      data_format_(standardize_data_format(class_name, data_format)),
      interpolation_(interpolation) {
  check_interpolation(class_name, interpolation);
}

Shape UpSampling::compute_output_shape(const Shape& input_shape) const {
  const int rank = spatial_rank_ + 2;
  if (input_shape.rank() != rank) {
    fail(ErrorCode::invalid_argument, "[", class_name(), "] Input 0 with name 'None' of layer '",
         name(), "' is incompatible with the layer: expected ndim=", rank,
         ", found ndim=", input_shape.rank(), ". Full shape received: ", input_shape);
  }
  const tf_image::Axes axes = axes_of(rank, spatial_rank_, data_format_);
  Shape output_shape = input_shape;
  for (int i = 0; i < spatial_rank_; ++i) {
    std::int64_t& side = output_shape[axes.spatial_axis[static_cast<std::size_t>(i)]];
    if (side == kUnknown) continue;
    if (multiply_overflows(side, size_[i], &side) || side > kMaxSide) {
      fail(ErrorCode::invalid_argument, "[", class_name(), "] output sides must be at most ",
           kMaxSide, "; got input shape ", input_shape, " with size=", size_);
    }
  }
  return output_shape;
}

resample::Plan UpSampling::plan(const Shape& input_shape, DType dtype) const {
  const PlanKey key(
      PlanKey::Call::up_sampling, input_shape, dtype,
      {spatial_rank_, size_[0], size_[1], size_[2], static_cast<int>(data_format_),
       static_cast<int>(interpolation_), static_cast<int>(dtype_policy().compute_dtype())});
  return PlanCache::get(key, [&] { return make_plan(input_shape, dtype); });
}

resample::Plan UpSampling::make_plan(const Shape& input_shape, DType dtype) const {
  const Shape output_shape = compute_output_shape(input_shape);
  require_known(class_name(), input_shape);
  const tf_image::Axes axes = axes_of(input_shape.rank(), spatial_rank_, data_format_);
  if (interpolation_ == Interpolation::nearest) {
    require_room(class_name(), output_shape, axes);
    resample::PlanSpec spec = repeat_spec(class_name(), axes);
    spec.form = resample::Form::copy;
    spec.input_shape = input_shape;
    spec.output_shape = output_shape;
    spec.input_dtype = dtype;
    spec.cast_dtype = spec.output_dtype = autocast(dtype, dtype_policy());
    for (int i = 0; i < spatial_rank_; ++i) {
      const auto at = static_cast<std::size_t>(i);
      spec.axis[at] = resample::repeat_axis(input_shape[axes.spatial_axis[at]], size_[i]);
    }
    return resample::Plan(std::move(spec));
  }
  require_pixels(class_name(), output_shape, axes);
  resample::PlanSpec spec = tf_image::resize_spec(
      input_shape, autocast(dtype, dtype_policy()), output_shape[axes.spatial_axis[0]],
      output_shape[axes.spatial_axis[1]], resize_method(interpolation_), /*antialias=*/false, axes,
      std::string(class_name()));
  keep_dtype(spec, dtype, dtype_policy());
  return resample::Plan(std::move(spec));
}

Tensor UpSampling::operator()(const ConstTensorView& x) const {
  const resample::Plan plan = this->plan(x.shape(), x.dtype());
  Tensor out(plan.output_shape(), plan.output_dtype());
  plan.run(x, out);
  return out;
}

void UpSampling::operator()(const ConstTensorView& x, const TensorView& out) const {
  const resample::Plan plan = this->plan(x.shape(), x.dtype());
  check_out(class_name(), plan, x, out);
  plan.run(x, out);
}

resample::Plan UpSampling::gradient_plan(const Shape& dy_shape, DType dtype,
                                         const Shape& input_shape) const {
  const Shape output_shape = compute_output_shape(input_shape);
  require_known(class_name(), input_shape);
  if (dy_shape != output_shape) {
    fail(ErrorCode::invalid_argument, "[", class_name(), "] `dy` must have the output's shape ",
         output_shape, "; got ", dy_shape);
  }
  if (!is_floating(dtype)) {
    fail(ErrorCode::unsupported, "[", class_name(), "] `dy` must be floating; got ", dtype);
  }
  const tf_image::Axes axes = axes_of(input_shape.rank(), spatial_rank_, data_format_);
  if (interpolation_ != Interpolation::nearest) {
    require_pixels(class_name(), output_shape, axes);
    return resample::Plan(tf_image::resize_gradient_spec(
        dy_shape, dtype, input_shape[axes.spatial_axis[0]], input_shape[axes.spatial_axis[1]],
        resize_method(interpolation_), /*antialias=*/false, axes, std::string(class_name())));
  }
  require_room(class_name(), output_shape, axes);
  // Where nothing was repeated nothing is summed: subnormals and signs stay as they are.
  bool repeats = false;
  for (int i = 0; i < spatial_rank_; ++i) repeats = repeats || size_[i] > 1;
  resample::PlanSpec spec = repeat_spec(class_name(), axes);
  spec.form = repeats ? resample::Form::block_sum : resample::Form::copy;
  spec.input_shape = dy_shape;
  spec.output_shape = input_shape;
  spec.input_dtype = spec.cast_dtype = spec.output_dtype = spec.accumulate_dtype = dtype;
  for (int i = 0; i < spatial_rank_; ++i) {
    const auto at = static_cast<std::size_t>(i);
    spec.block[at] = size_[i];
    if (!repeats) spec.axis[at] = resample::repeat_axis(dy_shape[axes.spatial_axis[at]], 1);
  }
  return resample::Plan(std::move(spec));
}

Tensor UpSampling::gradient(const ConstTensorView& dy, const Shape& input_shape) const {
  const resample::Plan plan = gradient_plan(dy.shape(), dy.dtype(), input_shape);
  Tensor dx(plan.output_shape(), plan.output_dtype());
  plan.run(dy, dx);
  return dx;
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

// One dimension has no room for a data format: channels stand last, whatever keras.json says.
UpSampling1D::UpSampling1D(UpSampling1DOptions options)
    : UpSampling("UpSampling1D", 1, Size(options.size), DataFormat::channels_last,
                 Interpolation::nearest, std::move(options.name), std::move(options.dtype),
                 options.trainable) {}

UpSampling1D UpSampling1D::from_config(const Config& config) {
  return deserialize("UpSampling1D", config, {"size"}, [](const ConfigReader& reader) {
    return UpSampling1D({.size = reader.integer("size", UpSampling1DOptions().size),
                         .name = reader.name(),
                         .dtype = reader.dtype(),
                         .trainable = reader.trainable()});
  });
}

UpSampling2D::UpSampling2D(UpSampling2DOptions options)
    : UpSampling("UpSampling2D", 2, options.size, options.data_format, options.interpolation,
                 std::move(options.name), std::move(options.dtype), options.trainable) {}

UpSampling2D UpSampling2D::from_config(const Config& config) {
  return deserialize(
      "UpSampling2D", config, {"size", "data_format", "interpolation"},
      [](const ConfigReader& reader) {
        const UpSampling2DOptions unset;
        return UpSampling2D({.size = reader.size("size", 2, unset.size),
                             .data_format = reader.data_format(),
                             .interpolation = reader.interpolation(unset.interpolation),
                             .name = reader.name(),
                             .dtype = reader.dtype(),
                             .trainable = reader.trainable()});
      });
}

UpSampling3D::UpSampling3D(UpSampling3DOptions options)
    : UpSampling("UpSampling3D", 3, options.size, options.data_format, Interpolation::nearest,
                 std::move(options.name), std::move(options.dtype), options.trainable) {}

UpSampling3D UpSampling3D::from_config(const Config& config) {
  return deserialize(
      "UpSampling3D", config, {"size", "data_format"}, [](const ConfigReader& reader) {
        return UpSampling3D({.size = reader.size("size", 3, UpSampling3DOptions().size),
                             .data_format = reader.data_format(),
                             .name = reader.name(),
                             .dtype = reader.dtype(),
                             .trainable = reader.trainable()});
      });
}

}  // namespace halfpixel::keras::layers
