// fused: a chain of element-wise steps in one pass over memory. Graphs are never recorded with it;
// the pass fuse_elementwise makes it.
#pragma once

#include <vector>

#include "graph/op.hpp"

namespace halfpixel::graph {

// One op with an element function, on the running value and inputs of the chain.
struct FusedStep {
  static constexpr int kRunning = 0;  // input 0 is where the running value begins
  OpPtr op;
  std::vector<int> inputs;  // of the op: kRunning, or the number of an input of the chain
};
bool operator==(const FusedStep& a, const FusedStep& b);

// Inputs behind the first: float32 of the result's shape, or constants of one number or of one for
// each place on the last axis.
OpPtr make_fused(std::vector<FusedStep> steps);
// Null for other ops.
const std::vector<FusedStep>* fused_steps(const Op& op);

}  // namespace halfpixel::graph
