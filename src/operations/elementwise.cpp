// Functions of one tensor, element by element, as operations of functional models. Those of two are
// in operations_elementwise_binary.cpp.
#include "operations/operation_rows.hpp"

#include <array>

#include "graph/ops/cast.hpp"
#include "graph/ops/softmax.hpp"
#include "graph/ops/split.hpp"
#include "graph/ops/unary.hpp"
#include "operations/operands.hpp"

namespace halfpixel::keras {
namespace {

using graph::Function;
using graph::Unary;
using graph::UnaryParameters;

constexpr std::string_view kActivations = "keras.src.activations.activations";

struct UnaryRow {
  std::string_view name;        // as in files
  std::string_view class_name;  // Keras 3's
  std::string_view module;
  Unary unary;
};

// Functions without parameters.
constexpr std::array kUnaries = {
    UnaryRow{"Negative", "Negative", kNumpyOps, {Function::neg}},
    UnaryRow{"Absolute", "Absolute", kNumpyOps, {Function::abs}},
    UnaryRow{"Abs", "Absolute", kNumpyOps, {Function::abs}},
    UnaryRow{"Exp", "Exp", kNumpyOps, {Function::exp}},
    UnaryRow{"Expm1", "Expm1", kNumpyOps, {Function::expm1}},
    UnaryRow{"Log", "Log", kNumpyOps, {Function::log}},
    UnaryRow{"Log1p", "Log1p", kNumpyOps, {Function::log1p}},
    UnaryRow{"Sqrt", "Sqrt", kNumpyOps, {Function::sqrt}},
    UnaryRow{"Square", "Square", kNumpyOps, {Function::square}},
    UnaryRow{"Sin", "Sin", kNumpyOps, {Function::sin}},
    UnaryRow{"Cos", "Cos", kNumpyOps, {Function::cos}},
    UnaryRow{"Tanh", "Tanh", kNumpyOps, {Function::tanh}},
    UnaryRow{"Sinc", "Sinc", kNumpyOps, {Function::sinc}},
    UnaryRow{"Deg2rad", "Deg2rad", kNumpyOps, {Function::deg2rad}},
    UnaryRow{"Rad2deg", "Rad2deg", kNumpyOps, {Function::rad2deg}},
    UnaryRow{"Floor", "Floor", kNumpyOps, {Function::floor}},
    UnaryRow{"Ceil", "Ceil", kNumpyOps, {Function::ceil}},
    UnaryRow{"Sign", "Sign", kNumpyOps, {Function::sign}},
    UnaryRow{"Reciprocal", "Reciprocal", kNumpyOps, {Function::reciprocal}},
    UnaryRow{"Exp2", "Exp2", kNumpyOps, {Function::exp2}},
    UnaryRow{"Log2", "Log2", kNumpyOps, {Function::log2}},
    UnaryRow{"Log10", "Log10", kNumpyOps, {Function::log10}},
    UnaryRow{"Cbrt", "Cbrt", kNumpyOps, {Function::cbrt}},
    UnaryRow{"Tan", "Tan", kNumpyOps, {Function::tan}},
    UnaryRow{"Arcsin", "Arcsin", kNumpyOps, {Function::asin}},
    UnaryRow{"Arccos", "Arccos", kNumpyOps, {Function::acos}},
    UnaryRow{"Arctan", "Arctan", kNumpyOps, {Function::atan}},
    UnaryRow{"Sinh", "Sinh", kNumpyOps, {Function::sinh}},
    UnaryRow{"Cosh", "Cosh", kNumpyOps, {Function::cosh}},
    UnaryRow{"Arcsinh", "Arcsinh", kNumpyOps, {Function::asinh}},
    UnaryRow{"Arccosh", "Arccosh", kNumpyOps, {Function::acosh}},
    UnaryRow{"Arctanh", "Arctanh", kNumpyOps, {Function::atanh}},
    UnaryRow{"Trunc", "Trunc", kNumpyOps, {Function::trunc}},
    UnaryRow{"Rsqrt", "Rsqrt", kMathOps, {Function::rsqrt}},
    UnaryRow{"Erf", "Erf", kMathOps, {Function::erf}},
    UnaryRow{"Relu", "Relu", kNnOps, graph::kRelu},
    UnaryRow{"Relu6", "Relu6", kNnOps, {Function::relu, {.high = 6.0F}}},
    UnaryRow{"Sigmoid", "Sigmoid", kNnOps, {Function::sigmoid}},
    UnaryRow{"SparseSigmoid", "SparseSigmoid", kNnOps, {Function::sparse_sigmoid}},
    UnaryRow{"HardSigmoid", "HardSigmoid", kNnOps, {Function::hard_sigmoid}},
    UnaryRow{"LogSigmoid", "LogSigmoid", kNnOps, {Function::log_sigmoid}},
    UnaryRow{"Silu", "Silu", kNnOps, {Function::silu}},
    UnaryRow{"HardSilu", "HardSilu", kNnOps, {Function::hard_silu}},
    UnaryRow{"Softplus", "Softplus", kNnOps, {Function::softplus}},
    UnaryRow{"Softsign", "Softsign", kNnOps, {Function::softsign}},
    UnaryRow{"SparsePlus", "SparsePlus", kNnOps, {Function::sparse_plus}},
    UnaryRow{"Selu", "Selu", kNnOps, {Function::selu}},
    UnaryRow{"HardTanh", "HardTanh", kNnOps, {Function::hard_tanh}},
    UnaryRow{"TanhShrink", "TanhShrink", kNnOps, {Function::tanh_shrink}},
    UnaryRow{"Mish", "Mish", kActivations, {Function::mish}},
    // tf_keras
    UnaryRow{"math.negative", "Negative", kNumpyOps, {Function::neg}},
    UnaryRow{"negative", "Negative", kNumpyOps, {Function::neg}},
    UnaryRow{"math.abs", "Absolute", kNumpyOps, {Function::abs}},
    UnaryRow{"abs", "Absolute", kNumpyOps, {Function::abs}},
    UnaryRow{"math.exp", "Exp", kNumpyOps, {Function::exp}},
    UnaryRow{"exp", "Exp", kNumpyOps, {Function::exp}},
    UnaryRow{"math.expm1", "Expm1", kNumpyOps, {Function::expm1}},
    UnaryRow{"math.log", "Log", kNumpyOps, {Function::log}},
    UnaryRow{"math.log1p", "Log1p", kNumpyOps, {Function::log1p}},
    UnaryRow{"math.sqrt", "Sqrt", kNumpyOps, {Function::sqrt}},
    UnaryRow{"sqrt", "Sqrt", kNumpyOps, {Function::sqrt}},
    UnaryRow{"math.rsqrt", "Rsqrt", kMathOps, {Function::rsqrt}},
    UnaryRow{"math.square", "Square", kNumpyOps, {Function::square}},
    UnaryRow{"square", "Square", kNumpyOps, {Function::square}},
    UnaryRow{"math.sin", "Sin", kNumpyOps, {Function::sin}},
    UnaryRow{"math.cos", "Cos", kNumpyOps, {Function::cos}},
    UnaryRow{"math.tanh", "Tanh", kNumpyOps, {Function::tanh}},
    UnaryRow{"nn.tanh", "Tanh", kNumpyOps, {Function::tanh}},
    UnaryRow{"tanh", "Tanh", kNumpyOps, {Function::tanh}},
    UnaryRow{"math.floor", "Floor", kNumpyOps, {Function::floor}},
    UnaryRow{"math.ceil", "Ceil", kNumpyOps, {Function::ceil}},
    UnaryRow{"math.sign", "Sign", kNumpyOps, {Function::sign}},
    UnaryRow{"math.tan", "Tan", kNumpyOps, {Function::tan}},
    UnaryRow{"math.asin", "Arcsin", kNumpyOps, {Function::asin}},
    UnaryRow{"math.acos", "Arccos", kNumpyOps, {Function::acos}},
    UnaryRow{"math.atan", "Arctan", kNumpyOps, {Function::atan}},
    UnaryRow{"math.sinh", "Sinh", kNumpyOps, {Function::sinh}},
    UnaryRow{"math.cosh", "Cosh", kNumpyOps, {Function::cosh}},
    UnaryRow{"math.asinh", "Arcsinh", kNumpyOps, {Function::asinh}},
    UnaryRow{"math.acosh", "Arccosh", kNumpyOps, {Function::acosh}},
    UnaryRow{"math.atanh", "Arctanh", kNumpyOps, {Function::atanh}},
    UnaryRow{"math.reciprocal", "Reciprocal", kNumpyOps, {Function::reciprocal}},
    UnaryRow{"math.erf", "Erf", kMathOps, {Function::erf}},
    UnaryRow{"math.sigmoid", "Sigmoid", kNnOps, {Function::sigmoid}},
    UnaryRow{"nn.sigmoid", "Sigmoid", kNnOps, {Function::sigmoid}},
    UnaryRow{"sigmoid", "Sigmoid", kNnOps, {Function::sigmoid}},
    UnaryRow{"math.log_sigmoid", "LogSigmoid", kNnOps, {Function::log_sigmoid}},
    UnaryRow{"nn.relu", "Relu", kNnOps, graph::kRelu},
    UnaryRow{"nn.relu6", "Relu6", kNnOps, {Function::relu, {.high = 6.0F}}},
    UnaryRow{"nn.selu", "Selu", kNnOps, {Function::selu}},
    UnaryRow{"nn.silu", "Silu", kNnOps, {Function::silu}},
    UnaryRow{"nn.swish", "Silu", kNnOps, {Function::silu}},
    UnaryRow{"math.softplus", "Softplus", kNnOps, {Function::softplus}},
    UnaryRow{"nn.softplus", "Softplus", kNnOps, {Function::softplus}},
    UnaryRow{"nn.softsign", "Softsign", kNnOps, {Function::softsign}},
    UnaryRow{"math.softsign", "Softsign", kNnOps, {Function::softsign}},
};

// Integers become floating where the function has no integer results, or Keras makes them so; of
// bools, squares are numbers.
Emit emit_unary(const Unary& unary) {
  const bool floating = unary.function == Function::floor || unary.function == Function::ceil;
  return on_first([unary, floating](Builder& b, ValueId x) {
    if (b.spec(x).dtype == DType::boolean) {
      if (unary.function == Function::abs || unary.function == Function::trunc) return x;
      if (unary.function == Function::square || unary.function == Function::clip)
        x = cast_to(b, x, DType::int32);
    }
    if (floating || !graph::takes(unary, b.spec(x).dtype)) x = as_float32(b, x);
    return b.add1(graph::make_unary(unary), {x});
  });
}

// The first parameter is "x", in TensorFlow "x" or "features"; position 0 either way.
CallArguments arguments_of(std::string_view name, const OperationCall& call,
                           const std::string& layer_name, std::string_view second,
                           std::string_view third = {}, std::string_view fourth = {}) {
  return CallArguments(name, call, layer_name, {"x", second, third, fourth});
}

LayerPtr unary(std::string_view name, const OperationCall&, const std::string& layer_name) {
  for (const UnaryRow& row : kUnaries) {
    if (row.name == name) {
      return make_recorded(row.class_name, row.module, keras_form({}), layer_name,
                           emit_unary(row.unary));
    }
  }
  return nullptr;
}

// One number: leaky_relu's slope, elu's alpha …
struct OneNumber {
  std::string_view name, class_name, key;
  Function function;
  float UnaryParameters::* field;
  double otherwise;
};
constexpr std::array kOneNumbers = {
    OneNumber{"LeakyRelu", "LeakyRelu", "negative_slope", Function::relu, &UnaryParameters::alpha,
              0.2},
    OneNumber{"nn.leaky_relu", "LeakyRelu", "alpha", Function::relu, &UnaryParameters::alpha, 0.2},
    OneNumber{"Elu", "Elu", "alpha", Function::elu, &UnaryParameters::alpha, 1.0},
    OneNumber{"nn.elu", "Elu", "alpha", Function::elu, &UnaryParameters::alpha, 1.0},
    OneNumber{"Celu", "Celu", "alpha", Function::celu, &UnaryParameters::alpha, 1.0},
    OneNumber{"SoftShrink", "SoftShrink", "threshold", Function::soft_shrink,
              &UnaryParameters::threshold, 0.5},
    OneNumber{"HardShrink", "HardShrink", "threshold", Function::hard_shrink,
              &UnaryParameters::threshold, 0.5},
    OneNumber{"Squareplus", "Squareplus", "b", Function::squareplus, &UnaryParameters::alpha, 4.0},
};

LayerPtr one_number(std::string_view name, const OperationCall& call,
                    const std::string& layer_name) {
  for (const OneNumber& row : kOneNumbers) {
    if (row.name != name) continue;
    const CallArguments arguments = arguments_of(name, call, layer_name, row.key);
    const double number = arguments.number(row.key, row.otherwise);
    const bool is_relu = row.function == Function::relu;
    Unary unary = row.function;
    unary.*row.field = static_cast<float>(number);
    const std::string_view written = is_relu ? "negative_slope" : row.key;
    return make_recorded(row.class_name, kNnOps, keras_form({{written, number}}), layer_name,
                         emit_unary(unary));
  }
  return nullptr;
}

LayerPtr gelu(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments = arguments_of(name, call, layer_name, "approximate");
  const bool approximate = arguments.boolean("approximate", !is_tf_function(name));
  const Unary unary{approximate ? Function::gelu_tanh : Function::gelu};
  return make_recorded("Gelu", kNnOps, keras_form({{"approximate", approximate}}), layer_name,
                       emit_unary(unary));
}

LayerPtr relu_with_options(std::string_view name, const OperationCall& call,
                           const std::string& layer_name) {
  const CallArguments arguments =
      arguments_of(name, call, layer_name, "negative_slope", "max_value", "threshold");
  const double slope = arguments.number("negative_slope", 0.0),
               threshold = arguments.number("threshold", 0.0);
  const bool limited = arguments.has("max_value");
  const double limit = arguments.number("max_value", 0.0);
  const Unary unary{Function::relu,
                    {.alpha = static_cast<float>(slope),
                     .threshold = static_cast<float>(threshold),
                     .high = limited ? static_cast<float>(limit) : graph::kNoLimit}};
  return make_recorded("ReLU", kActivations,
                       keras_form({{"negative_slope", slope},
                                   {"max_value", limited ? Config::Value(limit) : Config::Value()},
                                   {"threshold", threshold}}),
                       layer_name, emit_unary(unary));
}

LayerPtr threshold(std::string_view name, const OperationCall& call,
                   const std::string& layer_name) {
  const CallArguments arguments =
      arguments_of(name, call, layer_name, "threshold", "default_value");
  if (!arguments.has("threshold")) arguments.refuse("threshold", "a number");
  const double limit = arguments.number("threshold", 0.0),
               otherwise = arguments.number("default_value", 0.0);
  const Unary unary{
      Function::threshold,
      {.threshold = static_cast<float>(limit), .otherwise = static_cast<float>(otherwise)}};
  return make_recorded("Threshold", kNnOps,
                       keras_form({{"threshold", limit}, {"default_value", otherwise}}), layer_name,
                       emit_unary(unary));
}

LayerPtr clip(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const std::string_view low = tf ? "clip_value_min" : "x_min",
                         high = tf ? "clip_value_max" : "x_max";
  const CallArguments arguments = arguments_of(name, call, layer_name, low, high);
  if (!arguments.has(low)) arguments.refuse(low, "a number");
  if (!arguments.has(high)) arguments.refuse(high, "a number");
  const double x_min = arguments.number(low, 0.0), x_max = arguments.number(high, 0.0);
  const Unary unary{Function::clip,
                    {.low = static_cast<float>(x_min), .high = static_cast<float>(x_max)}};
  return make_recorded("Clip", kNumpyOps, keras_form({{"x_min", x_min}, {"x_max", x_max}}),
                       layer_name, emit_unary(unary));
}

LayerPtr round(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments = arguments_of(name, call, layer_name, "decimals");
  if (!is_tf_function(name) && arguments.integer("decimals", 0) != 0)
    arguments.refuse("decimals", "0");
  return make_recorded("Round", kNumpyOps, keras_form({{"decimals", 0}}), layer_name,
                       emit_unary({Function::round}));
}

LayerPtr logical_not(std::string_view, const OperationCall&, const std::string& layer_name) {
  return make_recorded("LogicalNot", kNumpyOps, keras_form({}), layer_name,
                       on_first([](Builder& b, ValueId x) {
                         if (b.spec(x).dtype != DType::boolean)
                           x = b.add1(graph::make_cast(DType::boolean), {x});
                         return b.add1(graph::make_unary(Function::logical_not), {x});
                       }));
}

LayerPtr softmax(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const CallArguments arguments = arguments_of(name, call, layer_name, "axis");
  // null in Keras 3: over everything.
  const bool all = !tf && call.config.find("axis") != nullptr && !arguments.has("axis");
  const auto axis = static_cast<int>(arguments.integer("axis", -1));
  using Kind = graph::SoftmaxKind;
  const bool log = name == "LogSoftmax" || name == "nn.log_softmax";
  const Kind kind = log ? Kind::log_softmax : name == "Sparsemax" ? Kind::sparsemax : Kind::softmax;
  const std::string_view class_name = log ? "LogSoftmax" : name == "Sparsemax" ? name : "Softmax";
  return make_recorded(
      class_name, kNnOps, keras_form({{"axis", all ? Config::Value() : Config::Value(axis)}}),
      layer_name, on_first([=](Builder& b, ValueId x) {
        std::vector<int> axes = {axis};
        if (all) {
          axes.clear();
          for (int i = 0; i < b.shape(x).rank(); ++i) axes.push_back(i);
        }
        return b.add1(graph::make_softmax(std::move(axes), kind), {as_float32(b, x)});
      }));
}

LayerPtr glu(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const auto axis =
      static_cast<int>(arguments_of(name, call, layer_name, "axis").integer("axis", -1));
  return make_recorded(
      "Glu", kNnOps, keras_form({{"axis", axis}}), layer_name,
      on_first([axis](Builder& b, ValueId x) {
        const auto halves = b.add(graph::make_split(axis, 2), std::span(&x, 1));
        const ValueId gate = b.add1(graph::make_unary(Function::sigmoid), {halves[1]});
        return b.add1(graph::make_binary(graph::BinaryFunction::multiply), {halves[0], gate});
      }));
}

// A cast to a 16-bit dtype rounds to it; arithmetic behind it stays float32, and the result is said
// to have the dtype.
LayerPtr cast(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments = arguments_of(name, call, layer_name, "dtype");
  const std::string text = arguments.text("dtype", "");
  if (text.empty()) arguments.refuse("dtype", "the name of a dtype");
  const DType dtype = to_dtype(text);
  const DType computed = is_floating(dtype) ? DType::float32 : dtype;
  return make_recorded(
      "Cast", kCoreOps, keras_form({{"dtype", text}}), layer_name,
      on_first([computed, dtype](Builder& b, ValueId x) {
        if (size_of(dtype) == 2 && is_floating(dtype)) x = b.add1(graph::make_cast(dtype), {x});
        return b.spec(x).dtype == computed ? x : b.add1(graph::make_cast(computed), {x});
      }),
      dtype);
}

}  // namespace

std::span<const OperationRow> elementwise_operations() {
  static const std::vector<OperationRow> kRows = [] {
    std::vector<OperationRow> rows = {
        {"Gelu", gelu},
        {"nn.gelu", gelu},
        {"ReLU", relu_with_options},
        {"Threshold", threshold},
        {"Clip", clip},
        {"clip_by_value", clip},
        {"Round", round},
        {"math.round", round},
        {"round", round},
        {"LogicalNot", logical_not},
        {"math.logical_not", logical_not},
        {"Softmax", softmax},
        {"nn.softmax", softmax},
        {"LogSoftmax", softmax},
        {"nn.log_softmax", softmax},
        {"Sparsemax", softmax},
        {"Glu", glu},
        {"Cast", cast},
        {"cast", cast},
    };
    for (const UnaryRow& row : kUnaries) rows.push_back({row.name, unary});
    for (const OneNumber& row : kOneNumbers) rows.push_back({row.name, one_number});
    return rows;
  }();
  return kRows;
}

}  // namespace halfpixel::keras
