// LinearAxis: one axis of a linear operation (a resize, a padding, one after the other) as weighted
// sums of source positions, so that passes can join such operations.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <halfpixel/shape.hpp>

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

// Of an op over `axes` of x (negative: from the end): each row its own, unless they are rows or
// batches themselves.
std::optional<LinearAxis> rows_beside(const Shape& x, std::span<const int> axes);
// What the first does, then what the second does. Positions that meet are joined.
LinearAxis chain(const LinearAxis& first, const LinearAxis& second);
// Each position its own.
LinearAxis same_positions(std::int64_t extent);
// What each place of a window of `taps` sees that moves over x with `low` positions before it.
LinearAxis window_positions(std::int64_t extent, std::int64_t positions, std::int64_t taps,
                            std::int64_t stride, std::int64_t dilation, std::int64_t low);
// Where x is `low` positions of zeros, then all of it, then `high` positions of zeros.
LinearAxis zero_padded(std::int64_t extent, std::int64_t low, std::int64_t high);

}  // namespace halfpixel::graph
