// Operations along one axis that go by its order: extremes' positions, running sums and products,
// sort, top_k.
#include <array>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/scan.hpp"
#include "graph/ops/sort.hpp"
#include "graph/ops/take_along.hpp"
#include "operations/operands.hpp"
#include "operations/reductions.hpp"

namespace halfpixel::keras {
namespace {

using graph::Extreme;

template <Extreme kExtreme>
LayerPtr arg_extreme(std::string_view name, const OperationCall& call,
                     const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const CallArguments arguments(name, call, layer_name,
                                {tf ? "input" : "x", "axis", "output_type", "name"});
  const OneAxis along(arguments, tf ? std::optional<std::int64_t>(0) : std::nullopt);
  const bool keepdims = arguments.boolean("keepdims", false);
  const DType result = tf ? to_dtype(arguments.text("output_type", "int64")) : DType::int32;
  if (result != DType::int32 && result != DType::int64)
    arguments.refuse("output_type", "int32 or int64");
  return make_recorded(kExtreme == Extreme::greatest ? "Argmax" : "Argmin", kNumpyOps,
                       keras_form({{"axis", along.value()}, {"keepdims", keepdims}}), layer_name,
                       on_first([along, keepdims, result, tf](Builder& b, ValueId x) {
                         x = along.flat(b, x);
                         // Keras makes -0 a little less than 0 before it asks TensorFlow.
                         return b.add1(graph::make_arg_extreme({kExtreme, along.of(b, x, "argmax"),
                                                                keepdims, result, !tf}),
                                       {x});
                       }));
}

template <bool kProduct>
LayerPtr cumulative(std::string_view name, const OperationCall& call,
                    const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const CallArguments arguments(name, call, layer_name,
                                {"x", "axis", "exclusive", "reverse", "name"});
  std::optional<DType> dtype;
  if (arguments.has("dtype")) dtype = to_dtype(arguments.text("dtype", ""));
  const OneAxis along(arguments, tf ? std::optional<std::int64_t>(0) : std::nullopt);
  const bool exclusive = arguments.boolean("exclusive", false),
             reverse = arguments.boolean("reverse", false);
  const Emit emit = on_first([along, exclusive, reverse, dtype, tf](Builder& b, ValueId x) {
    x = along.flat(b, x);
    if (dtype) x = cast_to(b, x, is_floating(*dtype) ? DType::float32 : *dtype);
    if (!tf && b.spec(x).dtype == DType::boolean) x = cast_to(b, x, DType::int32);
    const graph::CumsumAttributes attributes{along.of(b, x, kProduct ? "cumprod" : "cumsum"),
                                             exclusive, reverse};
    return b.add1(kProduct ? graph::make_cumprod(attributes) : graph::make_cumsum(attributes), {x});
  });
  if (exclusive || reverse) return make_unsaveable(name, layer_name, emit);
  return make_recorded(kProduct ? "Cumprod" : "Cumsum", kNumpyOps,
                       keras_form({{"axis", along.value()},
                                   {"dtype", dtype ? Config::Value(std::string(name_of(*dtype)))
                                                   : Config::Value(nullptr)}}),
                       layer_name, emit, dtype && is_floating(*dtype) ? dtype : std::nullopt);
}

// kPositions: argsort.
template <bool kPositions>
LayerPtr sort(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const auto arguments =
      tf ? CallArguments(name, call, layer_name, {"values", "axis", "direction", "stable", "name"})
         : CallArguments(name, call, layer_name, {"x", "axis"});
  const std::string direction = arguments.text("direction", "ASCENDING");
  if (direction != "ASCENDING" && direction != "DESCENDING")
    arguments.refuse("direction", "ASCENDING or DESCENDING");
  const bool descending = direction == "DESCENDING";
  const bool said = call.config.find("axis") != nullptr && !tf;  // as None, perhaps
  const OneAxis along(arguments, said ? std::nullopt : std::optional<std::int64_t>(-1));
  const Emit emit = on_first([along, descending](Builder& b, ValueId x) {
    x = along.flat(b, x);
    const auto sorted =
        b.add(graph::make_sort({.axis = along.of(b, x, "sort"), .descending = descending}), {{x}});
    return sorted[kPositions ? 1 : 0];
  });
  if (descending) return make_unsaveable(name, layer_name, emit);
  return make_recorded(kPositions ? "Argsort" : "Sort", kNumpyOps,
                       keras_form({{"axis", along.value()}}), layer_name, emit);
}

LayerPtr top_k(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const CallArguments arguments(name, call, layer_name,
                                {tf ? "input" : "x", "k", "sorted", "index_type", "name"});
  const std::int64_t k = arguments.integer("k", 1);
  if (k < 0) arguments.refuse("k", "0 or more");
  if (!arguments.boolean("sorted", true) && k > 1) {
    arguments.refuse("sorted",
                     "true: what order the others come in is nowhere said; sort them, or "
                     "use what does not depend on their order");
  }
  if (arguments.text("index_type", "int32") != "int32") arguments.refuse("index_type", "int32");
  return make_recorded("TopK", kMathOps, keras_form({{"k", k}, {"sorted", true}}), layer_name,
                       [k](Builder& b, std::span<const ValueId> inputs) {
                         return b.add(graph::make_sort({.descending = true, .most = k}),
                                      inputs.first(1));
                       });
}

LayerPtr take_along_axis(std::string_view name, const OperationCall& call,
                         const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x", "indices", "axis"});
  const Operand x = Operand::of(arguments, "x"), indices = Operand::of(arguments, "indices");
  const OneAxis along(arguments, std::nullopt);
  OperationCall form;
  form.config.set("axis", along.value());
  form.args = {x.argument(), indices.argument()};
  return make_recorded(
      "TakeAlongAxis", kNumpyOps, std::move(form), layer_name,
      [=](Builder& b, std::span<const ValueId> inputs) {
        const ValueId from = along.flat(b, value_of(b, x, inputs));
        const ValueId at = cast_to(b, value_of(b, indices, inputs), DType::int64);
        return std::vector<ValueId>{
            b.add1(graph::make_take_along(along.of(b, from, "take_along_axis")), {from, at})};
      });
}

}  // namespace

std::span<const OperationRow> ordering_operations() {
  static constexpr std::array kRows = {
      OperationRow{"Argmax", arg_extreme<Extreme::greatest>},
      OperationRow{"math.argmax", arg_extreme<Extreme::greatest>},
      OperationRow{"argmax", arg_extreme<Extreme::greatest>},
      OperationRow{"Argmin", arg_extreme<Extreme::least>},
      OperationRow{"math.argmin", arg_extreme<Extreme::least>},
      OperationRow{"argmin", arg_extreme<Extreme::least>},
      OperationRow{"Cumsum", cumulative<false>},
      OperationRow{"math.cumsum", cumulative<false>},
      OperationRow{"cumsum", cumulative<false>},
      OperationRow{"Cumprod", cumulative<true>},
      OperationRow{"math.cumprod", cumulative<true>},
      OperationRow{"Sort", sort<false>},
      OperationRow{"sort", sort<false>},
      OperationRow{"Argsort", sort<true>},
      OperationRow{"argsort", sort<true>},
      OperationRow{"TopK", top_k},
      OperationRow{"math.top_k", top_k},
      OperationRow{"TakeAlongAxis", take_along_axis},
  };
  return kRows;
}

}  // namespace halfpixel::keras
