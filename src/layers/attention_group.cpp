// GroupQueryAttention, which Keras' files call GroupedQueryAttention.
#include <array>
#include <cmath>
#include <memory>

#include <halfpixel/keras/layers/attention.hpp>

#include "graph/ops/attention_mask.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/einsum.hpp"
#include "graph/ops/reshape.hpp"
#include "layers/attention.hpp"
#include "layers/dense.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;
using graph::Extent;

class GroupQueryAttentionImpl final
    : public LayerOf<GroupQueryAttentionImpl, layers::GroupQueryAttentionOptions, AttentionImpl> {
 public:
  GroupQueryAttentionImpl(std::string_view class_name, const Options& o) : LayerOf(class_name, o) {
    if (o.head_dim <= 0) refuse("head_dim must be positive; got ", o.head_dim);
    if (o.num_query_heads <= 0) {
      refuse("num_query_heads must be positive; got ", o.num_query_heads);
    }
    if (o.num_key_value_heads <= 0 || o.num_query_heads % o.num_key_value_heads != 0) {
      refuse("`num_query_heads` must be divisible by `num_key_value_heads`; got ",
             o.num_query_heads, " and ", o.num_key_value_heads);
    }
    if (o.sliding_window && *o.sliding_window <= 0) {
      refuse("`sliding_window` must be a positive integer; got ", *o.sliding_window);
    }
  }

  std::vector<std::pair<std::string, LayerPtr>> sublayers() const override {
    return named_projections(query_, key_, gate_, value_, output_);
  }

  // Query heads u are (v, g): key and value head v serves g of them without being repeated.
  std::vector<ValueId> call_with(Builder& builder, std::span<const ValueId> inputs,
                                 const Call& call) const override {
    Operands o = operands(builder, inputs, call);
    join_masks(builder, o);
    for (const ValueId id : {o.query, o.value, o.key}) require_rank(builder.spec(id), 3);
    const auto project = [&](const LayerPtr& layer, ValueId x) {
      return layer->invoke(builder, std::span(&x, 1))[0];
    };
    const std::int64_t shared = options_.num_key_value_heads;
    const std::int64_t each = options_.num_query_heads / shared;
    const auto scale = static_cast<float>(1.0 / std::sqrt(static_cast<double>(options_.head_dim)));
    ValueId query = builder.add1(graph::make_binary(BinaryFunction::multiply),
                                 {project(query_, o.query), builder.scalar(scale)});
    query = builder.add1(
        graph::make_reshape({Extent::same_as(0), Extent::same_as(1), Extent::of(shared),
                             Extent::of(each), Extent::of(options_.head_dim)}),
        {query});
    const ValueId key = project(key_, o.key);
    const ValueId value = project(value_, o.value);
    ValueId scores = builder.add1(graph::make_einsum("bqvgh,bkvh->bvgqk"), {query, key});
    graph::AttentionMaskAttributes mask;
    mask.causal = call.use_causal_mask;
    mask.window = options_.sliding_window.value_or(0);
    if (!o.mask.empty() && builder.spec(o.mask[0]).shape.rank() > 3)
      refuse("attention_mask must be of rank 2 or 3; got ", builder.spec(o.mask[0]).shape);
    const bool zeros = call.return_attention_scores || options_.dropout > 0;
    scores = softmax_of_seen(builder, scores, o, mask, zeros, {-1});
    ValueId y = builder.add1(graph::make_einsum("bvgqk,bkvh->bqvgh"), {scores, value});
    y = builder.add1(
        graph::make_reshape({Extent::same_as(0), Extent::same_as(1),
                             Extent::of(options_.num_query_heads), Extent::of(options_.head_dim)}),
        {y});
    if (gate_ != nullptr) {
      y = builder.add1(graph::make_binary(BinaryFunction::multiply), {y, project(gate_, o.query)});
    }
    y = project(output_, y);
    if (!call.return_attention_scores) return masked_as_query(builder, o, {y});
    scores =
        builder.add1(graph::make_reshape({Extent::same_as(0), Extent::of(options_.num_query_heads),
                                          Extent::same_as(3), Extent::same_as(4)}),
                     {scores});
    return masked_as_query(builder, o, {y, scores});
  }

  static void fields(auto& v, auto& o) {
    v("head_dim", o.head_dim);
    v("num_query_heads", o.num_query_heads);
    v("num_key_value_heads", o.num_key_value_heads);
    v("use_bias", o.use_bias);
    v("use_gate", o.use_gate);
    v("sliding_window", o.sliding_window);
    v("dropout", o.dropout);
    last_attention_fields(v);
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    if (inputs.size() < 2) refuse("must be called on query and value; got one tensor");
    const Spec& query = inputs[0];
    const Spec& value = inputs[1];
    const Spec& key = inputs.size() > 2 ? inputs[2] : value;
    for (const Spec* spec : {&query, &value, &key}) require_rank(*spec, 3);
    const auto make = [&](const char* name, const char* equation, const Shape& shape,
                          const char* bias, const Spec& input, Activation activation) {
      LayerPtr layer = make_einsum_dense({.equation = equation,
                                          .output_shape = shape,
                                          .activation = activation,
                                          .bias_axes = options_.use_bias ? bias : "",
                                          .name = name,
                                          .dtype = policy(),
                                          .trainable = trainable()});
      layer->ensure_built(std::span(&input, 1), context);
      return layer;
    };
    const Shape many = {kUnknown, options_.num_query_heads, options_.head_dim};
    const Shape few = {kUnknown, options_.num_key_value_heads, options_.head_dim};
    constexpr Activation kNone = Activation::linear;
    query_ = make("query", "bqm,muh->bquh", many, "uh", query, kNone);
    key_ = make("key", "bkm,mvh->bkvh", few, "vh", key, kNone);
    if (options_.use_gate) {
      gate_ = make("gate", "bqm,muh->bquh", many, "uh", query, Activation::sigmoid);
    }
    value_ = make("value", "bkm,mvh->bkvh", few, "vh", value, kNone);
    const Spec heads{{query.shape[0], query.shape[1], options_.num_query_heads, options_.head_dim},
                     DType::float32};
    output_ =
        make("attention_output", "bquh,uhm->bqm", {kUnknown, query.shape[2]}, "m", heads, kNone);
  }

 private:
  LayerPtr query_, key_, gate_, value_, output_;
};

}  // namespace

namespace layers {
GroupQueryAttention::GroupQueryAttention(const GroupQueryAttentionOptions& o)
    : GraphLayer(std::make_shared<GroupQueryAttentionImpl>("GroupedQueryAttention", o)) {}
}  // namespace layers

std::span<const LayerRow> group_attention_rows() {
  static constexpr std::array kRows = {
      row<"GroupedQueryAttention", GroupQueryAttentionImpl>("GroupQueryAttention")};
  return kRows;
}

}  // namespace halfpixel::keras
