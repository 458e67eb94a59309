// Convolution over one to three axes, channels last. Inputs: x (N, …spatial…, C), kernel
// (…window…, C / groups, filters) as Keras stores it, and, if there, bias (filters).
#pragma once

#include <string>

#include "graph/op_forms.hpp"
#include "graph/ops/conv_geometry.hpp"

namespace halfpixel::graph {

struct ConvAttributes {
  WindowMove move;
  std::int64_t groups = 1;  // filters of group g see the g-th part of the channels
  Unary activation = {};    // of the result; a pass moves element-wise nodes in here
  friend bool operator==(const ConvAttributes&, const ConvAttributes&) = default;
};

class Conv final : public OpWith<Conv, ConvAttributes>, public ProductForm {
 public:
  using OpWith::OpWith;
  const ProductForm* product() const override { return this; }
  const Unary& fused_activation() const override { return attr.activation; }
  OpPtr with_activation(const Unary& activation) const override {
    ConvAttributes changed = attr;
    changed.activation = activation;
    return std::make_shared<Conv>(changed);
  }
  int filter_axis(int kernel_rank) const override { return kernel_rank - 1; }

  std::string_view kind() const noexcept override { return "conv"; }
  std::string attributes() const override;
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
};

}  // namespace halfpixel::graph
