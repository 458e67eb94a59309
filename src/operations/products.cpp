// Operations that multiply and add up: matmul, dot, tensordot.
#include <algorithm>
#include <array>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/einsum.hpp"
#include "graph/ops/matmul.hpp"
#include "operations/operands.hpp"

namespace halfpixel::keras {
namespace {

LayerPtr matmul(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const std::string_view first = tf ? "a" : "x1", second = tf ? "b" : "x2";
  const CallArguments arguments(name, call, layer_name,
                                {first, second, "transpose_a", "transpose_b", "adjoint_a",
                                 "adjoint_b", "a_is_sparse", "b_is_sparse", "output_type", "name"});
  const Operand a = Operand::of(arguments, first);
  const Operand b = Operand::of(arguments, second);
  graph::MatmulAttributes attributes;
  // Of real matrices the adjoint is the transpose.
  attributes.transpose_a =
      arguments.boolean("transpose_a", false) || arguments.boolean("adjoint_a", false);
  attributes.transpose_b =
      arguments.boolean("transpose_b", false) || arguments.boolean("adjoint_b", false);
  const Emit emit = [op = graph::make_matmul(attributes), a, b](Builder& builder,
                                                                std::span<const ValueId> inputs) {
    return builder.add(op, std::array{value_of(builder, a, inputs), value_of(builder, b, inputs)});
  };
  OperationCall form;
  form.args = {*arguments.argument(first), *arguments.argument(second)};
  if (attributes.transpose_a || attributes.transpose_b) {  // Keras 3's Matmul has no such arguments
    form.config.set("subscripts", std::string(attributes.transpose_a ? "...ji," : "...ij,") +
                                      (attributes.transpose_b ? "...kj->...ik" : "...jk->...ik"));
    return make_recorded("Einsum", kNumpyOps, std::move(form), layer_name, emit);
  }
  return make_recorded("Matmul", kNumpyOps, std::move(form), layer_name, emit);
}

using Pairs = std::vector<std::pair<std::int64_t, std::int64_t>>;  // axes that are summed together

// x1 and x2 summed over the axes that `paired` names for their ranks.
template <class Paired>
LayerPtr contraction(const CallArguments& arguments, const Paired& paired,
                     std::string_view class_name, OperationCall form,
                     const std::string& layer_name) {
  const Operand a = Operand::of(arguments, "x1"), b = Operand::of(arguments, "x2");
  form.args = {a.argument(), b.argument()};
  return make_recorded(
      class_name, kNumpyOps, std::move(form), layer_name,
      [a, b, paired](Builder& builder, std::span<const ValueId> inputs) {
        const std::array values = {value_of(builder, a, inputs), value_of(builder, b, inputs)};
        const Shape &left = builder.shape(values[0]), &right = builder.shape(values[1]);
        std::string first, second(right.size(), ' '), result;
        for (int i = 0; i < left.rank(); ++i) first += static_cast<char>('a' + i);
        std::string rest = first;
        for (const auto& [p, q] : paired(left.rank(), right.rank())) {
          const auto from = static_cast<std::size_t>(p < 0 ? p + left.rank() : p);
          const auto to = static_cast<std::size_t>(q < 0 ? q + right.rank() : q);
          if (from >= first.size() || to >= second.size() || second[to] != ' ' ||
              rest.find(first[from]) == rest.npos) {
            fail(ErrorCode::invalid_argument, "[tensordot] axes must be some of both shapes, each ",
                 "once; got (", p, ", ", q, ") for shapes ", left, " and ", right);
          }
          second[to] = first[from];
          rest.erase(rest.find(first[from]), 1);
        }
        char fresh = static_cast<char>('a' + left.rank());
        result = rest;
        for (char& c : second) {
          if (c == ' ') result += c = fresh++;
        }
        return builder.add(graph::make_einsum(first + "," + second + "->" + result), values);
      });
}

// A number: so many of the last axes of x1 and of the first of x2. Two lists: those axes.
LayerPtr tensordot(std::string_view name, const OperationCall& call,
                   const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x1", "x2", "axes"});
  OperationCall form;
  const auto* const lists = arguments.find<Config::List>("axes");
  if (lists == nullptr) {
    const std::int64_t count = arguments.integer("axes", 2);
    if (count < 0 || count > kMaxRank) arguments.refuse("axes", "a number of axes");
    form.config.set("axes", count);
    const auto paired = [count](int left, int) {
      Pairs pairs;
      for (std::int64_t i = 0; i < count; ++i) pairs.emplace_back(left - count + i, i);
      if (left < count) pairs.emplace_back(kMaxRank, 0);  // none
      return pairs;
    };
    return contraction(arguments, paired, "Tensordot", std::move(form), layer_name);
  }
  std::array<std::vector<std::int64_t>, 2> axes;
  for (std::size_t i = 0; i < 2 && lists->size() == 2; ++i) {
    const auto one = (*lists)[i].integer();
    const auto several = (*lists)[i].integers();
    if (one) axes[i] = {*one};
    if (!one && several) axes[i] = *several;
  }
  if (axes[0].empty() || axes[0].size() != axes[1].size() || axes[0].size() > kMaxRank)
    arguments.refuse("axes", "an integer or two lists of as many");
  form.config.set("axes", *lists);
  const auto paired = [axes](int, int) {
    Pairs pairs;
    for (std::size_t i = 0; i < axes[0].size(); ++i) pairs.emplace_back(axes[0][i], axes[1][i]);
    return pairs;
  };
  return contraction(arguments, paired, "Tensordot", std::move(form), layer_name);
}

// The last axis of x1 with the last but one of x2.
LayerPtr dot(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x1", "x2"});
  const auto paired = [](int, int right) { return Pairs{{-1, right == 1 ? 0 : right - 2}}; };
  return contraction(arguments, paired, "Dot", {}, layer_name);
}

}  // namespace

std::span<const OperationRow> product_operations() {
  static constexpr std::array kRows = {
      OperationRow{"Matmul", matmul}, OperationRow{"linalg.matmul", matmul},
      OperationRow{"matmul", matmul}, OperationRow{"__operators__.matmul", matmul},
      OperationRow{"Dot", dot},       OperationRow{"Tensordot", tensordot},
  };
  return kRows;
}

}  // namespace halfpixel::keras
