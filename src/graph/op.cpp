// Answers whose types op.hpp only names.
#include "graph/op.hpp"

#include "graph/op_forms.hpp"

namespace halfpixel::graph {

std::optional<TransposedForm> Op::transposed_window(const PrepareArgs& args) const {
  (void)args;
  return std::nullopt;
}

std::vector<LinearAxis> Op::linear_axes(const PrepareArgs& args) const {
  (void)args;
  return {};
}

}  // namespace halfpixel::graph
