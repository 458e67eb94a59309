// affine: y = x * scale + shift with one pair for each place on one axis: batch normalisation at
// inference. Passes fold it into the weights of a convolution before it.
#pragma once

#include "graph/op.hpp"

namespace halfpixel::graph {

class AffineOp final : public Op {
 public:
  explicit AffineOp(int axis) : axis(axis) {}
  std::string_view kind() const noexcept override { return "affine"; }
  std::string attributes() const override { return "axis " + std::to_string(axis); }
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
  bool in_place(int input) const override { return input == 0; }
  bool strided_output() const override { return true; }

  const int axis;  // negative: from the end
};

// Inputs: x, scale and shift of shape (extent of the axis). float32.
OpPtr make_affine(int axis = -1);

}  // namespace halfpixel::graph
