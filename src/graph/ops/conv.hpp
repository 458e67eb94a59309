// Convolution over one to three axes, channels last. Inputs: x (N, …spatial…, C), kernel
// (…window…, C / groups, filters) as Keras stores it, and, if there, bias (filters).
#pragma once

#include <string>

#include "graph/op.hpp"
#include "graph/ops/conv_geometry.hpp"
#include "graph/ops/unary.hpp"

namespace halfpixel::graph {

struct ConvAttributes {
  WindowMove move;
  std::int64_t groups = 1;  // filters of group g see the g-th part of the channels
  Unary activation = {};    // of the result; a pass moves element-wise nodes in here
};

// Attributes are public and constant: a pass makes another Conv with what it wants changed.
class Conv final : public Op {
 public:
  explicit Conv(const ConvAttributes& attributes) : attr(attributes) {}
  const ConvAttributes attr;

  std::string_view kind() const noexcept override { return "conv"; }
  std::string attributes() const override;
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
};

}  // namespace halfpixel::graph
