// Attention and AdditiveAttention: scores from products or from sums, softmax, weighted sum.
#include "layers/attention.hpp"

#include <array>
#include <memory>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers/attention.hpp>

#include "core/checked.hpp"
#include "frontends/keras_config_reader.hpp"
#include "graph/ops/attention_mask.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/matmul.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/softmax.hpp"
#include "graph/ops/unary.hpp"
#include "model/config_keys.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;
using graph::Extent;
using graph::Function;

struct Settings {
  std::string class_name = "Attention";
  bool additive = false;
  bool use_scale = false;
  std::string score_mode = "dot";
  double dropout = 0.0;
  std::string name;
  DTypePolicy policy;
  bool trainable = true;
};

class DotAttentionImpl final : public AttentionImpl {
 public:
  explicit DotAttentionImpl(const Settings& s)
      : AttentionImpl(s.class_name, s.name, s.policy, s.trainable), settings_(s) {
    if (s.score_mode != "dot" && s.score_mode != "concat") {
      fail(
          "Invalid value for argument score_mode. Expected one of {'dot', 'concat'}. Received: "
          "score_mode=" +
          s.score_mode);
    }
  }

  std::vector<ValueId> call_with(Builder& builder, std::span<const ValueId> inputs,
                                 const Call& call) const override {
    const Operands o = operands(inputs, call);
    for (const ValueId id : {o.query, o.value, o.key}) require_rank(builder.spec(id), 3);
    if (call.has_attention_mask) fail("masks of query and value are not supported");
    ValueId scores = settings_.additive || settings_.score_mode == "concat"
                         ? sums(builder, o.query, o.key)
                         : products(builder, o.query, o.key);
    if (call.use_causal_mask) {
      graph::AttentionMaskAttributes mask;
      mask.causal = mask.subtract = true;
      mask.value = 1.0e9F;
      scores = builder.add1(graph::make_attention_mask(mask), {scores});
    }
    scores = builder.add1(graph::make_softmax({-1}), {scores});
    const ValueId y = builder.add1(std::make_shared<graph::Matmul>(), {scores, o.value});
    if (call.return_attention_scores) return {y, scores};
    return {y};
  }

  void add_config(Config& config) const override {
    config.set("use_scale", settings_.use_scale);
    if (!settings_.additive) config.set("score_mode", settings_.score_mode);
    config.set("dropout", settings_.dropout);
    config.set("seed", nullptr);
  }

 protected:
  void build(std::span<const Spec> inputs) override {
    if (inputs.size() < 2 || inputs.size() > 4) {
      fail(
          concat("layer accepts inputs list of length 2 or 3, namely [query, value] or [query, "
                 "value, key]. Received length: ",
                 inputs.size()));
    }
    if (settings_.additive) {
      if (settings_.use_scale) {
        add_variable("scale", {inputs[0].shape.at(-1)}, Initializer::glorot_uniform);
      }
      return;
    }
    if (settings_.use_scale) add_variable("scale", {}, Initializer::ones);
    if (settings_.score_mode == "concat") {
      add_variable("concat_score_weight", {}, Initializer::ones);
    }
  }

 private:
  ValueId multiply(Builder& builder, ValueId x, const Tensor& by) const {
    return builder.add1(graph::make_binary(BinaryFunction::multiply), {x, builder.constant(by)});
  }

  ValueId products(Builder& builder, ValueId query, ValueId key) const {
    const ValueId scores =
        builder.add1(std::make_shared<graph::Matmul>(graph::MatmulAttributes{.transpose_b = true}),
                     {query, key});
    return settings_.use_scale ? multiply(builder, scores, variables()[0].value) : scores;
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
    const bool inside = !settings_.additive && settings_.use_scale;
    if (inside) x = multiply(builder, x, variables()[0].value);
    x = builder.add1(graph::make_unary(Function::tanh), {x});
    if (settings_.additive && settings_.use_scale) x = multiply(builder, x, variables()[0].value);
    x = builder.add1(graph::make_reduce(graph::Reduction::sum, {-1}), {x});
    return settings_.additive ? x : multiply(builder, x, variables().back().value);
  }

  Settings settings_;
};

template <class Options>
Settings common(std::string class_name, const Options& o) {
  Settings s;
  s.class_name = std::move(class_name);
  s.use_scale = o.use_scale;
  s.dropout = o.dropout;
  s.name = o.name;
  s.policy = o.dtype;
  s.trainable = o.trainable;
  return s;
}
LayerPtr make(const layers::AttentionOptions& o) {
  Settings s = common("Attention", o);
  s.score_mode = o.score_mode;
  return std::make_shared<DotAttentionImpl>(s);
}
LayerPtr make(const layers::AdditiveAttentionOptions& o) {
  Settings s = common("AdditiveAttention", o);
  s.additive = true;
  return std::make_shared<DotAttentionImpl>(s);
}

template <class Options>
Options read(const ConfigReader& reader) {
  Options o;
  o.use_scale = reader.boolean("use_scale", o.use_scale);
  o.dropout = reader.number("dropout", 0.0);
  o.name = reader.name();
  o.dtype = reader.dtype();
  o.trainable = reader.trainable();
  return o;
}
LayerPtr attention_from_config(const Config& config) {
  const ConfigReader reader("Attention", config);
  auto o = read<layers::AttentionOptions>(reader);
  o.score_mode = reader.text("score_mode", "dot");
  return make(o);
}
LayerPtr additive_from_config(const Config& config) {
  return make(read<layers::AdditiveAttentionOptions>(ConfigReader("AdditiveAttention", config)));
}

}  // namespace

namespace layers {
Attention::Attention(const AttentionOptions& options) : GraphLayer(make(options)) {}
AdditiveAttention::AdditiveAttention(const AdditiveAttentionOptions& options)
    : GraphLayer(make(options)) {}
}  // namespace layers

std::span<const LayerRow> dot_attention_rows() {
  static constexpr std::array kRows = {
      LayerRow{"Attention", attention_from_config},
      LayerRow{"AdditiveAttention", additive_from_config},
  };
  return kRows;
}

}  // namespace halfpixel::keras
