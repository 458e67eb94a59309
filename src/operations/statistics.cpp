// Reductions that few models have: counts, spans, sums without NaNs, quantiles.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/select.hpp"
#include "graph/ops/slice.hpp"
#include "graph/ops/sort.hpp"
#include "graph/ops/split.hpp"
#include "graph/ops/transpose.hpp"
#include "graph/ops/unary.hpp"
#include "operations/operands.hpp"
#include "operations/reductions.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;
using graph::Reduction;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kEndless = std::numeric_limits<float>::infinity();

LayerPtr count_nonzero(std::string_view name, const OperationCall& call,
                       const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const CallArguments arguments(name, call, layer_name,
                                {tf ? "input" : "x", "axis", "keepdims", "dtype", "name"});
  const Axes axes = arguments.integers("axis");
  const bool keepdims = arguments.boolean("keepdims", false);
  const DType dtype = tf ? to_dtype(arguments.text("dtype", "int64")) : DType::int32;
  const Emit emit = on_first([=](Builder& b, ValueId x) {
    if (b.spec(x).dtype != DType::boolean)
      x = emit_binary(b, BinaryFunction::not_equal, x,
                      b.constant(full(Shape{}, 0.0, b.spec(x).dtype)));
    return reduced(b, cast_to(b, x, dtype), Reduction::sum, axes, keepdims);
  });
  if (keepdims || dtype != DType::int32) return make_unsaveable(name, layer_name, emit);
  return make_recorded("CountNonzero", kNumpyOps, keras_form({{"axis", axes_value(axes)}}),
                       layer_name, emit);
}

// The reductions that pass over NaNs, and ptp, the span between the extremes.
enum class Beside { sum, prod, max, min, mean, var, std, span };
constexpr std::array<std::string_view, 8> kBeside = {"Nansum",  "Nanprod", "Nanmax", "Nanmin",
                                                     "Nanmean", "Nanvar",  "Nanstd", "Ptp"};

ValueId over_numbers(Builder& b, ValueId x, Beside what, const Axes& axes, bool keepdims) {
  const auto binary = [&](BinaryFunction f, ValueId p, ValueId q) {
    return emit_binary(b, f, p, q);
  };
  if (what == Beside::span)
    return binary(BinaryFunction::subtract, reduced(b, x, Reduction::max, axes, keepdims),
                  reduced(b, x, Reduction::min, axes, keepdims));
  const bool mean = what >= Beside::mean;
  if (mean) x = as_float32(b, x);
  const DType dtype = b.spec(x).dtype;
  const Reduction reduction = what == Beside::prod  ? Reduction::prod
                              : what == Beside::max ? Reduction::max
                              : what == Beside::min ? Reduction::min
                                                    : Reduction::sum;
  if (!is_floating(dtype)) {
    x = cast_to(b, x, keras_dtype(reduction, dtype));
    return reduced(b, x, reduction, axes, keepdims);
  }
  const ValueId strange = is_nan(b, x);
  const auto without = [&](ValueId v, float instead) {
    return b.add1(graph::make_select(), {strange, b.scalar(instead), v});
  };
  if (!mean) {
    const float instead = what == Beside::prod  ? 1.0F
                          : what == Beside::max ? -kEndless
                          : what == Beside::min ? kEndless
                                                : 0.0F;
    const ValueId result = reduced(b, without(x, instead), reduction, axes, keepdims);
    if (what == Beside::sum || what == Beside::prod) return result;
    const ValueId none = reduced(b, strange, Reduction::all, axes, keepdims);
    return b.add1(graph::make_select(), {none, b.scalar(kNan), result});
  }
  const ValueId ones = cast_to(b, binary(BinaryFunction::equal, x, x), DType::float32);
  const auto average = [&](ValueId v, bool keeps) {
    return binary(BinaryFunction::divide, reduced(b, without(v, 0.0F), Reduction::sum, axes, keeps),
                  reduced(b, ones, Reduction::sum, axes, keeps));
  };
  if (what == Beside::mean) return average(x, keepdims);
  const ValueId distance = binary(BinaryFunction::subtract, x, average(x, true));
  const ValueId var =
      average(b.add1(graph::make_unary(graph::Function::square), {distance}), keepdims);
  return what == Beside::var ? var : b.add1(graph::make_unary(graph::Function::sqrt), {var});
}

template <Beside kWhat>
LayerPtr beside(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x", "axis", "keepdims"});
  const Axes axes = arguments.integers("axis");
  const bool keepdims = arguments.boolean("keepdims", false);
  return make_recorded(kBeside[static_cast<std::size_t>(kWhat)], kNumpyOps,
                       keras_form({{"axis", axes_value(axes)}, {"keepdims", keepdims}}), layer_name,
                       on_first([axes, keepdims](Builder& b, ValueId x) {
                         return over_numbers(b, x, kWhat, axes, keepdims);
                       }));
}

// Elements of sorted rows, and between them.
struct Quantiles {
  Axes axes;
  bool keepdims = false;
  std::string method = "linear";
  std::vector<double> places;  // 0 … 1
  bool list = false;           // the result has an axis of them, in front

  ValueId of(Builder& b, ValueId x) const {
    x = as_float32(b, x);
    const Shape shape = b.shape(x);
    std::vector<int> along, order;
    for (const std::int64_t axis : axes.value_or(std::vector<std::int64_t>{}))
      along.push_back(graph::checked_axis("quantile", axis, shape.rank()));
    std::vector<graph::Extent> kept;
    for (int i = 0; i < shape.rank(); ++i) {
      const bool gone = !axes || std::find(along.begin(), along.end(), i) != along.end();
      if (!gone) {
        order.push_back(i);
        kept.push_back(graph::Extent::same_as(static_cast<int>(order.size()) - 1));
      } else if (keepdims) {
        kept.push_back(graph::Extent::of(1));
      }
    }
    std::vector<graph::Extent> rows;
    for (std::size_t i = 0; i < order.size(); ++i)
      rows.push_back(graph::Extent::same_as(static_cast<int>(i)));
    rows.push_back(graph::Extent::rest());
    if (axes) {
      order.insert(order.end(), along.begin(), along.end());
      x = b.add1(graph::make_transpose(order), {x});
    }
    x = b.add1(graph::make_reshape(std::move(rows)), {x});
    const ValueId nan =
        reduced(b, is_nan(b, x), Reduction::any, std::vector<std::int64_t>{-1}, true);
    x = b.add1(graph::make_sort({}), {x});
    std::vector<ValueId> results;
    for (const double place : places) {
      const ValueId one = b.add1(graph::make_select(), {nan, b.scalar(kNan), element(b, x, place)});
      results.push_back(b.add1(graph::make_reshape(kept), {one}));
    }
    return list ? b.add(graph::make_stack(0), results)[0] : results[0];
  }

 private:
  ValueId element(Builder& b, ValueId sorted, double place) const {
    const int axis = b.shape(sorted).rank() - 1;
    const std::int64_t extent = b.shape(sorted)[axis];
    const auto at = [&](std::int64_t i) {
      i = std::clamp<std::int64_t>(i, 0, std::max<std::int64_t>(extent - 1, 0));
      return b.add1(graph::make_slice({{axis, i, i + 1}}), {sorted});
    };
    if (extent == kUnknown) return at(0);  // the shape alone
    const double exact = static_cast<double>(extent - 1) * place;
    const auto above =
        std::clamp<std::int64_t>(static_cast<std::int64_t>(std::ceil(exact)), 0, extent - 1);
    if (method == "lower") return at(static_cast<std::int64_t>(std::floor(exact)));
    if (method == "higher") return at(above);
    if (method == "nearest") return at(static_cast<std::int64_t>(std::nearbyint(exact)));
    const auto binary = [&](BinaryFunction f, ValueId p, ValueId q) {
      return b.add1(graph::make_binary(f), {p, q});
    };
    if (method == "midpoint")
      return binary(
          BinaryFunction::multiply, b.scalar(0.5F),
          binary(BinaryFunction::add, at(static_cast<std::int64_t>(std::floor(exact))), at(above)));
    const std::int64_t low = std::max<std::int64_t>(above - 1, 0),
                       high = std::min(low + 1, extent - 1);
    const auto share = static_cast<float>(static_cast<double>(high) - exact);
    return binary(BinaryFunction::add,
                  binary(BinaryFunction::multiply, at(high), b.scalar(1.0F - share)),
                  binary(BinaryFunction::multiply, at(low), b.scalar(share)));
  }
};

// Median, Quantile and Percentile. Keras' recorded Quantile looks at no method.
LayerPtr quantile(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x", "q"});
  const bool median = name == "Median", percent = name == "Percentile";
  Quantiles q;
  q.axes = arguments.integers("axis");
  q.keepdims = arguments.boolean("keepdims", false);
  OperationCall form = keras_form({{"axis", axes_value(q.axes)}, {"keepdims", q.keepdims}});
  if (median) {
    q.places = {0.5};
  } else {
    const Operand given = Operand::of(arguments, "q");
    const std::string method = arguments.text("method", "linear");
    if (percent) q.method = method;
    constexpr std::array<std::string_view, 5> kMethods = {"linear", "lower", "higher", "nearest",
                                                          "midpoint"};
    if (std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end())
      arguments.refuse("method", "linear, lower, higher, nearest or midpoint");
    form.config.set("method", method);
    form.args.push_back(given.argument());
    if (const auto* tensor = given.get_if<Tensor>(); tensor != nullptr && tensor->rank() < 2) {
      q.list = tensor->rank() == 1;
      const Tensor wide = tensor->astype(DType::float64);
      q.places.assign(wide.span<double>().begin(), wide.span<double>().end());
    } else if (const auto* number = given.get_if<Operand::Number>()) {
      q.places = {number->value};
    }
    // In float32, but for quantiles that are an array of float64.
    const auto* const array = given.get_if<Tensor>();
    const bool wide = !percent && array != nullptr && array->dtype() == DType::float64;
    for (double& place : q.places) {
      const float narrow = percent ? static_cast<float>(place) / 100.0F : static_cast<float>(place);
      if (!wide) place = static_cast<double>(narrow);
    }
    for (const double place : q.places) {
      if (!(place >= 0 && place <= 1)) arguments.refuse("q", percent ? "0 to 100" : "0 to 1");
    }
    if (q.places.empty()) arguments.refuse("q", "a number or a list of numbers");
  }
  return make_recorded(name, kNumpyOps, std::move(form), layer_name,
                       on_first([q](Builder& b, ValueId x) { return q.of(b, x); }));
}

}  // namespace

std::span<const OperationRow> statistics_operations() {
  static constexpr std::array kRows = {
      OperationRow{"CountNonzero", count_nonzero},
      OperationRow{"math.count_nonzero", count_nonzero},
      OperationRow{"Nansum", beside<Beside::sum>},
      OperationRow{"Nanprod", beside<Beside::prod>},
      OperationRow{"Nanmax", beside<Beside::max>},
      OperationRow{"Nanmin", beside<Beside::min>},
      OperationRow{"Nanmean", beside<Beside::mean>},
      OperationRow{"Nanvar", beside<Beside::var>},
      OperationRow{"Nanstd", beside<Beside::std>},
      OperationRow{"Ptp", beside<Beside::span>},
      OperationRow{"Median", quantile},
      OperationRow{"Quantile", quantile},
      OperationRow{"Percentile", quantile},
  };
  return kRows;
}

}  // namespace halfpixel::keras
