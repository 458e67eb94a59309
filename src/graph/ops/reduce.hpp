// Reductions over axes: sums, means, extremes.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "graph/op.hpp"

namespace halfpixel::graph {

enum class Reduction : std::uint8_t { sum, mean, prod, max, min, var, std, any, all };
std::string_view name_of(Reduction reduction) noexcept;

// Floating values are accumulated in float64, integers in 64 bits; the result has the input's dtype
// (an integer mean truncates). any and all take bool. No axes: all of them. NaN wins in max and
// min.
OpPtr make_reduce(Reduction reduction, std::vector<int> axes, bool keepdims = false);

}  // namespace halfpixel::graph
