// normalize: y = (x - mean) / sqrt(variance + epsilon) * scale + offset, with statistics over any
// axes, or over groups of channels: layer, group, instance, RMS and unit normalisation.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/op.hpp"

namespace halfpixel::graph {

enum class NormalizeKind : std::uint8_t {
  moments,        // (x - mean) * rsqrt(variance + epsilon)
  variance_only,  // x * rsqrt(variance + epsilon): Keras' rms_scaling
  rms,            // x * rsqrt(mean(x^2) + epsilon)
  unit,           // x * min(rsqrt(sum(x^2)), 1 / epsilon)
};

struct NormalizeSpec {
  NormalizeKind kind = NormalizeKind::moments;
  std::vector<int> axes = {-1};  // statistics are over these
  double epsilon = 1e-3;
  // groups > 0: `group_axis` counts as (groups, extent / groups); its second part is one of the
  // axes.
  std::int64_t groups = 0;
  int group_axis = -1;
  std::vector<int> param_axes = {-1};  // scale and offset have an element for each place on these
  bool has_scale = false;
  bool has_offset = false;
  friend bool operator==(const NormalizeSpec&, const NormalizeSpec&) = default;
};

// Inputs: x, then scale and offset where the spec has them. float32.
OpPtr make_normalize(const NormalizeSpec& spec);

}  // namespace halfpixel::graph
