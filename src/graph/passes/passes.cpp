#include <array>

#include "graph/passes/list.hpp"
#include "graph/passes/pass.hpp"

namespace halfpixel::graph {

std::span<const Pass> passes() {
  static constexpr std::array kPasses = {
      Pass{"fold_constants", "constants computed once", false, fold_constants},
      Pass{"common_subexpressions", "results computed twice shared", false,
           share_common_subexpressions},
      Pass{"cancel_transposes", "transposes cancelled or moved on", false, cancel_transposes},
      Pass{"fuse_bias_and_affine", "factors and summands folded into kernels", true,
           fuse_bias_and_affine},
      Pass{"fuse_activation", "activations moved into products", true, fuse_activation},
      Pass{"fuse_elementwise", "element-wise nodes joined", false, fuse_elementwise},
      Pass{"dead_code", "nodes without effect removed", false, remove_dead_code},
  };
  return kPasses;
}

}  // namespace halfpixel::graph
