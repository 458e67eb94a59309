// Matrix product over the last two axes, other axes broadcast. Inputs: a (…, M, K), b (…, K, N),
// and, if there, bias (N). b may be (K, N) while a has any rank: Dense.
#pragma once

#include "graph/op.hpp"
#include "graph/ops/function.hpp"

namespace halfpixel::graph {

struct MatmulAttributes {
  bool transpose_a = false;  // a is (…, K, M)
  bool transpose_b = false;  // b is (…, N, K)
  Unary activation = {};     // of the result; a pass moves element-wise nodes in here
  bool bf16 = false;         // factors are rounded to it
  friend bool operator==(const MatmulAttributes&, const MatmulAttributes&) = default;
};

OpPtr make_matmul(const MatmulAttributes& attributes = {});

}  // namespace halfpixel::graph
