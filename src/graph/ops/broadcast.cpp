#include "graph/ops/broadcast.hpp"

#include <algorithm>
#include <vector>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"

namespace halfpixel::graph {

Shape broadcast_shapes(std::string_view who, const Shape& a, const Shape& b) {
  const int rank = std::max(a.rank(), b.rank());
  std::vector<std::int64_t> dims(static_cast<std::size_t>(rank));
  for (int axis = 0; axis < rank; ++axis) {
    const int ia = axis - (rank - a.rank()), ib = axis - (rank - b.rank());
    const std::int64_t ea = ia < 0 ? 1 : a[ia], eb = ib < 0 ? 1 : b[ib];
    std::int64_t& extent = dims[static_cast<std::size_t>(axis)];
    if (ea == eb || eb == 1) {
      extent = ea;
    } else if (ea == 1 || ea == kUnknown) {
      extent = eb;
    } else if (eb == kUnknown) {
      extent = ea;
    } else {
      fail(ErrorCode::invalid_argument, "[", who,
           "] Inputs have incompatible shapes. Received shapes ", a.str(), " and ", b.str());
    }
  }
  return Shape(std::span<const std::int64_t>(dims));
}

}  // namespace halfpixel::graph
