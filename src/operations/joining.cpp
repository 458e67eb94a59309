// Operations that join tensors and take them apart: concatenate, stack, split, unstack.
#include <algorithm>
#include <array>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/concat.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/split.hpp"
#include "operations/operands.hpp"
#include "operations/reductions.hpp"
#include "operations/sizes.hpp"

namespace halfpixel::keras {
namespace {

using Integers = std::vector<std::int64_t>;

// The tensors of a list argument, or of the positional arguments when they were not wrapped.
OperationCall list_form(const CallArguments& arguments, std::string_view key, std::int64_t axis) {
  const Argument* const given = arguments.argument(key);
  const auto* const items = given != nullptr ? given->get_if<Argument::List>() : nullptr;
  if (items == nullptr || items->empty()) arguments.refuse(key, "a list of tensors");
  OperationCall form;
  form.config.set("axis", axis);
  form.args.push_back(*given);
  return form;
}

// An item of a list argument as a value: a tensor, a number in the dtype of the tensors beside it,
// or a list of such, which is a tensor of one more axis.
ValueId value_of(Builder& b, const Argument& item, std::span<const ValueId> inputs, DType dtype) {
  if (const auto* input = item.get_if<Argument::Input>())
    return inputs[static_cast<std::size_t>(input->index)];
  if (const auto* tensor = item.get_if<Tensor>())
    return b.constant(tensor->dtype() == dtype ? *tensor : tensor->astype(dtype));
  std::vector<ValueId> parts;
  if (const auto* plain = item.get_if<Config::Value>()) {
    if (const auto number = plain->number()) return b.constant(full(Shape{}, *number, dtype));
    const auto* list = plain->get_if<Config::List>();
    if (list != nullptr && list->empty()) return b.constant(zeros(Shape{0}, dtype));
    if (list == nullptr)
      fail(ErrorCode::invalid_argument, "[stack] items must be tensors; got ", plain->json());
    for (const Config::Value& part : *list) parts.push_back(value_of(b, {part}, inputs, dtype));
  } else if (const auto* list = item.get_if<Argument::List>(); list != nullptr && !list->empty()) {
    for (const Argument& part : *list) parts.push_back(value_of(b, part, inputs, dtype));
  } else {
    fail(ErrorCode::invalid_argument, "[stack] items must be tensors");
  }
  return b.add(graph::make_stack(0), parts)[0];
}

// Values of a list argument in a graph; its constants too, in the dtype of the tensors beside them.
std::vector<ValueId> values_of(Builder& b, const Argument::List& items,
                               std::span<const ValueId> inputs) {
  std::vector<ValueId> values;
  const DType dtype = inputs.empty() ? DType::float32 : b.spec(inputs[0]).dtype;
  for (const Argument& item : items) values.push_back(value_of(b, item, inputs, dtype));
  return values;
}

// Concatenate and Stack: a list of tensors and an axis.
template <bool kStack>
LayerPtr join(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const std::string_view key = tf ? "values" : kStack ? "x" : "xs";
  const CallArguments arguments(name, call, layer_name, {key, "axis", "name"});
  const std::int64_t axis = arguments.integer("axis", 0);
  OperationCall form = list_form(arguments, key, axis);
  const Argument::List items = *form.args[0].get_if<Argument::List>();
  return make_recorded(
      kStack ? "Stack" : "Concatenate", kNumpyOps, std::move(form), layer_name,
      [items, axis](Builder& b, std::span<const ValueId> inputs) {
        const std::vector<ValueId> values = values_of(b, items, inputs);
        const int rank = b.shape(values[0]).rank() + (kStack ? 1 : 0);
        const int at = graph::checked_axis(kStack ? "stack" : "concatenate", axis, rank);
        return b.add(kStack ? graph::make_stack(at) : graph::make_concat(at), values);
      });
}

// hstack, vstack and dstack: along the second, first or third axis (of vectors, hstack along the
// first); dstack gives vectors and matrices the axes that they lack.
template <int kAxis>
LayerPtr stack_along(std::string_view name, const OperationCall& call,
                     const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"xs"});
  OperationCall form = list_form(arguments, "xs", kAxis);
  form.config = {};
  const Argument::List items = *form.args[0].get_if<Argument::List>();
  return make_recorded(
      name, kNumpyOps, std::move(form), layer_name,
      [items](Builder& b, std::span<const ValueId> inputs) {
        std::vector<ValueId> values = values_of(b, items, inputs);
        const int rank = b.shape(values[0]).rank();
        for (ValueId& value : values) {
          int own = b.shape(value).rank();
          if (kAxis < 2) break;
          if (own == 1) value = b.add1(graph::make_expand_dims(0, own++), {value});
          if (own == 2) value = b.add1(graph::make_expand_dims(2, own), {value});
        }
        const int at = kAxis == 1 && rank == 1 ? 0 : kAxis;
        return b.add(graph::make_concat(graph::checked_axis("concatenate", at, kMaxRank)), values);
      });
}

LayerPtr append(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x1", "x2", "axis"});
  const auto operands = operands_of(arguments, {"x1", "x2"});
  const OneAxis along(arguments, std::nullopt);
  OperationCall form = form_of(operands);
  form.config.set("axis", along.value());
  return make_recorded(
      "Append", kNumpyOps, std::move(form), layer_name,
      on_promoted(operands, [along](Builder& b, std::span<const ValueId> values) {
        const std::array parts = {along.flat(b, values[0]), along.flat(b, values[1])};
        return b.add(graph::make_concat(along.of(b, parts[0], "append")), parts)[0];
      }));
}

// tf.convert_to_tensor, of one tensor or of a list that becomes one.
LayerPtr convert(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name,
                                {"value", "dtype", "name", "preferred_dtype", "dtype_hint"});
  const Argument* const given = arguments.argument("value");
  if (given == nullptr || given->get_if<Argument::List>() == nullptr) {
    return make_recorded("StopGradient", kCoreOps, keras_form({}), layer_name,
                         on_first([](Builder&, ValueId x) { return x; }));
  }
  return make_unsaveable(name, layer_name,
                         [value = *given](Builder& b, std::span<const ValueId> inputs) {
                           return std::vector{value_of(b, value, inputs, b.spec(inputs[0]).dtype)};
                         });
}

LayerPtr split(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const auto arguments =
      tf ? CallArguments(name, call, layer_name,
                         {"value", "num_or_size_splits", "axis", "num", "name"})
         : CallArguments(name, call, layer_name, {"x", "indices_or_sections", "axis"});
  const std::string_view key = tf ? "num_or_size_splits" : "indices_or_sections";
  const bool sections = arguments.find<std::int64_t>(key) != nullptr;
  Integers cuts;
  if (const auto list = arguments.integers(key)) {
    cuts = *list;
  } else {
    arguments.refuse(key, "an integer or a list of integers");
  }
  if (tf && !sections) {  // sizes become positions; one may be -1
    Integers positions;
    std::int64_t at = 0;
    bool from_end = false;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
      from_end = from_end || cuts[i] < 0;
      at += cuts[i];
      positions.push_back(at);
    }
    if (from_end) arguments.refuse(key, "sizes without -1 (but the last)");
    cuts = positions;
  }
  const std::int64_t axis = arguments.integer("axis", 0);
  if (sections && (cuts[0] < 1 || cuts[0] > INT32_MAX)) arguments.refuse(key, "positive");
  return make_recorded(
      "Split", kNumpyOps,
      keras_form(
          {{"indices_or_sections", sections ? Config::Value(cuts[0]) : Config::list_of(cuts)},
           {"axis", axis}}),
      layer_name, [cuts, sections, axis](Builder& b, std::span<const ValueId> inputs) {
        const int at = graph::checked_axis("split", axis, b.shape(inputs[0]).rank());
        const graph::OpPtr op = sections ? graph::make_split(at, static_cast<int>(cuts[0]))
                                         : graph::make_split_at(at, cuts);
        return b.add(op, inputs.first(1));
      });
}

// Parts that differ by one at most.
LayerPtr array_split(std::string_view name, const OperationCall& call,
                     const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x", "indices_or_sections", "axis"});
  const std::int64_t parts = arguments.integer("indices_or_sections"),
                     axis = arguments.integer("axis", 0);
  if (parts < 1 || parts > 4096) arguments.refuse("indices_or_sections", "1 to 4096");
  return make_recorded(
      "ArraySplit", kNumpyOps, keras_form({{"indices_or_sections", parts}, {"axis", axis}}),
      layer_name,
      [parts, axis, who = arguments.who()](Builder& b, std::span<const ValueId> inputs) {
        const Shape shape = b.shape(inputs[0]);
        const int at = graph::checked_axis("array_split", axis, shape.rank());
        if (shape[at] == kUnknown)
          fail(ErrorCode::unsupported, "[", who, "] the extent of axis ", axis,
               " must be known; got shape ", shape);
        Integers cuts;
        for (std::int64_t i = 1; i < parts; ++i)
          cuts.push_back(i * (shape[at] / parts) + std::min(i, shape[at] % parts));
        return b.add(graph::make_split_at(at, cuts), inputs.first(1));
      });
}

LayerPtr unstack(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name,
                                {is_tf_function(name) ? "value" : "x", "num", "axis", "name"});
  const auto num = arguments.integers("num");
  const std::int64_t axis = arguments.integer("axis", 0);
  return make_recorded(
      "Unstack", kCoreOps,
      keras_form(
          {{"num", num ? Config::Value(num->front()) : Config::Value(nullptr)}, {"axis", axis}}),
      layer_name, [num, axis](Builder& b, std::span<const ValueId> inputs) {
        const Shape& shape = b.shape(inputs[0]);
        const int at = graph::checked_axis("unstack", axis, shape.rank());
        const std::int64_t count = num ? num->front() : shape[at];
        if (count < 1 || count > INT32_MAX) {
          fail(ErrorCode::invalid_argument, "[unstack] num must be known and positive; got shape ",
               shape);
        }
        return b.add(graph::make_unstack(at, static_cast<int>(count)), inputs.first(1));
      });
}

}  // namespace

std::span<const OperationRow> joining_operations() {
  static constexpr std::array kRows = {
      OperationRow{"convert_to_tensor", convert},
      OperationRow{"Concatenate", join<false>},
      OperationRow{"concat", join<false>},
      OperationRow{"Stack", join<true>},
      OperationRow{"stack", join<true>},
      OperationRow{"Hstack", stack_along<1>},
      OperationRow{"Vstack", stack_along<0>},
      OperationRow{"Dstack", stack_along<2>},
      OperationRow{"Append", append},
      OperationRow{"ArraySplit", array_split},
      OperationRow{"Split", split},
      OperationRow{"split", split},
      OperationRow{"Unstack", unstack},
      OperationRow{"unstack", unstack},
  };
  return kRows;
}

}  // namespace halfpixel::keras
