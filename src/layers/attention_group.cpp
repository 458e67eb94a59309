// GroupQueryAttention, which Keras' files call GroupedQueryAttention.
#include <array>
#include <cmath>
#include <memory>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers/attention.hpp>

#include "core/checked.hpp"
#include "frontends/keras_config_reader.hpp"
#include "graph/ops/attention_mask.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/einsum.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/softmax.hpp"
#include "layers/attention.hpp"
#include "layers/convolution.hpp"
#include "layers/dense.hpp"
#include "model/config_keys.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;
using graph::Extent;
using Options = layers::GroupQueryAttentionOptions;

class GroupQueryAttentionImpl final : public AttentionImpl {
 public:
  explicit GroupQueryAttentionImpl(const Options& o)
      : AttentionImpl("GroupedQueryAttention", o.name, o.dtype, o.trainable), options_(o) {
    if (o.head_dim <= 0) fail(concat("head_dim must be positive; got ", o.head_dim));
    if (o.num_query_heads <= 0) {
      fail(concat("num_query_heads must be positive; got ", o.num_query_heads));
    }
    if (o.num_key_value_heads <= 0 || o.num_query_heads % o.num_key_value_heads != 0) {
      fail(concat("`num_query_heads` must be divisible by `num_key_value_heads`; got ",
                  o.num_query_heads, " and ", o.num_key_value_heads));
    }
    if (o.sliding_window && *o.sliding_window <= 0) {
      fail(concat("`sliding_window` must be a positive integer; got ", *o.sliding_window));
    }
  }

  std::vector<std::pair<std::string, LayerPtr>> sublayers() const override {
    return named_projections(query_, key_, gate_, value_, output_);
  }

  // Query heads u are (v, g): key and value head v serves g of them without being repeated.
  std::vector<ValueId> call_with(Builder& builder, std::span<const ValueId> inputs,
                                 const Call& call) const override {
    const Operands o = operands(inputs, call);
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
    ValueId scores =
        builder.add1(std::make_shared<graph::Einsum>("bqvgh,bkvh->bvgqk"), {query, key});
    if (call.use_causal_mask || options_.sliding_window || call.has_attention_mask) {
      graph::AttentionMaskAttributes mask;
      mask.causal = call.use_causal_mask;
      mask.window = options_.sliding_window.value_or(0);
      std::vector<ValueId> ids = {scores};
      ids.insert(ids.end(), o.mask.begin(), o.mask.end());
      if (!o.mask.empty() && builder.spec(o.mask[0]).shape.rank() > 3) {
        fail(concat("attention_mask must be of rank 2 or 3; got ", builder.spec(o.mask[0]).shape));
      }
      scores = builder.add(graph::make_attention_mask(mask), ids)[0];
    }
    scores = builder.add1(graph::make_softmax({-1}), {scores});
    ValueId y = builder.add1(std::make_shared<graph::Einsum>("bvgqk,bkvh->bqvgh"), {scores, value});
    y = builder.add1(
        graph::make_reshape({Extent::same_as(0), Extent::same_as(1),
                             Extent::of(options_.num_query_heads), Extent::of(options_.head_dim)}),
        {y});
    if (gate_ != nullptr) {
      y = builder.add1(graph::make_binary(BinaryFunction::multiply), {y, project(gate_, o.query)});
    }
    y = project(output_, y);
    if (!call.return_attention_scores) return {y};
    scores =
        builder.add1(graph::make_reshape({Extent::same_as(0), Extent::of(options_.num_query_heads),
                                          Extent::same_as(3), Extent::same_as(4)}),
                     {scores});
    return {y, scores};
  }

  void add_config(Config& config) const override {
    config.set("head_dim", options_.head_dim);
    config.set("num_query_heads", options_.num_query_heads);
    config.set("num_key_value_heads", options_.num_key_value_heads);
    config.set("use_bias", options_.use_bias);
    config.set("use_gate", options_.use_gate);
    config.set("sliding_window", Config::Value());
    if (options_.sliding_window) config.set("sliding_window", *options_.sliding_window);
    config.set("dropout", options_.dropout);
    config.set("kernel_initializer", initializer_value("GlorotUniform"));
    config.set("bias_initializer", initializer_value("Zeros"));
    for (const char* key : {"kernel_regularizer", "bias_regularizer", "activity_regularizer",
                            "kernel_constraint", "bias_constraint", "seed"}) {
      config.set(key, nullptr);
    }
  }

 protected:
  void build(std::span<const Spec> inputs) override {
    if (inputs.size() < 2) fail("must be called on query and value; got one tensor");
    const Spec& query = inputs[0];
    const Spec& value = inputs[1];
    const bool has_key = inputs.size() > 2 && inputs[2].dtype != DType::boolean;
    const Spec& key = has_key ? inputs[2] : value;
    for (const Spec* spec : {&query, &value, &key}) require_rank(*spec, 3);
    const auto make = [&](const char* name, const char* equation, const Shape& shape,
                          const char* bias, const Spec& input, Activation activation) {
      EinsumDenseSettings settings;
      settings.name = name;
      settings.policy = policy();
      settings.trainable = trainable();
      settings.equation = equation;
      settings.output_shape = shape;
      if (options_.use_bias) settings.bias_axes = bias;
      settings.activation = ActivationFunction(activation);
      LayerPtr layer = make_einsum_dense(settings);
      layer->ensure_built(std::span(&input, 1));
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
  Options options_;
  LayerPtr query_, key_, gate_, value_, output_;
};

LayerPtr from_config(const Config& config) {
  const ConfigReader reader("GroupedQueryAttention", config);
  refuse_quantised("GroupedQueryAttention", reader);
  Options o;
  o.head_dim = reader.integer("head_dim", 0);
  o.num_query_heads = reader.integer("num_query_heads", 0);
  o.num_key_value_heads = reader.integer("num_key_value_heads", 0);
  o.dropout = reader.number("dropout", 0.0);
  o.use_bias = reader.boolean("use_bias", true);
  o.use_gate = reader.boolean("use_gate", false);
  if (reader.has("sliding_window")) o.sliding_window = reader.integer("sliding_window", 0);
  o.name = reader.name();
  o.dtype = reader.dtype();
  o.trainable = reader.trainable();
  return std::make_shared<GroupQueryAttentionImpl>(o);
}

}  // namespace

namespace layers {
GroupQueryAttention::GroupQueryAttention(const GroupQueryAttentionOptions& options)
    : GraphLayer(std::make_shared<GroupQueryAttentionImpl>(options)) {}
}  // namespace layers

std::span<const LayerRow> group_attention_rows() {
  static constexpr std::array kRows = {
      LayerRow{"GroupedQueryAttention", from_config},
      LayerRow{"GroupQueryAttention", from_config},
  };
  return kRows;
}

}  // namespace halfpixel::keras
