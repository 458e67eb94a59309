// What is asked of single numbers, and what is put in the place of strange ones.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/select.hpp"
#include "graph/ops/slice.hpp"
#include "graph/ops/unary.hpp"
#include "operations/operands.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;
using graph::make_select;

ValueId same_as(Builder& b, ValueId x, float value) {
  return emit_binary(b, BinaryFunction::equal, x, b.scalar(value));
}

enum class Ask { finite, nan, infinite, above, below };
constexpr std::array<std::string_view, 5> kAsked = {"Isfinite", "Isnan", "Isinf", "Isposinf",
                                                    "Isneginf"};

// By comparisons that NaN and infinity answer differently. Integers are finite.
template <Ask kAsk>
LayerPtr classify(std::string_view, const OperationCall&, const std::string& layer_name) {
  return make_recorded(kAsked[static_cast<std::size_t>(kAsk)], kNumpyOps, keras_form({}),
                       layer_name, on_first([](Builder& b, ValueId x) {
                         x = as_float32(b, x);
                         constexpr float kInfinity = std::numeric_limits<float>::infinity();
                         if (kAsk == Ask::nan) return is_nan(b, x);
                         if (kAsk == Ask::above || kAsk == Ask::below)
                           return same_as(b, x, kAsk == Ask::above ? kInfinity : -kInfinity);
                         const ValueId size = b.add1(graph::make_unary(graph::Function::abs), {x});
                         return kAsk == Ask::infinite ? same_as(b, size, kInfinity)
                                                      : emit_binary(b, BinaryFunction::less, size,
                                                                    b.scalar(kInfinity));
                       }));
}

// None: the greatest and the least float32.
LayerPtr nan_to_num(std::string_view name, const OperationCall& call,
                    const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x", "nan", "posinf", "neginf"});
  constexpr double kMost = std::numeric_limits<float>::max();
  const auto nan = static_cast<float>(arguments.number("nan", 0.0)),
             above = static_cast<float>(arguments.number("posinf", kMost)),
             below = static_cast<float>(arguments.number("neginf", -kMost));
  const auto said = [&](std::string_view key, float value) {
    return arguments.has(key) ? Config::Value(static_cast<double>(value)) : Config::Value(nullptr);
  };
  return make_recorded("NanToNum", kNumpyOps,
                       keras_form({{"nan", static_cast<double>(nan)},
                                   {"posinf", said("posinf", above)},
                                   {"neginf", said("neginf", below)}}),
                       layer_name, on_first([=](Builder& b, ValueId x) {
                         if (!is_floating(b.spec(x).dtype)) return x;
                         constexpr float kInfinity = std::numeric_limits<float>::infinity();
                         const auto put = [&](ValueId where, float value) {
                           x = b.add1(graph::make_select(), {where, b.scalar(value), x});
                         };
                         put(is_nan(b, x), nan);
                         put(same_as(b, x, kInfinity), above);
                         put(same_as(b, x, -kInfinity), below);
                         return x;
                       }));
}

// The greater (lesser) of two of which one may be NaN: the other.
template <BinaryFunction kFunction>
LayerPtr of_numbers(std::string_view name, const OperationCall& call,
                    const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x1", "x2"});
  const auto operands = operands_of(arguments, {"x1", "x2"});
  return make_recorded(name, kNumpyOps, form_of(operands), layer_name,
                       on_promoted(operands, [](Builder& b, std::span<const ValueId> values) {
                         ValueId result = emit_binary(b, kFunction, values[0], values[1]);
                         if (is_floating(b.spec(result).dtype)) {
                           const auto select = make_select();
                           result = b.add1(select, {is_nan(b, values[1]), values[0], result});
                           result = b.add1(select, {is_nan(b, values[0]), values[1], result});
                         }
                         return result;
                       }));
}

// 0 below 0, 1 above it, x2 there (and for NaN).
LayerPtr heaviside(std::string_view name, const OperationCall& call,
                   const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x1", "x2"});
  const auto operands = operands_of(arguments, {"x1", "x2"});
  return make_recorded(
      "Heaviside", kNumpyOps, form_of(operands), layer_name,
      on_promoted(operands, [](Builder& b, std::span<const ValueId> values) {
        const ValueId x = as_float32(b, values[0]), zero = b.scalar(0.0F);
        const ValueId not_below =
            b.add1(make_select(), {emit_binary(b, BinaryFunction::greater, x, zero), b.scalar(1.0F),
                                   as_float32(b, values[1])});
        return b.add1(make_select(),
                      {emit_binary(b, BinaryFunction::less, x, zero), zero, not_below});
      }));
}

LayerPtr is_close(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x1", "x2", "rtol", "atol", "equal_nan"});
  const auto operands = operands_of(arguments, {"x1", "x2"});
  const double rtol = arguments.number("rtol", 1e-5), atol = arguments.number("atol", 1e-8);
  const bool equal_nan = arguments.boolean("equal_nan", false);
  OperationCall form = form_of(operands);
  form.config.set("equal_nan", equal_nan);
  form.args.push_back(plain(rtol));
  form.args.push_back(plain(atol));
  return make_recorded(
      "Isclose", kNumpyOps, std::move(form), layer_name,
      on_promoted(operands, [=](Builder& b, std::span<const ValueId> values) {
        const ValueId x = values[0], y = values[1];
        if (!is_floating(b.spec(x).dtype)) return emit_binary(b, BinaryFunction::equal, x, y);
        const auto binary = [&](BinaryFunction f, ValueId p, ValueId q) {
          return emit_binary(b, f, p, q);
        };
        const auto size = [&](ValueId v) {
          return b.add1(graph::make_unary(graph::Function::abs), {v});
        };
        const ValueId limit =
            binary(BinaryFunction::add, b.scalar(static_cast<float>(atol)),
                   binary(BinaryFunction::multiply, b.scalar(static_cast<float>(rtol)), size(y)));
        ValueId close =
            binary(BinaryFunction::less_equal, size(binary(BinaryFunction::subtract, x, y)), limit);
        if (equal_nan)
          close = binary(BinaryFunction::logical_or, close,
                         binary(BinaryFunction::logical_and, is_nan(b, x), is_nan(b, y)));
        return close;
      }));
}

// Differences of neighbours, n times; of bool, whether they differ.
LayerPtr diff(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"a", "n", "axis"});
  const std::int64_t n = arguments.integer("n", 1), axis = arguments.integer("axis", -1);
  if (n < 0 || n > 1024) arguments.refuse("n", "0 to 1024");
  return make_recorded(
      "Diff", kNumpyOps, keras_form({{"n", n}, {"axis", axis}}), layer_name,
      on_first([n, axis](Builder& b, ValueId x) {
        const int at = graph::checked_axis("diff", axis, b.shape(x).rank());
        for (std::int64_t i = 0; i < n; ++i) {
          const auto f = b.spec(x).dtype == DType::boolean ? BinaryFunction::not_equal
                                                           : BinaryFunction::subtract;
          const ValueId later = b.add1(graph::make_slice({{at, 1, std::nullopt}}), {x});
          x = emit_binary(b, f, later, b.add1(graph::make_slice({{at, std::nullopt, -1}}), {x}));
        }
        return x;
      }));
}

// Every element of the one with every element of the other.
LayerPtr outer(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x1", "x2"});
  const auto operands = operands_of(arguments, {"x1", "x2"});
  return make_recorded("Outer", kNumpyOps, form_of(operands), layer_name,
                       on_promoted(operands, [](Builder& b, std::span<const ValueId> values) {
                         using graph::Extent;
                         const ValueId rows = b.add1(
                             graph::make_reshape({Extent::rest(), Extent::of(1)}), {values[0]});
                         const ValueId columns =
                             b.add1(graph::make_reshape({Extent::rest()}), {values[1]});
                         return emit_binary(b, BinaryFunction::multiply, rows, columns);
                       }));
}

// Distances of the rows of x1 and x2: (…, P, M) and (…, R, M) give (…, P, R).
LayerPtr cdist(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x", "y"});
  const auto operands = operands_of(arguments, {"x", "y"});
  return make_recorded(
      "CDist", kMathOps, form_of(operands), layer_name,
      on_promoted(operands, [](Builder& b, std::span<const ValueId> values) {
        const auto spread = [&](ValueId v, int back) {
          const int rank = b.shape(v).rank();
          return b.add1(graph::make_expand_dims(rank - back, rank), {as_float32(b, v)});
        };
        const ValueId distance =
            emit_binary(b, BinaryFunction::subtract, spread(values[0], 1), spread(values[1], 2));
        const ValueId sum =
            b.add1(graph::make_reduce(graph::Reduction::sum, {-1}),
                   {b.add1(graph::make_unary(graph::Function::square), {distance})});
        return b.add1(graph::make_unary(graph::Function::sqrt), {sum});
      }));
}

// A cast that takes what is out of reach for the nearest that is not.
LayerPtr saturate_cast(std::string_view name, const OperationCall& call,
                       const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name,
                                {is_tf_function(name) ? "value" : "x", "dtype", "name"});
  const DType dtype = to_dtype(arguments.text("dtype", ""));
  if (is_floating(dtype) || dtype == DType::boolean || size_of(dtype) > 4)
    arguments.refuse("dtype", "an integer of at most 32 bits");
  return make_recorded(
      "SaturateCast", kCoreOps, keras_form({{"dtype", name_of(dtype)}}), layer_name,
      on_first([dtype, who = arguments.who()](Builder& b, ValueId x) {
        const bool is_signed = dtype <= DType::int64;
        const double reach = std::ldexp(1.0, static_cast<int>(8 * size_of(dtype)) - is_signed);
        const DType from = b.spec(x).dtype;
        if (from == DType::boolean) return cast_to(b, x, dtype);
        double least = is_signed ? -reach : 0.0, most = reach - 1;
        if (is_floating(from) && size_of(dtype) == 4) {
          fail(ErrorCode::unsupported, "[", who, "] of floats to ", dtype,
               " Keras gives other numbers beside other versions of NumPy: clip x, then cast it");
        }
        if (!is_floating(from)) {
          const bool sign = from <= DType::int64;
          const double own = std::ldexp(1.0, static_cast<int>(8 * size_of(from)) - sign);
          least = std::max(least, sign ? -own : 0.0);
          most = std::min(most, own - 1);
        }
        const auto limit = [&](double value) { return b.constant(full(Shape{}, value, from)); };
        x = emit_binary(b, BinaryFunction::maximum, x, limit(least));
        x = emit_binary(b, BinaryFunction::minimum, x, limit(most));
        return cast_to(b, x, dtype);
      }));
}

}  // namespace

std::span<const OperationRow> number_operations() {
  static constexpr std::array kRows = {
      OperationRow{"Isfinite", classify<Ask::finite>},
      OperationRow{"Isnan", classify<Ask::nan>},
      OperationRow{"Isinf", classify<Ask::infinite>},
      OperationRow{"Isposinf", classify<Ask::above>},
      OperationRow{"Isneginf", classify<Ask::below>},
      OperationRow{"math.is_finite", classify<Ask::finite>},
      OperationRow{"math.is_nan", classify<Ask::nan>},
      OperationRow{"math.is_inf", classify<Ask::infinite>},
      OperationRow{"NanToNum", nan_to_num},
      OperationRow{"Fmax", of_numbers<BinaryFunction::maximum>},
      OperationRow{"Fmin", of_numbers<BinaryFunction::minimum>},
      OperationRow{"Heaviside", heaviside},
      OperationRow{"Isclose", is_close},
      OperationRow{"Diff", diff},
      OperationRow{"Outer", outer},
      OperationRow{"CDist", cdist},
      OperationRow{"SaturateCast", saturate_cast},
      OperationRow{"dtypes.saturate_cast", saturate_cast},
  };
  return kRows;
}

}  // namespace halfpixel::keras
