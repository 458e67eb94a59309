// Matrix product over the last two axes, other axes broadcast. Inputs: a (…, M, K), b (…, K, N),
// and, if there, bias (N). b may be (K, N) while a has any rank: Dense.
#pragma once

#include <string>

#include "graph/op.hpp"
#include "graph/ops/unary.hpp"

namespace halfpixel::graph {

struct MatmulAttributes {
  bool transpose_a = false;  // a is (…, K, M)
  bool transpose_b = false;  // b is (…, N, K)
  Unary activation = {};     // of the result; a pass moves element-wise nodes in here
};

// Attributes are public and constant: a pass makes another Matmul with what it wants changed.
class Matmul final : public Op {
 public:
  explicit Matmul(const MatmulAttributes& attributes = {}) : attr(attributes) {}
  const MatmulAttributes attr;

  std::string_view kind() const noexcept override { return "matmul"; }
  std::string attributes() const override;
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
  bool strided_output() const override { return true; }
};

}  // namespace halfpixel::graph
