// MultiHeadAttention, in the einsums that Keras builds for any number of attention axes.
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include <halfpixel/keras/layers/attention.hpp>

#include "graph/ops/attention_mask.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/einsum.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/softmax.hpp"
#include "layers/attention.hpp"
#include "layers/dense.hpp"

namespace halfpixel::keras {

std::vector<ValueId> AttentionImpl::call_with_arguments(Builder& builder,
                                                        std::span<const ValueId> inputs,
                                                        const Config& arguments) const {
  Call call;
  for (const auto& [key, value] : arguments.items()) {
    if (key == "use_causal_mask") {
      call.use_causal_mask = true;
    } else if (key == "return_attention_scores") {
      call.return_attention_scores = true;
    } else if (key == "attention_mask") {
      call.has_attention_mask = true;
    } else {
      refuse("unknown argument of the call; got " + arguments.json());
    }
  }
  return call_with(builder, inputs, call);
}

std::vector<std::pair<std::string, LayerPtr>> AttentionImpl::named_projections(
    const LayerPtr& query, const LayerPtr& key, const LayerPtr& gate, const LayerPtr& value,
    const LayerPtr& output) {
  std::vector<std::pair<std::string, LayerPtr>> all;
  if (query == nullptr || output == nullptr) return all;
  all.emplace_back("query_dense", query);
  all.emplace_back("key_dense", key);
  if (gate != nullptr) all.emplace_back("gate_dense", gate);
  all.emplace_back("value_dense", value);
  all.emplace_back("output_dense", output);
  return all;
}

AttentionImpl::Operands AttentionImpl::operands(Builder& builder, std::span<const ValueId> inputs,
                                                const Call& call) const {
  const std::size_t tensors = inputs.size() - (call.has_attention_mask && !inputs.empty() ? 1 : 0);
  if (tensors < 2 || tensors > 3) {
    refuse("must be called on [query, value] or [query, value, key]; got ", tensors, " tensors");
  }
  Operands o{inputs[0], inputs[1], tensors > 2 ? inputs[2] : inputs[1], {}, {}, {}};
  if (call.has_attention_mask) {
    const ValueId mask = inputs.back();
    const bool is_bool = builder.spec(mask).dtype == DType::boolean;
    o.mask.push_back(is_bool ? mask : builder.add1(graph::make_cast(DType::boolean), {mask}));
  }
  o.query_mask = builder.agreed_mask(o.query);
  o.keys_mask = builder.agreed_mask(o.value);
  return o;
}

void AttentionImpl::join_masks(Builder& builder, Operands& o) const {
  std::vector<ValueId> all = std::move(o.mask);
  if (!all.empty() && (o.query_mask || o.keys_mask) && builder.spec(all[0]).shape.rank() > 3)
    refuse("attention_mask of rank 4 and masks of query or value exclude each other");
  if (o.query_mask) all.push_back(builder.add1(graph::make_expand_dims(2, 2), {*o.query_mask}));
  if (o.keys_mask) all.push_back(builder.add1(graph::make_expand_dims(1, 2), {*o.keys_mask}));
  if (const auto keys = builder.agreed_mask(o.key); keys && keys != o.keys_mask)
    all.push_back(builder.add1(graph::make_expand_dims(1, 2), {*keys}));
  o.mask.clear();
  for (const ValueId mask : all) {
    if (o.mask.empty()) {
      o.mask = {mask};
    } else {
      o.mask = {
          builder.add1(graph::make_binary(graph::BinaryFunction::logical_and), {o.mask[0], mask})};
    }
  }
}

ValueId AttentionImpl::softmax_of_seen(Builder& builder, ValueId scores, const Operands& o,
                                       graph::AttentionMaskAttributes mask, bool zeros,
                                       const std::vector<int>& axes) const {
  const auto seen = [&](ValueId x) {
    std::vector<ValueId> ids = {x};
    ids.insert(ids.end(), o.mask.begin(), o.mask.end());
    return builder.add(graph::make_attention_mask(mask), ids)[0];
  };
  if (hides(o, mask)) scores = seen(scores);
  scores = builder.add1(graph::make_softmax(axes), {scores});
  if (!zeros || o.mask.empty()) return scores;
  mask.value = 0;
  return seen(scores);
}

std::vector<ValueId> AttentionImpl::masked_as_query(Builder& builder, const Operands& o,
                                                    std::vector<ValueId> results) const {
  if (o.query_mask) builder.set_mask(results[0], *o.query_mask);
  return results;
}

namespace {

using graph::BinaryFunction;

char letter(int i) {
  return static_cast<char>('a' + i);
}

// "abc,cde->abde": `free` axes stay, `bound` ones are summed, `made` ones are new.
struct Projection {
  std::string equation, bias_axes;
};
Projection projection(int free, int bound, int made) {
  std::string input, kernel, output, bias;
  int next = 0;
  for (int i = 0; i < free; ++i, ++next) {
    input += letter(next);
    output += letter(next);
  }
  for (int i = 0; i < bound; ++i, ++next) {
    input += letter(next);
    kernel += letter(next);
  }
  for (int i = 0; i < made; ++i, ++next) {
    kernel += letter(next);
    output += letter(next);
    bias += letter(next);
  }
  return {input + "," + kernel + "->" + output, bias};
}

// Einsums between projected tensors of this rank: (batch…, attended…, heads, features).
struct Products {
  std::string scores, combine;
};
Products products(int rank, const std::vector<int>& axes) {
  const auto attended = [&](int axis) {
    return std::find(axes.begin(), axes.end(), axis) != axes.end();
  };
  std::string target, source;
  int next = rank;
  for (int i = 0; i < rank; ++i) {
    target += letter(i);
    source += attended(i) ? letter(next++) : letter(i);
  }
  std::string product;
  for (int i = 0; i < rank - 1; ++i) {
    if (!attended(i)) product += letter(i);
  }
  for (const int axis : axes) product += target[static_cast<std::size_t>(axis)];
  for (const int axis : axes) product += source[static_cast<std::size_t>(axis)];
  return {source + "," + target + "->" + product, product + "," + source + "->" + target};
}

class MultiHeadAttentionImpl final
    : public LayerOf<MultiHeadAttentionImpl, layers::MultiHeadAttentionOptions, AttentionImpl> {
 public:
  MultiHeadAttentionImpl(std::string_view class_name, const Options& o) : LayerOf(class_name, o) {
    const auto require_positive = [&](const char* argument, std::int64_t value) {
      if (value > 0) return;
      refuse("Received an invalid value for argument `", argument,
             "`, expected a positive integer. Received: ", argument, "=", value);
    };
    require_positive("num_heads", o.num_heads);
    require_positive("key_dim", o.key_dim);
    if (o.value_dim) require_positive("value_dim", *o.value_dim);
    if (o.sliding_window) require_positive("sliding_window", *o.sliding_window);
    for (const std::int64_t extent : o.output_shape) require_positive("output_shape", extent);
    if (!o.value_dim) options_.value_dim = o.key_dim;
  }

  std::vector<std::pair<std::string, LayerPtr>> sublayers() const override {
    return named_projections(query_, key_, gate_, value_, output_);
  }

  std::vector<ValueId> call_with(Builder& builder, std::span<const ValueId> inputs,
                                 const Call& call) const override {
    Operands o = operands(builder, inputs, call);
    join_masks(builder, o);
    const int rank = builder.spec(o.query).shape.rank() + 1;
    const auto project = [&](const LayerPtr& layer, ValueId x) {
      return layer->invoke(builder, std::span(&x, 1))[0];
    };
    const Products equations = products(rank, options_.attention_axes);
    const ValueId query = project(query_, o.query);
    const ValueId key = project(key_, o.key);
    const ValueId value = project(value_, o.value);
    const auto scale = static_cast<float>(1.0 / std::sqrt(static_cast<double>(options_.key_dim)));
    const ValueId scaled =
        builder.add1(graph::make_binary(BinaryFunction::multiply), {query, builder.scalar(scale)});
    ValueId scores = builder.add1(graph::make_einsum(equations.scores), {key, scaled});
    graph::AttentionMaskAttributes mask;
    mask.causal = call.use_causal_mask;
    mask.window = options_.sliding_window.value_or(0);
    if (hides(o, mask) && (options_.attention_axes.size() != 1 || rank != 4))
      refuse("masks need one attention axis and inputs of rank 3; got rank ", rank - 1);
    std::vector<int> over;
    for (int i = 0; i < static_cast<int>(options_.attention_axes.size()); ++i)
      over.push_back(-1 - i);
    const bool zeros = call.return_attention_scores || options_.dropout > 0;
    scores = softmax_of_seen(builder, scores, o, mask, zeros, over);
    ValueId y = builder.add1(graph::make_einsum(equations.combine), {scores, value});
    if (gate_ != nullptr) {
      const ValueId gate = project(gate_, o.query);
      y = builder.add1(graph::make_binary(BinaryFunction::multiply), {y, gate});
    }
    y = project(output_, y);
    if (!builder.of_tf_keras()) {
      for (const ValueId input : {o.query, o.value, o.key}) builder.disagree(input);
    }
    if (call.return_attention_scores) return masked_as_query(builder, o, {y, scores});
    return masked_as_query(builder, o, {y});
  }

  static void fields(auto& v, auto& o) {
    v("num_heads", o.num_heads);
    v("key_dim", o.key_dim);
    v("value_dim", o.value_dim);
    v("dropout", o.dropout);
    v("use_bias", o.use_bias);
    v("use_gate", o.use_gate);
    v.or_none("output_shape", o.output_shape);
    v.or_none("attention_axes", o.attention_axes);
    v("sliding_window", o.sliding_window);
    last_attention_fields(v);
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    if (inputs.size() < 2) refuse("must be called on query and value; got one tensor");
    const Spec& query = inputs[0];
    const Spec& value = inputs[1];
    const Spec& key = inputs.size() > 2 ? inputs[2] : value;
    const int rank = query.shape.rank();
    if (rank < 3 || rank > 5 || value.shape.rank() != rank || key.shape.rank() != rank) {
      refuse("query, value and key must have the same rank of 3 to 5; got ", query.shape, ", ",
             value.shape, " and ", key.shape);
    }
    std::vector<int> axes;
    for (const int axis : options_.attention_axes) axes.push_back(axis >= 0 ? axis : axis + rank);
    for (int axis = 1; options_.attention_axes.empty() && axis < rank - 1; ++axis) {
      axes.push_back(axis);
    }
    for (const int axis : axes) {
      if (axis < 1 || axis >= rank - 1 || std::count(axes.begin(), axes.end(), axis) > 1) {
        refuse("attention_axes must name axes between batch and features once; got ", axis);
      }
    }
    const LayerPtr query_dense = into_heads("query", rank, options_.key_dim);
    query_dense->ensure_built(std::span(&query, 1), context);
    const LayerPtr key_dense = into_heads("key", rank, options_.key_dim);
    key_dense->ensure_built(std::span(&key, 1), context);
    if (options_.use_gate) {
      gate_ = into_heads("gate", rank, *options_.value_dim, Activation::sigmoid);
      gate_->ensure_built(std::span(&query, 1), context);
    }
    value_ = into_heads("value", rank, *options_.value_dim);
    value_->ensure_built(std::span(&value, 1), context);
    Shape made = options_.output_shape;
    if (made.rank() == 0) made.push_back(query.shape.at(-1));
    const Projection out = projection(rank - 1, 2, made.rank());
    output_ = dense("attention_output", out, rank - 2, made);
    Spec heads = query;
    heads.shape[rank - 1] = options_.num_heads;
    heads.shape.push_back(*options_.value_dim);
    output_->ensure_built(std::span(&heads, 1), context);
    options_.attention_axes = axes;
    key_ = key_dense;
    query_ = query_dense;
  }

 private:
  LayerPtr into_heads(const char* name, int rank, std::int64_t features,
                      Activation activation = Activation::linear) const {
    return dense(name, projection(rank - 1, 1, 2), rank - 2, {options_.num_heads, features},
                 activation);
  }
  // `open` extents come from the input.
  LayerPtr dense(const char* name, const Projection& form, int open, const Shape& made,
                 Activation activation = Activation::linear) const {
    layers::EinsumDenseOptions einsum{.equation = form.equation,
                                      .activation = activation,
                                      .bias_axes = options_.use_bias ? form.bias_axes : "",
                                      .name = name,
                                      .dtype = policy(),
                                      .trainable = trainable()};
    for (int i = 0; i < open; ++i) einsum.output_shape.push_back(kUnknown);
    for (const std::int64_t extent : made) einsum.output_shape.push_back(extent);
    return make_einsum_dense(einsum);
  }

  LayerPtr query_, key_, gate_, value_, output_;
};

}  // namespace

namespace layers {
MultiHeadAttention::MultiHeadAttention(const MultiHeadAttentionOptions& o)
    : GraphLayer(std::make_shared<MultiHeadAttentionImpl>("MultiHeadAttention", o)) {}
}  // namespace layers

std::span<const LayerRow> attention_rows() {
  static constexpr std::array kRows = {row<"MultiHeadAttention", MultiHeadAttentionImpl>()};
  return kRows;
}

}  // namespace halfpixel::keras
