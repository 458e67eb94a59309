// Matrix product over the last two axes, other axes broadcast. Inputs: a (…, M, K), b (…, K, N),
// and, if there, bias (N). b may be (K, N) while a has any rank: Dense.
#pragma once

#include <string>

#include "graph/op_forms.hpp"

namespace halfpixel::graph {

struct MatmulAttributes {
  bool transpose_a = false;  // a is (…, K, M)
  bool transpose_b = false;  // b is (…, N, K)
  Unary activation = {};     // of the result; a pass moves element-wise nodes in here
  friend bool operator==(const MatmulAttributes&, const MatmulAttributes&) = default;
};

class Matmul final : public OpWith<Matmul, MatmulAttributes>, public ProductForm {
 public:
  explicit Matmul(const MatmulAttributes& attributes = {}) : OpWith(attributes) {}
  const ProductForm* product() const override { return this; }
  const Unary& fused_activation() const override { return attr.activation; }
  OpPtr with_activation(const Unary& activation) const override {
    MatmulAttributes changed = attr;
    changed.activation = activation;
    return std::make_shared<Matmul>(changed);
  }
  int filter_axis(int kernel_rank) const override {
    if (kernel_rank != 2) return -1;  // a kernel for each matrix of the batch
    return attr.transpose_b ? 0 : 1;
  }

  std::string_view kind() const noexcept override { return "matmul"; }
  std::string attributes() const override;
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
  bool strided_output() const override { return true; }
};

}  // namespace halfpixel::graph
