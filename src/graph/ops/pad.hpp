// Padding.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "graph/op.hpp"

namespace halfpixel::graph {

enum class PadMode {
  constant,   // 0 0 | a b c | 0 0
  reflect,    // c b | a b c | b a: less than the extent on each side
  symmetric,  // b a | a b c | c b: at most the extent
  edge,       // a a | a b c | c c
};
PadMode to_pad_mode(std::string_view name);  // any case; throws Error
std::string_view name_of(PadMode mode) noexcept;

class PadOp final : public Op {
 public:
  using Amounts =
      std::vector<std::pair<std::int64_t, std::int64_t>>;  // (before, after) of every axis, >= 0
  PadOp(Amounts amounts, PadMode mode, double value);
  const Amounts& amounts() const { return amounts_; }
  PadMode mode() const { return mode_; }
  double value() const { return value_; }

  std::string_view kind() const noexcept override { return "pad"; }
  std::string attributes() const override;
  bool strided_output() const override { return true; }
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;

 private:
  Amounts amounts_;
  PadMode mode_;
  double value_;
};

OpPtr make_pad(PadOp::Amounts amounts, PadMode mode = PadMode::constant, double value = 0.0);

}  // namespace halfpixel::graph
