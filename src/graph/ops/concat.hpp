// Concatenation, and concatenations that cost nothing because the parts are computed where they
// belong.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "graph/graph.hpp"

namespace halfpixel::graph {

// Joins its inputs along `axis` (negative: from the end). All other extents must agree.
OpPtr make_concat(int axis);
// The axis of a concatenation (perhaps negative); none for other ops.
std::optional<int> concat_axis(const Op& op);

// Values that can be written straight into the result of a concatenation: nobody else reads them,
// and either all axes before the joined one have extent 1, or it is the last axis and the producer
// can leave gaps between rows.
struct InPlaceConcats {
  struct Part {
    ValueId value;
    ValueId into;
    std::size_t byte_offset;
  };
  std::vector<Part> parts;
  std::vector<std::int64_t> strides;  // per value: elements from row to row, 0: dense

  bool is_whole(ValueId id) const;
  std::int64_t row_stride(ValueId id, std::int64_t dense) const {
    const std::int64_t stride = strides[static_cast<std::size_t>(id)];
    return stride != 0 ? stride : dense;
  }
};
InPlaceConcats find_in_place_concats(const Graph& graph);

}  // namespace halfpixel::graph
