// Einstein summation of two tensors: "abc,cde->abde". Becomes one batched matrix product.
#pragma once

#include <string>

#include "graph/op.hpp"

namespace halfpixel::graph {

class Einsum final : public Op {
 public:
  // Letters and, in front or at the end of operands, "..."; blanks are ignored. Throws Error for
  // anything else, for repeated letters within an operand, and for letters of the result that no
  // operand has.
  explicit Einsum(std::string equation);
  const std::string equation;

  std::string_view kind() const noexcept override { return "einsum"; }
  std::string attributes() const override { return equation; }
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;

 private:
  std::string operand_[2];  // '.' stands for the ellipsis
  std::string result_;
};

}  // namespace halfpixel::graph
