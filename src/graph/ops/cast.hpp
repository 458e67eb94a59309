// Cast: every DType to every other, as TensorFlow's CPU kernels convert (from floating to integer
// truncates).
#pragma once

#include "graph/op.hpp"

namespace halfpixel::graph {

class CastOp final : public Op {
 public:
  explicit CastOp(DType to) : dtype(to) {}
  std::string_view kind() const noexcept override { return "cast"; }
  std::string attributes() const override { return std::string(name_of(dtype)); }
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
  bool strided_output() const override { return true; }

  const DType dtype;
};

OpPtr make_cast(DType dtype);

}  // namespace halfpixel::graph
