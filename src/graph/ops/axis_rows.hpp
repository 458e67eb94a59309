// A tensor seen as rows along some of its axes: row k holds the elements that share their place on
// all other axes. Ops that reduce over any set of axes gather a row, work on it, and scatter it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <halfpixel/shape.hpp>

namespace halfpixel::graph {

// Axes counted from the front, ascending, each once. Throws Error "[who] …" for those out of range.
std::vector<int> normalize_axes(std::string_view who, std::span<const int> axes, int rank);

struct AxisRows {
  AxisRows(const Shape& shape, std::span<const int> axes);  // axes as normalize_axes gives them

  std::int64_t rows = 1;    // number of rows
  std::int64_t length = 1;  // elements of a row
  // Rows are contiguous, one behind the other: the axes are the last ones.
  bool trailing = true;
  // All elements of a row lie `inner` apart: the axes are neighbours. Row k starts at
  // k / inner * inner * length + k % inner.
  bool neighbours = true;
  std::int64_t inner = 1;
  // Start of row k, and of element i relative to its row; only when the axes are not trailing.
  std::vector<std::int64_t> row_at, element_at;
};

}  // namespace halfpixel::graph
