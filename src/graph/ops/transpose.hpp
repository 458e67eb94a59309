// Axes in another order.
#pragma once

#include <vector>

#include "graph/op.hpp"

namespace halfpixel::graph {

class TransposeOp final : public Op {
 public:
  explicit TransposeOp(std::vector<int> axes);
  // Axis i of the result is this axis of the input.
  const std::vector<int>& axes() const { return axes_; }

  std::string_view kind() const noexcept override { return "transpose"; }
  std::string attributes() const override;
  bool strided_output() const override { return true; }
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;

 private:
  std::vector<int> axes_;
};

// Throws Error unless axes are each of 0 … n-1 once (negative: from the end).
OpPtr make_transpose(const std::vector<int>& axes);
// (N, …, C) -> (N, C, …) and back, for a tensor of this rank.
OpPtr make_to_channels_first(int rank);
OpPtr make_to_channels_last(int rank);

}  // namespace halfpixel::graph
