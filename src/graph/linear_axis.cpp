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
