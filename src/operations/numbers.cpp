// What is asked of single numbers, and what is put in the place of strange ones.
#include <array>
#include <limits>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/select.hpp"
#include "graph/ops/unary.hpp"
#include "operations/operands.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;

ValueId is_nan(Builder& b, ValueId x) {
  return emit_binary(b, BinaryFunction::not_equal, x, x);
}
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
  };
  return kRows;
}

}  // namespace halfpixel::keras
