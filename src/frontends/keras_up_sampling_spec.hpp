// Keras' UpSampling1D, 2D and 3D from what they mean to their plans: layers, ops and files come
// here. (What ops call is exported: they live in another library.)
#pragma once

#include <optional>
#include <string_view>

#include <halfpixel/export.hpp>
#include <halfpixel/keras/config.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>

#include "frontends/keras_resample.hpp"
#include "resample/plan_spec.hpp"

namespace halfpixel::keras {

struct UpSamplingGeometry {
  int spatial_rank = 2;
  Size size = {2, 2};  // one factor per spatial axis
  DataFormat data_format = DataFormat::channels_last;
  Interpolation interpolation = Interpolation::nearest;

  std::string_view speaker() const noexcept;  // "UpSampling2D"
  tf_image::Axes axes() const { return axes_of(spatial_rank + 2, spatial_rank, data_format); }
  friend bool operator==(const UpSamplingGeometry&, const UpSamplingGeometry&) = default;
};

// Checked, in Keras' words. `size` is one integer for all axes or one for each; an unset format
// means keras::config::image_data_format(). One spatial axis: channels last; one or three: nearest.
HALFPIXEL_EXPORT UpSamplingGeometry
up_sampling_geometry(int spatial_rank, const Size& size,
                     const std::optional<DataFormat>& data_format, Interpolation interpolation);

// Unknown extents stay unknown. Throws Error for another rank, naming the layer.
HALFPIXEL_EXPORT Shape up_sampled_shape(const UpSamplingGeometry& geometry,
                                        const Shape& input_shape, std::string_view layer_name);

resample::PlanSpec up_sampling_spec(const UpSamplingGeometry& geometry, const Shape& input_shape,
                                    LayerDTypes dtypes);
// Plans by way of the cache. dy has the output's shape; the result has input_shape and dy's dtype.
HALFPIXEL_EXPORT resample::Plan up_sampling_plan(const UpSamplingGeometry& geometry,
                                                 const Shape& input_shape, LayerDTypes dtypes);
resample::Plan up_sampling_gradient_plan(const UpSamplingGeometry& geometry, const Shape& dy_shape,
                                         DType dtype, const Shape& input_shape);

}  // namespace halfpixel::keras
