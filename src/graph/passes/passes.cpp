#include <array>

#include "graph/passes/list.hpp"
#include "graph/passes/pass.hpp"

namespace halfpixel::graph {

std::span<const Pass> passes() {
  static constexpr std::array kPasses = {
      Pass{"fold_constants", "constants computed once", false, fold_constants},
      Pass{"dead_code", "nodes without effect removed", false, remove_dead_code},
  };
  return kPasses;
}

}  // namespace halfpixel::graph
