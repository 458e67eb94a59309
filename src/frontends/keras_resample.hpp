// What UpSampling and Resizing share between a layer's options and a PlanSpec.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <halfpixel/keras/layer.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

#include "frontends/tf_image_spec.hpp"
#include "resample/plan_spec.hpp"

namespace halfpixel::keras {

inline constexpr std::int64_t kMaxSide = 2147483647;  // TensorFlow's sizes are int32

// Where the axes stand in a shape of this rank; leading axes that are left over are batch.
tf_image::Axes axes_of(int rank, int spatial_rank, DataFormat format);

// Throws Error for values that are no DataFormat; unset means keras::config::image_data_format().
DataFormat standardize_data_format(std::string_view speaker,
                                   const std::optional<DataFormat>& format);

// What a layer is called with, and what it computes in and returns: floating input becomes the
// policy's dtype, everything else stays.
struct LayerDTypes {
  DType input;
  DType kept;
};
LayerDTypes dtypes_of(DType input, const DTypePolicy& policy) noexcept;

// A spec made for dtypes.kept becomes one that takes dtypes.input and returns dtypes.kept.
// TensorFlow returns float32 where it computes; Keras brings that back with round (integers) and
// saturate_cast.
void keep_dtype(resample::PlanSpec& spec, LayerDTypes dtypes);

// Throws Error naming `out` unless it has the plan's output shape and dtype and shares no memory
// with x.
void check_out(std::string_view speaker, const resample::Plan& plan, const ConstTensorView& x,
               const TensorView& out);

}  // namespace halfpixel::keras
