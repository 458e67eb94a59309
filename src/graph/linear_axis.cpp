#include "graph/linear_axis.hpp"

namespace halfpixel::graph {

void LinearAxis::add(std::int64_t position, float factor) {
  const auto end = static_cast<std::int64_t>(index.size());
  for (std::int64_t e = begin.back(); e < end; ++e) {
    if (index[e] == position) {
      weight[e] += factor;
      return;
    }
  }
  index.push_back(static_cast<std::int32_t>(position));
  weight.push_back(factor);
}

LinearAxis same_positions(std::int64_t extent) {
  return zero_padded(extent, 0, 0);
}

LinearAxis window_positions(std::int64_t extent, std::int64_t positions, std::int64_t taps,
                            std::int64_t stride, std::int64_t dilation, std::int64_t low) {
  LinearAxis axis(extent);
  for (std::int64_t i = 0; i < positions; ++i) {
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      const std::int64_t at = i * stride - low + tap * dilation;
      if (at >= 0 && at < extent) axis.add(at, static_cast<float>(tap + 1));
    }
    axis.next();
  }
  return axis;
}

std::optional<LinearAxis> rows_beside(const Shape& x, std::span<const int> axes) {
  for (const int axis : axes) {
    if ((axis < 0 ? axis + x.rank() : axis) <= 1) return std::nullopt;
  }
  if (x.rank() < 3) return std::nullopt;
  return same_positions(x[1]);
}

LinearAxis zero_padded(std::int64_t extent, std::int64_t low, std::int64_t high) {
  LinearAxis axis(extent);
  for (std::int64_t i = -low; i < extent + high; ++i) {
    if (i >= 0 && i < extent) axis.add(i, 1.0F);
    axis.next();
  }
  return axis;
}

LinearAxis chain(const LinearAxis& first, const LinearAxis& second) {
  LinearAxis axis(first.extent);
  for (std::int64_t i = 0; i < second.size(); ++i) {
    for (std::int64_t e = second.begin[i]; e < second.begin[i + 1]; ++e) {
      const std::int64_t at = second.index[e];
      for (std::int64_t f = first.begin[at]; f < first.begin[at + 1]; ++f)
        axis.add(first.index[f], first.weight[f] * second.weight[e]);
    }
    axis.next();
  }
  return axis;
}

}  // namespace halfpixel::graph
