// Operations that reduce axes, and those that are written with them: norms, normalize, moments,
// logsumexp.
#include <algorithm>
#include <array>
#include <limits>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/unary.hpp"
#include "operations/reductions.hpp"

namespace halfpixel::keras {

Config::Value axes_value(const Axes& axes) {
  if (!axes) return nullptr;
  return axes->size() == 1 ? Config::Value(axes->front()) : Config::list_of(*axes);
}

ValueId reduced(Builder& b, ValueId x, graph::Reduction reduction, const Axes& axes,
                bool keepdims) {
  if (axes && axes->empty()) return x;  // no axis is reduced
  std::vector<int> list;
  if (axes) {
    for (const std::int64_t axis : *axes) {
      list.push_back(graph::checked_axis(name_of(reduction), axis, b.shape(x).rank()));
    }
  }
  return b.add1(graph::make_reduce(reduction, std::move(list), keepdims), {x});
}

OneAxis::OneAxis(const CallArguments& arguments, std::optional<std::int64_t> unset) : axis(unset) {
  if (arguments.has("axis")) axis = arguments.integer("axis");
}

Config::Value OneAxis::value() const {
  return axis ? Config::Value(*axis) : Config::Value(nullptr);
}

ValueId OneAxis::flat(Builder& b, ValueId x) const {
  return axis ? x : b.add1(graph::make_reshape({graph::Extent::rest()}), {x});
}

int OneAxis::of(Builder& b, ValueId x, std::string_view who) const {
  return graph::checked_axis(who, axis.value_or(0), b.shape(x).rank());
}

// What Keras computes with: means of integers are floating, sums of small integers are int32.
DType keras_dtype(graph::Reduction reduction, DType dtype) {
  switch (reduction) {
    case graph::Reduction::any:
    case graph::Reduction::all:
      return DType::boolean;
    case graph::Reduction::mean:
    case graph::Reduction::var:
    case graph::Reduction::std:
      return is_floating(dtype) ? dtype : DType::float32;
    case graph::Reduction::sum:
    case graph::Reduction::prod:
      if (dtype == DType::boolean || dtype == DType::int8 || dtype == DType::int16)
        return DType::int32;
      if (dtype == DType::uint8 || dtype == DType::uint16) return DType::uint32;
      return dtype;
    default:
      return dtype;
  }
}

namespace {

using graph::BinaryFunction;
using graph::Function;
using graph::Reduction;
using Integers = std::vector<std::int64_t>;

std::string_view keras_class(Reduction reduction) {
  constexpr std::string_view kNames[] = {"Sum", "Mean", "Prod", "Max", "Min",
                                         "Var", "Std",  "Any",  "All"};
  return kNames[static_cast<int>(reduction)];
}

template <Reduction kReduction>
LayerPtr reduction(std::string_view name, const OperationCall& call,
                   const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const CallArguments arguments(name, call, layer_name,
                                {tf ? "input_tensor" : "x", "axis", "keepdims", "name"});
  for (const char* key : {"initial", "weights"}) {
    if (arguments.has(key)) arguments.refuse(key, "None");
  }
  const auto axes = arguments.integers("axis");
  const bool keepdims = arguments.boolean("keepdims", arguments.boolean("keep_dims", false));
  return make_recorded(keras_class(kReduction), kNumpyOps,
                       keras_form({{"axis", axes_value(axes)}, {"keepdims", keepdims}}), layer_name,
                       on_first([axes, keepdims, tf](Builder& b, ValueId x) {
                         if (!tf) x = cast_to(b, x, keras_dtype(kReduction, b.spec(x).dtype));
                         if (b.spec(x).dtype == DType::boolean && kReduction == Reduction::max)
                           return reduced(b, x, Reduction::any, axes, keepdims);
                         if (b.spec(x).dtype == DType::boolean && kReduction == Reduction::min)
                           return reduced(b, x, Reduction::all, axes, keepdims);
                         return reduced(b, x, kReduction, axes, keepdims);
                       }));
}

// log(Σ exp(x)), with the greatest x taken out first; an infinite one cannot be.
LayerPtr logsumexp(std::string_view name, const OperationCall& call,
                   const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const CallArguments arguments(name, call, layer_name,
                                {tf ? "input_tensor" : "x", "axis", "keepdims", "name"});
  const auto axes = arguments.integers("axis");
  const bool keepdims = arguments.boolean("keepdims", false);
  return make_recorded(
      "Logsumexp", kMathOps, keras_form({{"axis", axes_value(axes)}, {"keepdims", keepdims}}),
      layer_name, on_first([axes, keepdims](Builder& b, ValueId x) {
        constexpr float kMost = std::numeric_limits<float>::max();
        ValueId most = reduced(b, x, Reduction::max, axes, true);
        if (b.spec(most).dtype == DType::float32)
          most =
              b.add1(graph::make_unary({Function::clip, {.low = -kMost, .high = kMost}}), {most});
        const ValueId rest = b.add1(graph::make_binary(BinaryFunction::subtract), {x, most});
        const ValueId sum = reduced(b, b.add1(graph::make_unary(Function::exp), {rest}),
                                    Reduction::sum, axes, true);
        const ValueId log = b.add1(graph::make_unary(Function::log), {sum});
        const ValueId result = b.add1(graph::make_binary(BinaryFunction::add), {log, most});
        // Extents of 1 are dropped by a sum over them.
        return keepdims ? result : reduced(b, result, Reduction::sum, axes, false);
      }));
}

LayerPtr norm(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const CallArguments arguments(name, call, layer_name,
                                {tf ? "tensor" : "x", "ord", "axis", "keepdims", "name"});
  const auto axes = arguments.integers("axis");
  const bool keepdims = arguments.boolean("keepdims", false);
  const Config::Value* const ord = arguments.value("ord");
  const auto* const text = ord != nullptr ? ord->get_if<std::string>() : nullptr;
  const double order = text != nullptr ? 2.0 : arguments.number("ord", 2.0);
  const bool matrix = axes && axes->size() == 2 && ord != nullptr && text == nullptr;
  if ((text != nullptr && *text != "euclidean" && *text != "fro") ||
      (order != 1.0 && order != 2.0) || matrix) {
    arguments.refuse("ord", "None, 1 or 2 of vectors");
  }
  return make_recorded(
      "Norm", kLinalgOps,
      keras_form({{"ord", ord != nullptr && text == nullptr ? Config::Value(order)
                                                            : Config::Value(nullptr)},
                  {"axis", axes_value(axes)},
                  {"keepdims", keepdims}}),
      layer_name, on_first([axes, keepdims, order](Builder& b, ValueId x) {
        x = as_float32(b, x);
        if (order == 1.0) {
          return reduced(b, b.add1(graph::make_unary(Function::abs), {x}), Reduction::sum, axes,
                         keepdims);
        }
        const ValueId squares = b.add1(graph::make_unary(Function::square), {x});
        return b.add1(graph::make_unary(Function::sqrt),
                      {reduced(b, squares, Reduction::sum, axes, keepdims)});
      }));
}

// keras.ops.normalize (order 2) and tf.math.l2_normalize: x / √max(Σx², ε).
LayerPtr normalize(std::string_view name, const OperationCall& call,
                   const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const CallArguments arguments(name, call, layer_name, {"x", "axis", "epsilon", "name"});
  const auto axes = arguments.integers("axis");
  const double epsilon = arguments.number("epsilon", tf ? 1e-12 : 1e-7);
  if (arguments.number("order", 2.0) != 2.0) arguments.refuse("order", "2");
  const Emit emit = on_first([axes, epsilon, tf](Builder& b, ValueId x) {
    const std::optional<Integers> along = axes || tf ? axes : std::optional(Integers{-1});
    const ValueId sum =
        reduced(b, b.add1(graph::make_unary(Function::square), {x}), Reduction::sum, along, true);
    // Keras compares the norm with epsilon, TensorFlow its square.
    const float least = static_cast<float>(tf ? epsilon : epsilon * epsilon);
    const ValueId bounded =
        b.add1(graph::make_binary(BinaryFunction::maximum), {sum, b.scalar(least)});
    const ValueId factor = b.add1(graph::make_unary(Function::rsqrt), {bounded});
    return b.add1(graph::make_binary(BinaryFunction::multiply), {x, factor});
  });
  if (tf && (!axes || axes->size() != 1)) return make_unsaveable(name, layer_name, emit);
  return make_recorded("Normalize", kNnOps,
                       keras_form({{"axis", axes ? axes_value(axes) : Config::Value(-1)},
                                   {"order", 2},
                                   {"epsilon", epsilon}}),
                       layer_name, emit);
}

LayerPtr moments(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x", "axes", "shift", "keepdims", "name"});
  const auto axes = arguments.integers("axes");
  const bool keepdims = arguments.boolean("keepdims", false);
  return make_recorded("Moments", kNnOps,
                       keras_form({{"axes", axes ? Config::list_of(*axes) : Config::Value(nullptr)},
                                   {"keepdims", keepdims},
                                   {"synchronized", false}}),
                       layer_name, [axes, keepdims](Builder& b, std::span<const ValueId> inputs) {
                         return std::vector<ValueId>{
                             reduced(b, inputs[0], Reduction::mean, axes, keepdims),
                             reduced(b, inputs[0], Reduction::var, axes, keepdims)};
                       });
}

}  // namespace

std::span<const OperationRow> reduction_operations() {
  static constexpr std::array kRows = {
      OperationRow{"Mean", reduction<Reduction::mean>},
      OperationRow{"Average", reduction<Reduction::mean>},
      OperationRow{"math.reduce_mean", reduction<Reduction::mean>},
      OperationRow{"Sum", reduction<Reduction::sum>},
      OperationRow{"math.reduce_sum", reduction<Reduction::sum>},
      OperationRow{"Max", reduction<Reduction::max>},
      OperationRow{"Amax", reduction<Reduction::max>},
      OperationRow{"math.reduce_max", reduction<Reduction::max>},
      OperationRow{"Min", reduction<Reduction::min>},
      OperationRow{"Amin", reduction<Reduction::min>},
      OperationRow{"math.reduce_min", reduction<Reduction::min>},
      OperationRow{"Prod", reduction<Reduction::prod>},
      OperationRow{"math.reduce_prod", reduction<Reduction::prod>},
      OperationRow{"Var", reduction<Reduction::var>},
      OperationRow{"math.reduce_variance", reduction<Reduction::var>},
      OperationRow{"Std", reduction<Reduction::std>},
      OperationRow{"math.reduce_std", reduction<Reduction::std>},
      OperationRow{"Any", reduction<Reduction::any>},
      OperationRow{"math.reduce_any", reduction<Reduction::any>},
      OperationRow{"All", reduction<Reduction::all>},
      OperationRow{"math.reduce_all", reduction<Reduction::all>},
      OperationRow{"Logsumexp", logsumexp},
      OperationRow{"math.reduce_logsumexp", logsumexp},
      OperationRow{"Norm", norm},
      OperationRow{"norm", norm},
      OperationRow{"linalg.norm", norm},
      OperationRow{"Normalize", normalize},
      OperationRow{"math.l2_normalize", normalize},
      OperationRow{"Moments", moments},
      OperationRow{"nn.moments", moments},
  };
  return kRows;
}

}  // namespace halfpixel::keras
