#include "graph/ops/op_checks.hpp"

#include "core/checked.hpp"

namespace halfpixel::graph {

int checked_axis(std::string_view op, std::int64_t axis, int rank) {
  if (axis < -rank || axis >= rank) {
    fail(ErrorCode::invalid_argument, "[", op, "] axis must be in [", -rank, ", ", rank, "); got ",
         axis);
  }
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

void require_inputs(std::string_view op, std::span<const Spec> inputs, std::size_t count) {
  if (inputs.size() != count) {
    fail(ErrorCode::invalid_argument, "[", op, "] takes ", count, " inputs; got ", inputs.size());
  }
}

}  // namespace halfpixel::graph
