// normalize over [K0, R0, K1, R1], statistics over R0 and R1: groups of channels, channels last.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "graph/ops/normalize_rows.hpp"

namespace halfpixel::graph {

struct Columns {
  std::int64_t k0 = 1, r0 = 1, k1 = 1, r1 = 1;
  std::int64_t width() const { return k1 * r1; }
};

// True when there are no parameters, or one for each column.
bool columns_fit(const Columns& columns, std::span<const std::int64_t> param_of_row,
                 std::span<const std::int64_t> param_of_element);
std::unique_ptr<Kernel> make_columns_kernel(const Columns& columns, const Formula& formula);

}  // namespace halfpixel::graph
