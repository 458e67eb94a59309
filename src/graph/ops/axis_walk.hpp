// One axis of a tensor, for ops that go along it line by line.
#pragma once

#include <cstdint>

#include <halfpixel/shape.hpp>

#include "graph/ops/parallel.hpp"

namespace halfpixel::graph {

// (outer, extent, inner): the axis and what is before and after it. Elements of a line lie `inner`
// apart.
struct AxisWalk {
  std::int64_t outer = 1, extent = 1, inner = 1;
  AxisWalk(const Shape& shape, int axis) {
    for (int i = 0; i < axis; ++i) outer *= shape[i];
    extent = shape[axis];
    for (int i = axis + 1; i < shape.rank(); ++i) inner *= shape[i];
  }
  // f(begin of a line) for each line along the axis.
  template <class F>
  void each(const F& f) const {
    parallel_blocks(outer, outer * extent * inner, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t o = begin; o < end; ++o) {
        for (std::int64_t i = 0; i < inner; ++i) f(o, i);
      }
    });
  }
};

}  // namespace halfpixel::graph
