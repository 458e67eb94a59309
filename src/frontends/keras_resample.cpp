#include "frontends/keras_resample.hpp"

#include <halfpixel/keras/config.hpp>

#include "core/checked.hpp"

namespace halfpixel::keras {

tf_image::Axes axes_of(int rank, int spatial_rank, DataFormat format) {
  const bool last = format == DataFormat::channels_last;
  const int first = last ? rank - spatial_rank - 1 : rank - spatial_rank;
  tf_image::Axes axes{};
  axes.spatial_rank = spatial_rank;
  for (int i = 0; i < 3; ++i) {
    axes.spatial_axis[i] = i < spatial_rank ? first + i : -1;
  }
  axes.channel_axis = last ? rank - 1 : first - 1;
  return axes;
}

DataFormat standardize_data_format(std::string_view speaker,
                                   const std::optional<DataFormat>& format) {
  if (!format) return config::image_data_format();
  if (*format != DataFormat::channels_last && *format != DataFormat::channels_first) {
    fail(ErrorCode::invalid_argument, "[", speaker,
         "] The `data_format` argument must be one of {'channels_first', 'channels_last'}. "
         "Received: data_format=",
         static_cast<int>(*format));
  }
  return *format;
}

LayerDTypes dtypes_of(DType input, const DTypePolicy& policy) noexcept {
  return {input, is_floating(input) ? policy.compute_dtype() : input};
}

void keep_dtype(resample::PlanSpec& spec, LayerDTypes dtypes) {
  if (spec.output_dtype != dtypes.kept) spec.store = resample::Store::saturate;
  spec.input_dtype = dtypes.input;
  spec.cast_dtype = spec.output_dtype = dtypes.kept;
}

void check_out(std::string_view speaker, const resample::Plan& plan, const ConstTensorView& x,
               const TensorView& out) {
  if (out.shape() != plan.output_shape() || out.dtype() != plan.output_dtype()) {
    fail(ErrorCode::invalid_argument, "[", speaker, "] `out` must be ", plan.output_dtype(),
         " of shape ", plan.output_shape(), "; got ", out.dtype(), " of shape ", out.shape());
  }
  if (overlaps(x, out)) {
    fail(ErrorCode::invalid_argument, "[", speaker,
         "] `out` must not share memory with the input; got overlapping views of shapes ",
         x.shape(), " and ", out.shape());
  }
}

}  // namespace halfpixel::keras
