// Nearest is repetition: copy tables, any dtype. The others are tf.image.resize to a multiple of
// the size and a cast back. Channels first only renames axes: nothing is transposed.
#include "frontends/keras_up_sampling_spec.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include <halfpixel/error.hpp>

#include "core/addressable.hpp"
#include "core/checked.hpp"
#include "frontends/keras_interpolation.hpp"
#include "frontends/plan_cache.hpp"
#include "frontends/tf_image_method.hpp"

namespace halfpixel::keras {
namespace {

using resample::Form;
using resample::PlanSpec;

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

void require_known(const UpSamplingGeometry& geometry, const Shape& shape) {
  if (shape.is_known()) return;
  fail(ErrorCode::invalid_argument, "[", geometry.speaker(), "] input shape must be known; got ",
       shape);
}

// Refuses what cannot be addressed or has no room for its tables, before any is built.
void require_room(const UpSamplingGeometry& geometry, const Shape& output_shape) {
  require_addressable(geometry.speaker(), "output", output_shape);
  const tf_image::Axes axes = geometry.axes();
  double positions = 0;
  for (int i = 0; i < axes.spatial_rank; ++i) {
    positions += static_cast<double>(output_shape[axes.spatial_axis[i]]);
  }
  resample::require_table_room(geometry.speaker(), positions * sizeof(std::int32_t));
}

// Height and width of an interpolated result. Repetition has no trouble with empty axes;
// interpolation has nothing to interpolate.
Size interpolated_size(const UpSamplingGeometry& geometry, const Shape& output_shape) {
  const tf_image::Axes axes = geometry.axes();
  const Size size{output_shape[axes.rows()], output_shape[axes.columns()]};
  if (size[0] == 0 || size[1] == 0) {
    fail(ErrorCode::invalid_argument, "[", geometry.speaker(),
         "] `size` must have positive height and width. Received: size=", size);
  }
  return size;
}

// Fields that a repetition and its gradient have in common.
PlanSpec repeat_spec(const UpSamplingGeometry& geometry, const Shape& input_shape,
                     const Shape& output_shape) {
  const tf_image::Axes axes = geometry.axes();
  PlanSpec spec;
  spec.speaker = geometry.speaker();
  spec.method = "nearest";
  spec.form = Form::copy;
  spec.input_shape = input_shape;
  spec.output_shape = output_shape;
  spec.spatial_rank = axes.spatial_rank;
  spec.spatial_axis = axes.spatial_axis;
  spec.channel_axis = axes.channel_axis;
  return spec;
}

tf_image::Choice choice_of(const UpSamplingGeometry& geometry) {
  return tf_image::choose(geometry.speaker(), resize_method(geometry.interpolation),
                          /*antialias=*/false);
}

PlanSpec gradient_spec(const UpSamplingGeometry& geometry, const Shape& dy_shape, DType dtype,
                       const Shape& input_shape) {
  const tf_image::Axes axes = geometry.axes();
  if (geometry.interpolation != Interpolation::nearest) {
    interpolated_size(geometry, dy_shape);
    return tf_image::resize_gradient_spec(
        {dy_shape, dtype, axes}, {input_shape[axes.rows()], input_shape[axes.columns()]}, dtype,
        choice_of(geometry), std::string(geometry.speaker()));
  }
  require_room(geometry, dy_shape);
  PlanSpec spec = repeat_spec(geometry, dy_shape, input_shape);
  spec.input_dtype = spec.cast_dtype = spec.output_dtype = spec.accumulate_dtype = dtype;
  for (int i = 0; i < geometry.spatial_rank; ++i) {
    spec.block[i] = geometry.size[i];
    if (geometry.size[i] > 1) spec.form = Form::block_sum;
  }
  // Where nothing was repeated nothing is summed: subnormals and signs stay as they are.
  for (int i = 0; spec.form == Form::copy && i < spec.spatial_rank; ++i) {
    spec.axis[i] = resample::repeat_axis(dy_shape[axes.spatial_axis[i]], 1);
  }
  return spec;
}

PlanKey key_of(PlanKey::Call call, const UpSamplingGeometry& geometry, const Shape& shape,
               LayerDTypes dtypes) {
  return {call,
          shape,
          dtypes.input,
          geometry.spatial_rank,
          geometry.size,
          geometry.data_format,
          geometry.interpolation,
          dtypes.kept};
}

}  // namespace

std::string_view UpSamplingGeometry::speaker() const noexcept {
  constexpr std::string_view kNames[] = {"UpSampling1D", "UpSampling2D", "UpSampling3D"};
  return kNames[spatial_rank - 1];
}

UpSamplingGeometry up_sampling_geometry(int spatial_rank, const Size& size,
                                        const std::optional<DataFormat>& data_format,
                                        Interpolation interpolation) {
  UpSamplingGeometry geometry{.spatial_rank = spatial_rank};
  geometry.size = standardize_size(geometry.speaker(), size, spatial_rank);
  // One dimension has no room for a data format: channels stand last, whatever keras.json says.
  if (spatial_rank > 1)
    geometry.data_format = standardize_data_format(geometry.speaker(), data_format);
  if (spatial_rank == 2) geometry.interpolation = interpolation;
  check_interpolation(geometry.speaker(), geometry.interpolation);
  return geometry;
}

Shape up_sampled_shape(const UpSamplingGeometry& geometry, const Shape& input_shape,
                       std::string_view layer_name) {
  const int rank = geometry.spatial_rank + 2;
  if (input_shape.rank() != rank) {
    fail(ErrorCode::invalid_argument, "[", geometry.speaker(),
         "] Input 0 with name 'None' of layer '", layer_name,
         "' is incompatible with the layer: expected ndim=", rank,
         ", found ndim=", input_shape.rank(), ". Full shape received: ", input_shape);
  }
  const tf_image::Axes axes = geometry.axes();
  Shape output_shape = input_shape;
  for (int i = 0; i < geometry.spatial_rank; ++i) {
    std::int64_t& side = output_shape[axes.spatial_axis[i]];
    if (side == kUnknown) continue;
    if (multiply_overflows(side, geometry.size[i], &side) || side > kMaxSide) {
      fail(ErrorCode::invalid_argument, "[", geometry.speaker(), "] output sides must be at most ",
           kMaxSide, "; got input shape ", input_shape, " with size=", geometry.size);
    }
  }
  return output_shape;
}

PlanSpec up_sampling_spec(const UpSamplingGeometry& geometry, const Shape& input_shape,
                          LayerDTypes dtypes) {
  const Shape output_shape = up_sampled_shape(geometry, input_shape, geometry.speaker());
  require_known(geometry, input_shape);
  const tf_image::Axes axes = geometry.axes();
  if (geometry.interpolation != Interpolation::nearest) {
    PlanSpec spec = tf_image::resize_spec({input_shape, dtypes.kept, axes},
                                          interpolated_size(geometry, output_shape),
                                          choice_of(geometry), std::string(geometry.speaker()));
    keep_dtype(spec, dtypes);
    return spec;
  }
  require_room(geometry, output_shape);
  PlanSpec spec = repeat_spec(geometry, input_shape, output_shape);
  spec.input_dtype = dtypes.input;
  spec.cast_dtype = spec.output_dtype = dtypes.kept;
  for (int i = 0; i < geometry.spatial_rank; ++i) {
    spec.axis[i] = resample::repeat_axis(input_shape[axes.spatial_axis[i]], geometry.size[i]);
  }
  return spec;
}

resample::Plan up_sampling_plan(const UpSamplingGeometry& geometry, const Shape& input_shape,
                                LayerDTypes dtypes) {
  return PlanCache::get(key_of(PlanKey::Call::up_sampling, geometry, input_shape, dtypes), [&] {
    return resample::make_plan(up_sampling_spec(geometry, input_shape, dtypes));
  });
}

resample::Plan up_sampling_gradient_plan(const UpSamplingGeometry& geometry, const Shape& dy_shape,
                                         DType dtype, const Shape& input_shape) {
  const Shape output_shape = up_sampled_shape(geometry, input_shape, geometry.speaker());
  require_known(geometry, input_shape);
  if (dy_shape != output_shape) {
    fail(ErrorCode::invalid_argument, "[", geometry.speaker(),
         "] `dy` must have the output's shape ", output_shape, "; got ", dy_shape);
  }
  if (!is_floating(dtype)) {
    fail(ErrorCode::unsupported, "[", geometry.speaker(), "] `dy` must be floating; got ", dtype);
  }
  // input_shape and dtypes are part of the key by dy: it is a whole multiple of input_shape.
  return PlanCache::get(
      key_of(PlanKey::Call::up_sampling_gradient, geometry, dy_shape, {dtype, dtype}),
      [&] { return resample::make_plan(gradient_spec(geometry, dy_shape, dtype, input_shape)); });
}

}  // namespace halfpixel::keras
