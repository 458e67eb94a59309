// Scores of attention with what must not be seen put out of reach: (…, T, S), T queries and S keys.
// A second input, if there, is a mask (bool; true: may be seen) of (T, S), (N, T, S) or the scores'
// rank.
#pragma once

#include <string>

#include "graph/op.hpp"

namespace halfpixel::graph {

struct AttentionMaskAttributes {
  bool causal = false;      // query t sees keys 0 … t
  std::int64_t window = 0;  // query t sees keys less than this far away; 0: all
  bool subtract = false;    // scores - value (Attention) instead of value (MultiHeadAttention)
  float value = -2.372671e38F;
};

class AttentionMask final : public Op {
 public:
  explicit AttentionMask(const AttentionMaskAttributes& attributes) : attr(attributes) {}
  const AttentionMaskAttributes attr;

  std::string_view kind() const noexcept override { return "attention_mask"; }
  std::string attributes() const override;
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
  bool in_place(int input) const override { return input == 0; }
};

}  // namespace halfpixel::graph
