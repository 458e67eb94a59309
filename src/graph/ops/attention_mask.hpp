// Scores of attention with what must not be seen put out of reach: (…, T, S), T queries and S keys.
// A second input, if there, is a mask (bool; true: may be seen) of (T, S), (N, T, S) or the scores'
// rank.
#pragma once

#include <cstdint>

#include "graph/op.hpp"

namespace halfpixel::graph {

struct AttentionMaskAttributes {
  bool causal = false;      // query t sees keys 0 … t
  std::int64_t window = 0;  // query t sees keys less than this far away; 0: all
  bool subtract = false;    // scores - value (Attention) instead of value (MultiHeadAttention)
  float value = -2.372671e38F;
  friend bool operator==(const AttentionMaskAttributes&, const AttentionMaskAttributes&) = default;
};

OpPtr make_attention_mask(const AttentionMaskAttributes& attributes);

}  // namespace halfpixel::graph
