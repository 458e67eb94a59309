#include <algorithm>
#include <array>

#include "core/checked.hpp"
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
      Pass{"multiply_in_bf16", "factors rounded to bfloat16", true, multiply_in_bf16, true},
      Pass{"sink_up_sampling", "element-wise nodes moved before up-sampling", false,
           sink_up_sampling},
      Pass{"winograd_transpose", "transposed convolutions computed in tiles", true,
           winograd_transpose},
      Pass{"low_resolution_convolution", "convolutions moved before up-sampling", true,
           low_resolution_convolution},
      Pass{"winograd_convolution", "convolutions computed in tiles", true, winograd_convolution},
      Pass{"store_depth_to_space", "results written where depth_to_space puts them", false,
           store_depth_to_space},
      Pass{"fuse_elementwise", "element-wise nodes joined", false, fuse_elementwise},
      Pass{"resize_by_rows", "resizes computed row by row with what follows them", false,
           resize_by_rows},
      Pass{"store_bf16", "values that are rounded to bfloat16 stored so", false, store_bf16, true},
      Pass{"dead_code", "nodes without effect removed", false, remove_dead_code},
  };
  return kPasses;
}

void check_pass_names(std::span<const std::string> names) {
  const auto known = passes();
  for (const std::string& name : names) {
    if (std::any_of(known.begin(), known.end(), [&](const Pass& p) { return p.name == name; }))
      continue;
    std::string list;
    for (const Pass& pass : known) list += concat(list.empty() ? "" : ", ", pass.name);
    fail(ErrorCode::invalid_argument, "[tf.function] argument without must name passes, which are ",
         list, "; got '", name, "'");
  }
}

}  // namespace halfpixel::graph
