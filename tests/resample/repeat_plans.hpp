// Repetition and its gradient as plans, for one to three spatial axes.
#pragma once

#include <halfpixel/resample.hpp>

#include "resample/plan_spec.hpp"

namespace problems {

using halfpixel::DataFormat;
using halfpixel::Size;

inline std::vector<int> repeat_axes(int rank, DataFormat format) {
  std::vector<int> axes;
  const int first = format == DataFormat::channels_first ? 2 : 1;
  for (int i = 0; i < rank - 2; ++i) axes.push_back(first + i);
  return axes;
}

// x: `shape`; the gradient's plan goes from the repeated shape back to `shape`.
inline halfpixel::resample::Plan repeat_plan(const halfpixel::Shape& shape, halfpixel::DType dtype,
                                             const Size& size, DataFormat format, bool gradient) {
  const auto axes = repeat_axes(shape.rank(), format);
  halfpixel::resample::PlanSpec spec;
  spec.speaker = "test";
  spec.form = gradient ? halfpixel::resample::Form::block_sum : halfpixel::resample::Form::copy;
  spec.spatial_rank = static_cast<int>(axes.size());
  spec.channel_axis = format == DataFormat::channels_first ? 1 : shape.rank() - 1;
  halfpixel::Shape large = shape;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::int64_t times = size[static_cast<int>(i)];
    spec.spatial_axis[i] = axes[i];
    large[axes[i]] *= times;
    spec.block[i] = times;
    if (!gradient) spec.axis[i] = halfpixel::resample::repeat_axis(shape[axes[i]], times);
  }
  spec.input_shape = gradient ? large : shape;
  spec.output_shape = gradient ? shape : large;
  spec.input_dtype = spec.output_dtype = spec.cast_dtype = spec.accumulate_dtype = dtype;
  return halfpixel::resample::make_plan(spec);
}

}  // namespace problems
