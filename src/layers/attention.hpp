// What attention layers have in common: they can be called with more than tensors.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/ops/attention_mask.hpp"
#include "layers/fields.hpp"
#include "model/layer_impl.hpp"

namespace halfpixel::keras {

class AttentionImpl : public LayerImpl {
 public:
  using LayerImpl::LayerImpl;
  bool takes_several() const override { return true; }
  // Arguments of the call besides query, value and key.
  struct Call {
    bool use_causal_mask = false;
    bool return_attention_scores = false;  // the scores are a second result
    bool has_attention_mask = false;       // the last input is a mask (bool)
    friend bool operator==(const Call&, const Call&) = default;
  };
  virtual std::vector<ValueId> call_with(Builder& builder, std::span<const ValueId> inputs,
                                         const Call& call) const = 0;
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    return call_with(builder, inputs, {});
  }
  std::vector<ValueId> call_with_arguments(Builder& builder, std::span<const ValueId> inputs,
                                           const Config& arguments) const override;

 protected:
  struct Operands {
    ValueId query, value, key;
    std::vector<ValueId> mask;                     // attention_mask: none or one
    std::optional<ValueId> query_mask, keys_mask;  // Keras' masks, (N, T) and (N, S)
  };
  Operands operands(Builder& builder, std::span<const ValueId> inputs, const Call& call) const;
  // All masks of o as attention_mask, (N, T, S); the sides of 1 are the same for all.
  void join_masks(Builder& builder, Operands& o) const;
  static bool hides(const Operands& o, const graph::AttentionMaskAttributes& mask) {
    return mask.causal || mask.window != 0 || !o.mask.empty();
  }
  // Softmax over `axes` of the scores, of which o's masks and `mask` hide some. Queries that see
  // nothing see all alike; `zeros`: nothing, as where Keras computes the scores by itself.
  ValueId softmax_of_seen(Builder& builder, ValueId scores, const Operands& o,
                          graph::AttentionMaskAttributes mask, bool zeros,
                          const std::vector<int>& axes) const;
  // As Keras: results have the mask of the query.
  std::vector<ValueId> masked_as_query(Builder& builder, const Operands& o,
                                       std::vector<ValueId> results) const;

  // The dense layers of several heads under the names and in the order of weight files; gate may be
  // null, and before the layer is built all are.
  static std::vector<std::pair<std::string, LayerPtr>> named_projections(const LayerPtr& query,
                                                                         const LayerPtr& key,
                                                                         const LayerPtr& gate,
                                                                         const LayerPtr& value,
                                                                         const LayerPtr& output);
};

// The keys in which layers with projections end.
void last_attention_fields(auto& v) {
  v.initializer("kernel_initializer", "GlorotUniform");
  v.initializer("bias_initializer", "Zeros");
  v.none("kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint",
         "bias_constraint", "seed");
  v.unsupported("quantization_config");
}

}  // namespace halfpixel::keras
