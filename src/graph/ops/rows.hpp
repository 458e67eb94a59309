// Element-wise kernels see their result as rows that may have gaps between them: see
// Op::strided_output.
#pragma once

#include <cstdint>

#include "graph/op.hpp"
#include "graph/ops/parallel.hpp"

namespace halfpixel::graph {

struct Rows {
  std::int64_t count = 1;   // rows
  std::int64_t length = 1;  // elements of a row
  std::int64_t stride = 1;  // elements from row to row in the result

  static Rows of(const PrepareArgs& args) {
    const Shape& shape = args.outputs[0].shape;
    const std::int64_t all = shape.num_elements();
    Rows rows;
    rows.length = shape.rank() > 0 ? shape[shape.rank() - 1] : 1;
    rows.stride = args.row_stride();
    rows.count = rows.length > 0 ? all / rows.length : 0;
    if (rows.stride == rows.length) {  // dense: one row
      rows.length = rows.stride = all;
      rows.count = all > 0 ? 1 : 0;
    }
    return rows;
  }
  // part(first, count, position): `count` elements, the first of them number `first` of the dense
  // inputs and `position` of the result.
  template <class Part>
  void run(const Part& part) const noexcept {
    if (count == 1) {
      parallel_blocks(length, length, [&](std::int64_t begin, std::int64_t end) {
        part(begin, end - begin, begin);
      });
      return;
    }
    parallel_blocks(count, count * length, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r) part(r * length, length, r * stride);
    });
  }
};

}  // namespace halfpixel::graph
