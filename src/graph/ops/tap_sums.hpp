// What low_resolution_conv does to its products along rows and columns, as tables.
#pragma once

#include <cstdint>

#include "core/signed_index.hpp"
#include "graph/ops/low_resolution_conv.hpp"

namespace halfpixel::graph {

// Rows of partial sums that make one row of the result.
inline constexpr int kMostRowTerms = 64;

// Sums for output positions: terms (tap, source position, weight).
struct TapSums {
  SignedVector<std::int32_t> begin{0};
  SignedVector<std::int32_t> tap, source;
  SignedVector<float> weight;
  bool ones = true;

  std::int64_t size() const { return static_cast<std::int64_t>(begin.size()) - 1; }
  void add(std::int64_t t, std::int64_t s, float w) {
    tap.push_back(static_cast<std::int32_t>(t));
    source.push_back(static_cast<std::int32_t>(s));
    weight.push_back(w);
    ones = ones && w == 1.0F;
  }
  void next() { begin.push_back(static_cast<std::int32_t>(tap.size())); }
};

// Along one spatial axis: what a window of this extent gives.
std::int64_t output_extent(const LowResolutionConv& conv, std::size_t axis, std::int64_t window);
TapSums tap_sums(const LowResolutionConv& conv, std::size_t axis, std::int64_t window);
// Both axes walked as one, the second inside the first.
TapSums nested(const TapSums& outer, const TapSums& inner, std::int64_t inner_window,
               std::int64_t inner_extent);
// Positions of a kernel's window.
std::int64_t taps_of(const Shape& kernel);

}  // namespace halfpixel::graph
