// x + y, x > 1.5, where(…) as operations of functional models.
#include <array>

#include "graph/ops/reshape.hpp"
#include "graph/ops/select.hpp"
#include "operations/operands.hpp"
#include "operations/operation_rows.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;

struct BinaryRow {
  std::string_view name, class_name;
  BinaryFunction function;
};
constexpr std::array kBinaries = {
    BinaryRow{"Add", "Add", BinaryFunction::add},
    BinaryRow{"Subtract", "Subtract", BinaryFunction::subtract},
    BinaryRow{"Multiply", "Multiply", BinaryFunction::multiply},
    BinaryRow{"Divide", "Divide", BinaryFunction::divide},
    BinaryRow{"TrueDivide", "TrueDivide", BinaryFunction::divide},
    BinaryRow{"Power", "Power", BinaryFunction::power},
    BinaryRow{"Maximum", "Maximum", BinaryFunction::maximum},
    BinaryRow{"Minimum", "Minimum", BinaryFunction::minimum},
    BinaryRow{"FloorDivide", "FloorDivide", BinaryFunction::floor_divide},
    BinaryRow{"Mod", "Mod", BinaryFunction::mod},
    BinaryRow{"Arctan2", "Arctan2", BinaryFunction::atan2},
    BinaryRow{"Hypot", "Hypot", BinaryFunction::hypot},
    BinaryRow{"Logaddexp", "Logaddexp", BinaryFunction::log_add_exp},
    BinaryRow{"Equal", "Equal", BinaryFunction::equal},
    BinaryRow{"NotEqual", "NotEqual", BinaryFunction::not_equal},
    BinaryRow{"Less", "Less", BinaryFunction::less},
    BinaryRow{"LessEqual", "LessEqual", BinaryFunction::less_equal},
    BinaryRow{"Greater", "Greater", BinaryFunction::greater},
    BinaryRow{"GreaterEqual", "GreaterEqual", BinaryFunction::greater_equal},
    BinaryRow{"LogicalAnd", "LogicalAnd", BinaryFunction::logical_and},
    BinaryRow{"LogicalOr", "LogicalOr", BinaryFunction::logical_or},
    BinaryRow{"LogicalXor", "LogicalXor", BinaryFunction::logical_xor},
    // tf_keras
    BinaryRow{"__operators__.add", "Add", BinaryFunction::add},
    BinaryRow{"math.add", "Add", BinaryFunction::add},
    BinaryRow{"add", "Add", BinaryFunction::add},
    BinaryRow{"math.subtract", "Subtract", BinaryFunction::subtract},
    BinaryRow{"subtract", "Subtract", BinaryFunction::subtract},
    BinaryRow{"math.multiply", "Multiply", BinaryFunction::multiply},
    BinaryRow{"multiply", "Multiply", BinaryFunction::multiply},
    BinaryRow{"math.truediv", "TrueDivide", BinaryFunction::divide},
    BinaryRow{"math.divide", "Divide", BinaryFunction::divide},
    BinaryRow{"divide", "Divide", BinaryFunction::divide},
    BinaryRow{"realdiv", "Divide", BinaryFunction::divide},
    BinaryRow{"math.pow", "Power", BinaryFunction::power},
    BinaryRow{"pow", "Power", BinaryFunction::power},
    BinaryRow{"math.maximum", "Maximum", BinaryFunction::maximum},
    BinaryRow{"maximum", "Maximum", BinaryFunction::maximum},
    BinaryRow{"math.minimum", "Minimum", BinaryFunction::minimum},
    BinaryRow{"minimum", "Minimum", BinaryFunction::minimum},
    BinaryRow{"math.floordiv", "FloorDivide", BinaryFunction::floor_divide},
    BinaryRow{"compat.v1.floor_div", "FloorDivide", BinaryFunction::floor_divide},
    BinaryRow{"math.floormod", "Mod", BinaryFunction::mod},
    BinaryRow{"math.mod", "Mod", BinaryFunction::mod},
    BinaryRow{"math.atan2", "Arctan2", BinaryFunction::atan2},
    BinaryRow{"math.equal", "Equal", BinaryFunction::equal},
    BinaryRow{"__operators__.eq", "Equal", BinaryFunction::equal},
    BinaryRow{"math.not_equal", "NotEqual", BinaryFunction::not_equal},
    BinaryRow{"__operators__.ne", "NotEqual", BinaryFunction::not_equal},
    BinaryRow{"math.less", "Less", BinaryFunction::less},
    BinaryRow{"math.less_equal", "LessEqual", BinaryFunction::less_equal},
    BinaryRow{"math.greater", "Greater", BinaryFunction::greater},
    BinaryRow{"math.greater_equal", "GreaterEqual", BinaryFunction::greater_equal},
    BinaryRow{"math.logical_and", "LogicalAnd", BinaryFunction::logical_and},
    BinaryRow{"math.logical_or", "LogicalOr", BinaryFunction::logical_or},
    BinaryRow{"math.logical_xor", "LogicalXor", BinaryFunction::logical_xor},
};

Emit of_two(std::vector<Operand> operands, BinaryFunction function) {
  return on_promoted(std::move(operands), [function](Builder& b, std::span<const ValueId> x) {
    return emit_binary(b, function, x[0], x[1]);
  });
}

LayerPtr binary(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  for (const BinaryRow& row : kBinaries) {
    if (row.name != name) continue;
    const bool tf = is_tf_function(name);
    const auto arguments = tf ? CallArguments(name, call, layer_name, {"x", "y", "name"})
                              : CallArguments(name, call, layer_name, {"x1", "x2"});
    const auto operands = operands_of(arguments, {tf ? "x" : "x1", tf ? "y" : "x2"});
    return make_recorded(row.class_name, kNumpyOps, form_of(operands), layer_name,
                         of_two(operands, row.function));
  }
  return nullptr;
}

LayerPtr squared_difference(std::string_view name, const OperationCall& call,
                            const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x", "y", "name"});
  return make_unsaveable(
      name, layer_name,
      of_two(operands_of(arguments, {"x", "y"}), BinaryFunction::squared_difference));
}

// The bias belongs to the last axis: NHWC, the only format that tf_keras' graphs of this kind use
// here.
LayerPtr bias_add(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"value", "bias", "data_format", "name"});
  const std::string format = arguments.text("data_format", "NHWC");
  if (format.rfind("NC", 0) == 0) arguments.refuse("data_format", "a format with channels last");
  const auto operands = operands_of(arguments, {"value", "bias"});
  return make_recorded("Add", kNumpyOps, form_of(operands), layer_name,
                       of_two(operands, BinaryFunction::add));
}

LayerPtr add_n(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  (void)CallArguments(name, call, layer_name, {"inputs", "name"});
  return make_unsaveable(name, layer_name, [](Builder& b, std::span<const ValueId> inputs) {
    ValueId sum = inputs[0];
    for (const ValueId x : inputs.subspan(1)) sum = emit_binary(b, BinaryFunction::add, sum, x);
    return std::vector{sum};
  });
}

LayerPtr where(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const auto arguments = tf ? CallArguments(name, call, layer_name, {"condition", "x", "y", "name"})
                            : CallArguments(name, call, layer_name, {"condition", "x1", "x2"});
  const auto operands = operands_of(arguments, {"condition", tf ? "x" : "x1", tf ? "y" : "x2"});
  const bool rows = name == "compat.v1.where";  // TensorFlow 1 chose rows by a vector
  return make_recorded(
      rows ? name : "Where", rows ? std::string_view{} : kNumpyOps, form_of(operands), layer_name,
      [operands, rows](Builder& b, std::span<const ValueId> inputs) {
        ValueId condition = cast_to(b, value_of(b, operands[0], inputs), DType::boolean);
        const auto values = promoted(b, std::span(operands).subspan(1), inputs);
        const int rank = b.shape(values[0]).rank();
        if (rows && b.shape(condition).rank() == 1) {
          for (int axis = 1; axis < rank; ++axis)
            condition = b.add1(graph::make_expand_dims(axis, axis), {condition});
        }
        return std::vector<ValueId>{
            b.add1(graph::make_select(), {condition, values[0], values[1]})};
      });
}

}  // namespace

std::span<const OperationRow> binary_operations() {
  static const std::vector<OperationRow> kRows = [] {
    std::vector<OperationRow> rows = {
        {"Where", where},
        {"where", where},
        {"compat.v1.where", where},
        {"nn.bias_add", bias_add},
        {"math.add_n", add_n},
        {"add_n", add_n},
        {"math.squared_difference", squared_difference},
    };
    for (const BinaryRow& row : kBinaries) rows.push_back({row.name, binary});
    return rows;
  }();
  return kRows;
}

}  // namespace halfpixel::keras
