// Operations that multiply and add up: matmul, einsum, dot, tensordot.
#include <algorithm>
#include <array>
#include <cctype>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/einsum.hpp"
#include "graph/ops/matmul.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/transpose.hpp"
#include "operations/operation_rows.hpp"

namespace halfpixel::keras {
namespace {

// An operand: a tensor of the model or a constant.
struct Operand {
  int input = -1;
  std::optional<Tensor> constant;
  ValueId value(Builder& b, std::span<const ValueId> inputs) const {
    return constant ? b.constant(*constant) : inputs[static_cast<std::size_t>(input)];
  }
};

Operand operand_of(const Argument* argument, const CallArguments& arguments, std::string_view key) {
  if (argument != nullptr) {
    if (const auto* tensor = argument->get_if<Tensor>()) {
      return {-1, is_floating(tensor->dtype()) ? tensor->astype(DType::float32) : *tensor};
    }
    if (const auto* input = argument->get_if<Argument::Input>()) return {input->index, {}};
  }
  arguments.refuse(key, "a tensor");
}

LayerPtr matmul(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const std::string_view first = tf ? "a" : "x1", second = tf ? "b" : "x2";
  const CallArguments arguments(name, call, layer_name,
                                {first, second, "transpose_a", "transpose_b", "adjoint_a",
                                 "adjoint_b", "a_is_sparse", "b_is_sparse", "output_type", "name"});
  const Operand a = operand_of(arguments.argument(first), arguments, first);
  const Operand b = operand_of(arguments.argument(second), arguments, second);
  graph::MatmulAttributes attributes;
  // Of real matrices the adjoint is the transpose.
  attributes.transpose_a =
      arguments.boolean("transpose_a", false) || arguments.boolean("adjoint_a", false);
  attributes.transpose_b =
      arguments.boolean("transpose_b", false) || arguments.boolean("adjoint_b", false);
  const Emit emit = [op = graph::make_matmul(attributes), a, b](Builder& builder,
                                                                std::span<const ValueId> inputs) {
    return builder.add(op, std::array{a.value(builder, inputs), b.value(builder, inputs)});
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

// Of one tensor: letters that the result has not are summed, the others put in its order.
Emit one_tensor_einsum(const std::string& equation, const Operand& operand,
                       const CallArguments& arguments) {
  const auto arrow = equation.find("->");
  std::string from, to;
  for (const char c : equation.substr(0, arrow)) from += c == ' ' ? "" : std::string(1, c);
  for (const char c : arrow == std::string::npos ? "" : equation.substr(arrow + 2))
    to += c == ' ' ? "" : std::string(1, c);
  bool good = arrow != std::string::npos;
  for (const std::string& side : {from, to}) {
    for (std::size_t i = 0; i < side.size(); ++i) {
      good = good && std::isalpha(static_cast<unsigned char>(side[i])) != 0 &&
             side.find(side[i], i + 1) == std::string::npos &&
             from.find(side[i]) != std::string::npos;
    }
  }
  if (!good)
    arguments.refuse_call("subscripts of one tensor must be like \"abc->ca\"; got ", equation);
  std::vector<int> summed, order;
  std::string kept;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (to.find(from[i]) == std::string::npos) {
      summed.push_back(static_cast<int>(i));
    } else {
      kept += from[i];
    }
  }
  for (const char c : to) order.push_back(static_cast<int>(kept.find(c)));
  return
      [=, rank = static_cast<int>(from.size())](Builder& builder, std::span<const ValueId> inputs) {
        ValueId x = operand.value(builder, inputs);
        if (builder.shape(x).rank() != rank) {
          fail(ErrorCode::invalid_argument, "[einsum] subscripts ", equation, " do not fit shape ",
               builder.shape(x));
        }
        if (!summed.empty())
          x = builder.add1(graph::make_reduce(graph::Reduction::sum, summed), {x});
        return std::vector<ValueId>{
            order.empty() ? x : builder.add1(graph::make_transpose(order), {x})};
      };
}

LayerPtr make_einsum_layer(const std::string& equation, const std::vector<Operand>& operands,
                           OperationCall form, std::string_view class_name,
                           const std::string& layer_name) {
  const graph::OpPtr op = graph::make_einsum(equation);
  return make_recorded(class_name, kNumpyOps, std::move(form), layer_name,
                       [op, operands](Builder& builder, std::span<const ValueId> inputs) {
                         std::vector<ValueId> values;
                         for (const Operand& operand : operands)
                           values.push_back(operand.value(builder, inputs));
                         return builder.add(op, values);
                       });
}

// Keras 3: subscripts in the configuration, operands in args. tf_keras: equation first, then
// operands.
LayerPtr einsum(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  OperationCall form;
  for (const Argument& argument : call.args) {
    if (argument.get_if<Config::Value>() == nullptr) form.args.push_back(argument);
  }
  const CallArguments arguments(name, form, layer_name, {"a", "b", "c", "d"});
  std::vector<Operand> operands;
  for (const Argument& argument : form.args)
    operands.push_back(operand_of(&argument, arguments, "operands"));
  std::string equation;
  const Config::Value* text = call.config.find("subscripts");
  if (tf && !call.args.empty()) text = call.args[0].get_if<Config::Value>();
  for (const auto& [key, argument] : call.kwargs) {
    if (key == "equation" || key == "subscripts") text = argument.get_if<Config::Value>();
  }
  if (const auto* given = text != nullptr ? text->get_if<std::string>() : nullptr)
    equation = *given;
  if (equation.empty()) arguments.refuse_call("subscripts must be a string such as \"ij,jk->ik\"");
  form.config.set("subscripts", equation);
  if (operands.size() == 1) {
    const Emit emit = one_tensor_einsum(equation, operands[0], arguments);
    return make_recorded("Einsum", kNumpyOps, std::move(form), layer_name, emit);
  }
  if (operands.size() != 2)
    arguments.refuse_call("einsum of one or two tensors is supported; got ", operands.size());
  return make_einsum_layer(equation, operands, std::move(form), "Einsum", layer_name);
}

// x1 and x2 summed over `count` axes: the last of x1, the first of x2 (dot: the last but one).
LayerPtr contraction(const CallArguments& arguments, std::optional<std::int64_t> count,
                     std::string_view class_name, OperationCall form,
                     const std::string& layer_name) {
  const Operand a = operand_of(arguments.argument("x1"), arguments, "x1");
  const Operand b = operand_of(arguments.argument("x2"), arguments, "x2");
  return make_recorded(
      class_name, kNumpyOps, std::move(form), layer_name,
      [a, b, count](Builder& builder, std::span<const ValueId> inputs) {
        const std::array values = {a.value(builder, inputs), b.value(builder, inputs)};
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
      OperationRow{"Matmul", matmul},        OperationRow{"linalg.matmul", matmul},
      OperationRow{"matmul", matmul},        OperationRow{"__operators__.matmul", matmul},
      OperationRow{"Einsum", einsum},        OperationRow{"einsum", einsum},
      OperationRow{"linalg.einsum", einsum}, OperationRow{"Dot", dot},
      OperationRow{"Tensordot", tensordot},
  };
  return kRows;
}

}  // namespace halfpixel::keras
