// LinearAxis: one axis of a linear operation (a resize, a padding, one after the other) as weighted
// sums of source positions, so that passes can join such operations.
#pragma once

#include <cstdint>

#include "core/signed_index.hpp"

namespace halfpixel::graph {

// y[i] = sum over e in [begin[i], begin[i + 1]) of weight[e] * x[index[e]]; a sum of nothing is 0.
struct LinearAxis {
  LinearAxis() = default;
  explicit LinearAxis(std::int64_t x_extent) : extent(x_extent) {}

  std::int64_t extent = 0;              // of x
  SignedVector<std::int32_t> begin{0};  // one more than y has positions
  SignedVector<std::int32_t> index;
  SignedVector<float> weight;
  friend bool operator==(const LinearAxis&, const LinearAxis&) = default;

  std::int64_t size() const { return static_cast<std::int64_t>(begin.size()) - 1; }
  void add(std::int64_t position, float factor);  // to the sum that is being made
  void next() { begin.push_back(static_cast<std::int32_t>(index.size())); }
};

// What the first does, then what the second does. Positions that meet are joined.
LinearAxis chain(const LinearAxis& first, const LinearAxis& second);
// Where x is `low` positions of zeros, then all of it, then `high` positions of zeros.
LinearAxis zero_padded(std::int64_t extent, std::int64_t low, std::int64_t high);

}  // namespace halfpixel::graph
