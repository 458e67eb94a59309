#include "graph/ops/axis_rows.hpp"

#include <algorithm>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"

namespace halfpixel::graph {
namespace {

// Offsets of all places on these axes, in row-major order.
std::vector<std::int64_t> offsets(const Shape& shape, const std::vector<std::int64_t>& strides,
                                  const std::vector<int>& axes) {
  std::vector<std::int64_t> result = {0};
  for (const int axis : axes) {
    std::vector<std::int64_t> next;
    next.reserve(result.size() * static_cast<std::size_t>(shape[axis]));
    for (const std::int64_t start : result) {
      for (std::int64_t i = 0; i < shape[axis]; ++i)
        next.push_back(start + i * strides[static_cast<std::size_t>(axis)]);
    }
    result = std::move(next);
  }
  return result;
}

}  // namespace

std::vector<int> normalize_axes(std::string_view who, std::span<const int> axes, int rank) {
  std::vector<int> result;
  for (const int axis : axes) {
    if (axis < -rank || axis >= rank) {
      fail(ErrorCode::invalid_argument, "[", who, "] axis must be in the range [", -rank, ", ",
           rank, "); got ", axis);
    }
    result.push_back(axis < 0 ? axis + rank : axis);
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

AxisRows::AxisRows(const Shape& shape, std::span<const int> axes) {
  std::vector<std::int64_t> strides(shape.size(), 1);
  for (int axis = shape.rank() - 2; axis >= 0; --axis) {
    strides[static_cast<std::size_t>(axis)] =
        strides[static_cast<std::size_t>(axis + 1)] * shape[axis + 1];
  }
  // Axes of extent 1 may belong to either side.
  std::vector<int> taken, kept;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    const bool is_taken = std::find(axes.begin(), axes.end(), axis) != axes.end();
    (is_taken ? length : rows) *= shape[axis];
    if (shape[axis] != 1) (is_taken ? taken : kept).push_back(axis);
  }
  for (const int axis : kept) trailing = trailing && (taken.empty() || axis < taken.front());
  for (const int axis : kept) {
    neighbours = neighbours && (taken.empty() || axis < taken.front() || axis > taken.back());
    if (!taken.empty() && axis > taken.back()) inner *= shape[axis];
  }
  if (trailing) return;
  row_at = offsets(shape, strides, kept);
  element_at = offsets(shape, strides, taken);
}

}  // namespace halfpixel::graph
