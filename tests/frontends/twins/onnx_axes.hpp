// What the options of an ONNX Resize mean for each axis.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include <halfpixel/onnx.hpp>

#include "frontends/twins/twin.hpp"

namespace twin::onnx {

using halfpixel::onnx::KeepAspectRatioPolicy;
using halfpixel::onnx::Mode;
using halfpixel::onnx::NearestMode;
using halfpixel::onnx::ResizeOptions;
using Coordinates = halfpixel::onnx::CoordinateTransformationMode;

struct Axis {
  Index in = 0, out = 0;
  float scale = 1, start = 0, end = 1;
};

// Which axis of x the numbers of the options are about.
inline std::size_t axis_of(const ResizeOptions& o, std::size_t i, std::size_t rank) {
  const Index axis = o.axes.empty() ? static_cast<Index>(i) : o.axes[i];
  return static_cast<std::size_t>(axis < 0 ? axis + static_cast<Index>(rank) : axis);
}

// Policies know axes that are counted from the front only.
inline void keep_ratio(const ResizeOptions& o, std::vector<Axis>& axes) {
  const auto policy = o.keep_aspect_ratio_policy.value_or(KeepAspectRatioPolicy::stretch);
  if (policy == KeepAspectRatioPolicy::stretch) return;
  std::vector<bool> meant(axes.size(), o.axes.empty());
  for (const Index axis : o.axes)
    if (axis >= 0) meant[static_cast<std::size_t>(axis)] = true;
  const bool least = policy == KeepAspectRatioPolicy::not_larger;
  float common = least ? std::numeric_limits<float>::max() : std::numeric_limits<float>::min();
  for (std::size_t a = 0; a < axes.size(); ++a)
    if (meant[a])
      common = least ? std::min(common, axes[a].scale) : std::max(common, axes[a].scale);
  for (std::size_t a = 0; a < axes.size(); ++a) {
    axes[a].scale = meant[a] ? common : 1;
    axes[a].out = static_cast<Index>(std::round(axes[a].scale * static_cast<float>(axes[a].in)));
  }
}

inline std::vector<Axis> axes_of(const Shape& shape, const ResizeOptions& o) {
  std::vector<Axis> axes;
  for (const Index extent : shape) axes.push_back({extent, extent});
  for (std::size_t i = 0; i < o.sizes.size(); ++i) {
    Axis& axis = axes[axis_of(o, i, axes.size())];
    axis.out = o.sizes[i];
    if (axis.in > 0) axis.scale = static_cast<float>(axis.out) / static_cast<float>(axis.in);
  }
  for (std::size_t i = 0; i < o.scales.size(); ++i) {
    Axis& axis = axes[axis_of(o, i, axes.size())];
    axis.scale = o.scales[i];
    axis.out = static_cast<Index>(axis.scale * static_cast<float>(axis.in));
  }
  if (!o.sizes.empty()) keep_ratio(o, axes);
  for (std::size_t i = 0; i < o.roi.size() / 2; ++i) {
    Axis& axis = axes[axis_of(o, i, axes.size())];
    axis.start = o.roi[i];
    axis.end = o.roi[i + o.roi.size() / 2];
  }
  return axes;
}

// Where output i lies in x, in float32.
inline float coordinate(Coordinates mode, const Axis& axis, Index i) {
  const auto x = static_cast<float>(i), s = axis.scale;
  const auto in = static_cast<float>(axis.in), out = static_cast<float>(axis.out);
  if (s == 1) return x;
  switch (mode) {
    case Coordinates::asymmetric:
      return x / s;
    case Coordinates::tf_half_pixel_for_nn:
      return (x + 0.5F) / s;
    case Coordinates::align_corners:
      return out == 1 ? 0 : x * (in - 1) / (out - 1);
    case Coordinates::half_pixel_symmetric: {
      const float offset = in / 2 * (1 - out / (s * in));
      const double centre = (static_cast<double>(x) + 0.5) / static_cast<double>(s);
      return static_cast<float>(static_cast<double>(offset) + centre - 0.5);
    }
    case Coordinates::tf_crop_and_resize:
      if (out > 1)
        return axis.start * (in - 1) + x * (axis.end - axis.start) * (in - 1) / (out - 1);
      return static_cast<float>(0.5 * static_cast<double>(axis.start + axis.end) *
                                static_cast<double>(in - 1));
    case Coordinates::pytorch_half_pixel:
      if (out <= 1) return 0;
      break;
    default:
      break;
  }
  return (x + 0.5F) / s - 0.5F;
}

}  // namespace twin::onnx
