#include "graph/ops/tap_sums.hpp"

#include <algorithm>

namespace halfpixel::graph {

static std::int64_t reach(const LowResolutionConv& conv, std::size_t axis, std::int64_t window) {
  return (window - 1) * conv.dilation[axis] + 1;
}
std::int64_t output_extent(const LowResolutionConv& conv, std::size_t axis, std::int64_t window) {
  return (conv.axes[axis].size() - reach(conv, axis, window)) / conv.strides[axis] + 1;
}

TapSums tap_sums(const LowResolutionConv& conv, std::size_t i, std::int64_t window) {
  const LinearAxis& axis = conv.axes[i];
  TapSums sums;
  for (std::int64_t o = 0; o < output_extent(conv, i, window); ++o) {
    for (std::int64_t t = 0; t < window; ++t) {
      const std::int64_t u = o * conv.strides[i] + t * conv.dilation[i];
      for (std::int64_t e = axis.begin[u]; e < axis.begin[u + 1]; ++e)
        sums.add(t, axis.index[e], axis.weight[e]);
    }
    sums.next();
  }
  return sums;
}

TapSums nested(const TapSums& outer, const TapSums& inner, std::int64_t inner_window,
               std::int64_t inner_extent) {
  TapSums sums;
  for (std::int64_t a = 0; a < outer.size(); ++a) {
    for (std::int64_t b = 0; b < inner.size(); ++b) {
      for (std::int64_t e = outer.begin[a]; e < outer.begin[a + 1]; ++e) {
        for (std::int64_t f = inner.begin[b]; f < inner.begin[b + 1]; ++f) {
          sums.add(outer.tap[e] * inner_window + inner.tap[f],
                   outer.source[e] * inner_extent + inner.source[f],
                   outer.weight[e] * inner.weight[f]);
        }
      }
      sums.next();
    }
  }
  return sums;
}

std::int64_t taps_of(const Shape& kernel) {
  std::int64_t taps = 1;
  for (int i = 0; i + 2 < kernel.rank(); ++i) taps *= kernel[i];
  return taps;
}

namespace {

struct AxisWork {
  double sources, outputs, terms;
  std::int64_t most_terms;
};
AxisWork axis_work(const LowResolutionConv& conv, std::size_t axis, std::int64_t window) {
  const TapSums sums = tap_sums(conv, axis, window);
  std::int64_t most = 0;
  for (std::int64_t i = 0; i < sums.size(); ++i)
    most = std::max<std::int64_t>(most, sums.begin[i + 1] - sums.begin[i]);
  return {static_cast<double>(conv.axes[axis].extent), static_cast<double>(sums.size()),
          static_cast<double>(sums.tap.size()), most};
}

}  // namespace

std::optional<ConvWork> low_resolution_work(const LowResolutionConv& conv, const Shape& kernel) {
  const int rank = static_cast<int>(conv.axes.size());
  const auto taps = static_cast<double>(taps_of(kernel));
  ConvWork work;
  double small = 1, large = 1, rows = 1, row_terms = 1, most = 1;
  for (int i = 0; i < rank; ++i) {
    const AxisWork axis = axis_work(conv, static_cast<std::size_t>(i), kernel[i]);
    small *= axis.sources;
    large *= axis.outputs;
    if (i + 1 < rank) {
      rows *= axis.sources;
      row_terms *= axis.terms;
      most *= static_cast<double>(axis.most_terms);
    } else {
      const auto filters = static_cast<double>(kernel[rank + 1]);
      work.products = small * taps * static_cast<double>(kernel[rank]) * filters;
      work.sums = (rows * taps / static_cast<double>(kernel[rank - 1]) * axis.terms +
                   row_terms * axis.outputs) *
                  filters;
    }
  }
  if (most > kMostRowTerms) return std::nullopt;
  work.direct = large * taps * static_cast<double>(kernel[rank] * kernel[rank + 1]);
  return work;
}

}  // namespace halfpixel::graph
