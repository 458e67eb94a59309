// Attention and AdditiveAttention: scores from products or from sums, softmax, weighted sum.
#include "layers/attention.hpp"

#include <array>
#include <memory>

#include <halfpixel/keras/layers/attention.hpp>

#include "graph/ops/attention_mask.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/matmul.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/select.hpp"
#include "graph/ops/softmax.hpp"
#include "graph/ops/unary.hpp"
#include "layers/fields.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;
using graph::Extent;
using graph::Function;

// O: AttentionOptions, or AdditiveAttentionOptions, which have no score_mode.
template <class O>
class DotAttentionImpl final : public LayerOf<DotAttentionImpl<O>, O, AttentionImpl> {
 public:
  using Base = LayerOf<DotAttentionImpl, O, AttentionImpl>;
  using typename AttentionImpl::Call;
  static constexpr bool kAdditive = std::same_as<O, layers::AdditiveAttentionOptions>;

  DotAttentionImpl(std::string_view class_name, const O& o) : Base(class_name, o) {
    if constexpr (!kAdditive) {
      if (o.score_mode != "dot" && o.score_mode != "concat") {
        this->refuse("Invalid value for argument score_mode. Expected one of {'dot', 'concat'}. ",
                     "Received: score_mode=", o.score_mode);
      }
      concat_ = o.score_mode == "concat";
    }
  }

  static void fields(auto& v, auto& o) {
    v("use_scale", o.use_scale);
    if constexpr (!kAdditive) v("score_mode", o.score_mode);
    v("dropout", o.dropout);
    v.none("seed");
  }

  std::vector<ValueId> call_with(Builder& builder, std::span<const ValueId> inputs,
                                 const Call& call) const override {
    const auto o = this->operands(builder, inputs, call);
    for (const ValueId id : {o.query, o.value, o.key}) this->require_rank(builder.spec(id), 3);
    if (call.has_attention_mask) this->refuse("masks of query and value are not supported");
    ValueId scores =
        kAdditive || concat_ ? sums(builder, o.query, o.key) : products(builder, o.query, o.key);
    if (call.use_causal_mask || o.keys_mask) {
      graph::AttentionMaskAttributes mask;
      mask.causal = call.use_causal_mask;
      mask.subtract = true;
      mask.value = 1.0e9F;
      std::vector<ValueId> ids = {scores};
      if (o.keys_mask) ids.push_back(builder.add1(graph::make_expand_dims(1, 2), {*o.keys_mask}));
      scores = builder.add(graph::make_attention_mask(mask), ids)[0];
    }
    scores = builder.add1(graph::make_softmax({-1}), {scores});
    ValueId y = builder.add1(graph::make_matmul(), {scores, o.value});
    if (o.query_mask) {
      const ValueId seen = builder.add1(graph::make_expand_dims(2, 2), {*o.query_mask});
      y = builder.add1(graph::make_select(), {seen, y, builder.scalar(0.0F)});
    }
    if (call.return_attention_scores) return this->masked_as_query(builder, o, {y, scores});
    return this->masked_as_query(builder, o, {y});
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    if (inputs.size() < 2 || inputs.size() > 4) {
      this->refuse(
          "layer accepts inputs list of length 2 or 3, namely [query, value] or [query, "
          "value, key]. Received length: ",
          inputs.size());
    }
    if (kAdditive) {
      if (this->options_.use_scale) {
        this->add_variable(context, "scale", {inputs[0].shape.at(-1)}, Initializer::glorot_uniform);
      }
      return;
    }
    if (this->options_.use_scale) this->add_variable(context, "scale", {}, Initializer::ones);
    if (concat_) {
      this->add_variable(context, "concat_score_weight", {}, Initializer::ones);
    }
  }

 private:
  ValueId multiply(Builder& builder, ValueId x, const Tensor& by) const {
    return builder.add1(graph::make_binary(BinaryFunction::multiply), {x, builder.constant(by)});
  }

  ValueId products(Builder& builder, ValueId query, ValueId key) const {
    const ValueId scores = builder.add1(graph::make_matmul({.transpose_b = true}), {query, key});
    return this->options_.use_scale ? multiply(builder, scores, this->variables()[0].value)
                                    : scores;
  }

  // sum of tanh(query + key) over the features
  ValueId sums(Builder& builder, ValueId query, ValueId key) const {
    const ValueId q = builder.add1(graph::make_reshape({Extent::same_as(0), Extent::same_as(1),
                                                        Extent::of(1), Extent::same_as(2)}),
                                   {query});
    const ValueId k = builder.add1(graph::make_reshape({Extent::same_as(0), Extent::of(1),
                                                        Extent::same_as(1), Extent::same_as(2)}),
                                   {key});
    ValueId x = builder.add1(graph::make_binary(BinaryFunction::add), {q, k});
    const bool inside = !kAdditive && this->options_.use_scale;
    if (inside) x = multiply(builder, x, this->variables()[0].value);
    x = builder.add1(graph::make_unary(Function::tanh), {x});
    if (kAdditive && this->options_.use_scale) x = multiply(builder, x, this->variables()[0].value);
    x = builder.add1(graph::make_reduce(graph::Reduction::sum, {-1}), {x});
    return kAdditive ? x : multiply(builder, x, this->variables().back().value);
  }

  bool concat_ = false;
};

using Attention = DotAttentionImpl<layers::AttentionOptions>;
using AdditiveAttention = DotAttentionImpl<layers::AdditiveAttentionOptions>;

}  // namespace

namespace layers {
Attention::Attention(const AttentionOptions& o)
    : GraphLayer(std::make_shared<keras::Attention>("Attention", o)) {}
AdditiveAttention::AdditiveAttention(const AdditiveAttentionOptions& o)
    : GraphLayer(std::make_shared<keras::AdditiveAttention>("AdditiveAttention", o)) {}
}  // namespace layers

std::span<const LayerRow> dot_attention_rows() {
  static constexpr std::array kRows = {
      row<"Attention", Attention>(),
      row<"AdditiveAttention", AdditiveAttention>(),
  };
  return kRows;
}

}  // namespace halfpixel::keras
