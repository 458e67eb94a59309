// Concatenation, and concatenations that cost nothing because the parts are computed where they
// belong.
#pragma once

#include <cstddef>
#include <vector>

#include "graph/graph.hpp"

namespace halfpixel::graph {

// Joins its inputs along `axis` (negative: from the end). All other extents must agree.
OpPtr make_concat(int axis);

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
};
InPlaceConcats find_in_place_concats(const Graph& graph);

}  // namespace halfpixel::graph
