// Reductions over axes: sums, means, extremes, and positions of extremes.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "graph/op.hpp"

namespace halfpixel::graph {

enum class Reduction : std::uint8_t { sum, mean, prod, max, min, var, std, any, all };
std::string_view name_of(Reduction reduction) noexcept;

// Floating values are accumulated in float64, integers in 64 bits; the result has the input's dtype
// (an integer mean truncates). any and all take bool. No axes: all of them. NaN wins in max and
// min.
class ReduceOp final : public Op {
 public:
  ReduceOp(Reduction reduction, std::vector<int> axes, bool keepdims);
  Reduction reduction() const { return reduction_; }
  const std::vector<int>& axes() const { return axes_; }
  bool keepdims() const { return keepdims_; }

  std::string_view kind() const noexcept override { return name_of(reduction_); }
  std::string attributes() const override;
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;

 private:
  std::vector<bool> reduced(int rank) const;
  Reduction reduction_;
  std::vector<int> axes_;
  bool keepdims_;
};

OpPtr make_reduce(Reduction reduction, std::vector<int> axes, bool keepdims = false);
// The first position of the greatest (least) element along an axis, as int32 or int64.
OpPtr make_arg_extreme(bool greatest, int axis, bool keepdims, DType result = DType::int32);
// Running sums along an axis.
OpPtr make_cumsum(int axis, bool exclusive = false, bool reverse = false);

}  // namespace halfpixel::graph
