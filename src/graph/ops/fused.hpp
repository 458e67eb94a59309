// fused: a chain of element-wise steps in one pass over memory. Graphs are never recorded with it;
// the pass fuse_elementwise makes it.
#pragma once

#include <vector>

#include "graph/op.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/unary.hpp"

namespace halfpixel::graph {

// One step on the running value v. `input` counts the op's inputs; input 0 is where v begins.
struct FusedStep {
  enum class Kind : std::uint8_t {
    unary,   // f(v)
    binary,  // f(v, input), or f(input, v) when swapped; the input is a constant scalar, a constant
             // with an element for each place on the last axis, or a tensor of v's shape
    affine,  // v * input + (input + 1), both constants for the last axis
  };
  Kind kind = Kind::unary;
  Unary unary = {};
  BinaryFunction binary = BinaryFunction::add;
  int input = 0;
  bool swapped = false;
};

class FusedOp final : public Op {
 public:
  explicit FusedOp(std::vector<FusedStep> chain) : steps(std::move(chain)) {}
  std::string_view kind() const noexcept override { return "fused"; }
  std::string attributes() const override;
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
  bool in_place(int input) const override { return input == 0; }
  bool strided_output() const override { return true; }

  const std::vector<FusedStep> steps;
};

OpPtr make_fused(std::vector<FusedStep> steps);

}  // namespace halfpixel::graph
