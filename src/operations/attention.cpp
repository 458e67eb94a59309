// keras.ops.dot_product_attention.
#include <array>
#include <cmath>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/attention_mask.hpp"
#include "graph/ops/einsum.hpp"
#include "graph/ops/repeat.hpp"
#include "graph/ops/select.hpp"
#include "graph/ops/softmax.hpp"
#include "operations/operands.hpp"

namespace halfpixel::keras {
namespace {

// Query (B, T, N, H), key and value (B, S, N or fewer, H).
LayerPtr dot_product_attention(std::string_view name, const OperationCall& call,
                               const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name,
                                {"query", "key", "value", "bias", "mask", "scale"});
  constexpr std::array<std::string_view, 6> kKeys = {"query", "key",  "value",
                                                     "bias",  "mask", "scale"};
  std::vector<std::optional<Operand>> operands;
  OperationCall form;
  for (const std::string_view key : kKeys) {
    const bool given = operands.size() < 3 || arguments.argument(key) != nullptr;
    operands.push_back(given ? std::optional(Operand::of(arguments, key)) : std::nullopt);
    if (operands.size() <= 3) {
      form.args.push_back(operands.back()->argument());
    } else {
      form.kwargs.emplace_back(key, given ? operands.back()->argument() : plain(nullptr));
    }
  }
  const bool causal = arguments.boolean("is_causal", false);
  if (arguments.has("attn_logits_soft_cap")) {
    arguments.refuse("attn_logits_soft_cap", "None, as Keras on TensorFlow leaves it out");
  }
  form.config.set("is_causal", causal);
  form.config.set("flash_attention", nullptr);
  form.config.set("attn_logits_soft_cap", nullptr);
  return make_recorded(
      "DotProductAttention", kNnOps, std::move(form), layer_name,
      [=, who = arguments.who()](Builder& b, std::span<const ValueId> inputs) {
        const auto value = [&](const Operand& operand) { return value_of(b, operand, inputs); };
        const auto binary = [&](graph::BinaryFunction f, ValueId p, ValueId q) {
          return b.add1(graph::make_binary(f), {p, q});
        };
        const ValueId query = as_float32(b, value(*operands[0]));
        ValueId key = as_float32(b, value(*operands[1])), v = as_float32(b, value(*operands[2]));
        for (const ValueId id : {query, key, v}) {
          if (b.shape(id).rank() != 4)
            fail(ErrorCode::invalid_argument, "[", who, "] query, key and value must be ",
                 "(batch, steps, heads, features); got ", b.shape(id));
        }
        // Groups of queries' heads share one of the keys'.
        const std::int64_t heads = b.shape(query)[2], fewer = b.shape(key)[2];
        if (heads > fewer && fewer > 1) {
          const auto op = graph::make_repeat(2, heads / fewer);
          key = b.add1(op, {key});
          v = b.add1(op, {v});
        }
        const std::int64_t features = b.shape(key)[3];
        ValueId scores = b.add1(graph::make_einsum("btnh,bsnh->bnts"), {query, key});
        const ValueId scale =
            operands[5] ? as_float32(b, value(*operands[5]))
                        : b.scalar(1.0F / std::sqrt(static_cast<float>(std::abs(features))));
        scores = binary(graph::BinaryFunction::multiply, scores, scale);
        if (operands[3])
          scores = binary(graph::BinaryFunction::add, scores, as_float32(b, value(*operands[3])));
        constexpr float kUnseen = 3.38953e38F * -0.7F;
        if (operands[4]) {
          const ValueId mask = cast_to(b, value(*operands[4]), DType::boolean);
          scores = b.add1(graph::make_select(), {mask, scores, b.scalar(kUnseen)});
        }
        if (causal) {
          scores = b.add1(graph::make_attention_mask({.causal = true, .value = kUnseen}), {scores});
        }
        const ValueId seen = b.add1(graph::make_softmax({-1}), {scores});
        return std::vector<ValueId>{b.add1(graph::make_einsum("bnts,bsnh->btnh"), {seen, v})};
      });
}

}  // namespace

std::span<const OperationRow> attention_operations() {
  static constexpr std::array kRows = {
      OperationRow{"DotProductAttention", dot_product_attention},
  };
  return kRows;
}

}  // namespace halfpixel::keras
