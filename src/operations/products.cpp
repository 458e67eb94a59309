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

ValueId value_in(Builder& b, const Operand& operand, std::span<const ValueId> inputs) {
  return promoted(b, std::span(&operand, 1), inputs)[0];
}

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
    return builder.add(op, std::array{value_in(builder, a, inputs), value_in(builder, b, inputs)});
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

// x1 and x2 summed over `count` axes: the last of x1, the first of x2 (dot: the last but one).
LayerPtr contraction(const CallArguments& arguments, std::optional<std::int64_t> count,
                     std::string_view class_name, OperationCall form,
                     const std::string& layer_name) {
  const Operand a = Operand::of(arguments, "x1");
  const Operand b = Operand::of(arguments, "x2");
  return make_recorded(
      class_name, kNumpyOps, std::move(form), layer_name,
      [a, b, count](Builder& builder, std::span<const ValueId> inputs) {
        const std::array values = {value_in(builder, a, inputs), value_in(builder, b, inputs)};
        const int left = builder.shape(values[0]).rank(), right = builder.shape(values[1]).rank();
        const int summed = static_cast<int>(count.value_or(1));
        if (left < summed || right < summed) {
          fail(ErrorCode::invalid_argument,
               "[tensordot] axes must be at most the number of axes; got ", summed, " for shapes ",
               builder.shape(values[0]), " and ", builder.shape(values[1]));
        }
        std::string first, second, result;
        for (int i = 0; i < left; ++i) first += static_cast<char>('a' + i);
        result = first.substr(0, static_cast<std::size_t>(left - summed));
        const int begin = count || right == 1 ? 0 : right - 2;  // of the summed axes of x2
        char fresh = static_cast<char>('a' + left);
        for (int i = 0; i < right; ++i) {
          if (i >= begin && i < begin + summed) {
            second += first[static_cast<std::size_t>(left - summed + i - begin)];
          } else {
            second += fresh;
            result += fresh++;
          }
        }
        const auto op = graph::make_einsum(first + "," + second + "->" + result);
        return builder.add(op, values);
      });
}

LayerPtr tensordot(std::string_view name, const OperationCall& call,
                   const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x1", "x2", "axes"});
  if (arguments.value("axes") != nullptr && arguments.find<std::int64_t>("axes") == nullptr) {
    arguments.refuse("axes", "an integer");
  }
  const std::int64_t axes = arguments.integer("axes", 2);
  if (axes < 0 || axes > kMaxRank) arguments.refuse("axes", "a number of axes");
  OperationCall form;
  form.config.set("axes", axes);
  form.args = {call.args.begin(),
               call.args.begin() + std::min<std::ptrdiff_t>(2, std::ssize(call.args))};
  return contraction(arguments, axes, "Tensordot", std::move(form), layer_name);
}

LayerPtr dot(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x1", "x2"});
  OperationCall form;
  form.args = call.args;
  return contraction(arguments, std::nullopt, "Dot", std::move(form), layer_name);
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
