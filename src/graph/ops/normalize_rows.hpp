// normalize over rows that are contiguous or gathered.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "graph/ops/axis_rows.hpp"
#include "graph/ops/normalize.hpp"

namespace halfpixel::graph {

struct Formula {
  NormalizeKind kind = NormalizeKind::moments;
  float epsilon = 0;
  bool has_scale = false;
  bool has_offset = false;
};

// Scale and offset of element i of row k: number param_of_row[k] + param_of_element[i] (empty
// lists: none).
std::unique_ptr<Kernel> make_rows_kernel(AxisRows view, const Formula& formula,
                                         std::vector<std::int64_t> param_of_row,
                                         std::vector<std::int64_t> param_of_element);

}  // namespace halfpixel::graph
