// Triangles, diagonals, one-hot rows, quotients without NaN.
#include <algorithm>
#include <array>
#include <limits>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/select.hpp"
#include "graph/ops/slice.hpp"
#include "graph/ops/transpose.hpp"
#include "operations/operands.hpp"
#include "operations/reductions.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;

// Elements of the last two axes stay where keeps(row, column) says so, others become 0.
template <class Keeps>
ValueId kept_where(Builder& b, ValueId x, std::string_view who, const Keeps& keeps) {
  const Spec spec = b.spec(x);
  if (spec.shape.rank() < 2) {
    fail(ErrorCode::invalid_argument, "[", who, "] x must have two axes or more; got ", spec.shape);
  }
  const std::int64_t rows = spec.shape.at(-2), columns = spec.shape.at(-1);
  if (rows == kUnknown || columns == kUnknown) return x;  // the shape stays
  Tensor kept(Shape{rows, columns}, DType::boolean);
  bool* to = kept.data<bool>();
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < columns; ++j) *to++ = keeps(i, j);
  }
  const ValueId zero = b.constant(full(Shape{}, 0.0, spec.dtype));
  return b.add1(graph::make_select(), {b.constant(kept), x, zero});
}

// What lies on one side of a diagonal stays.
template <bool kLower>
LayerPtr triangle(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x", "k"});
  const std::int64_t k = arguments.integer("k", 0);
  return make_recorded(
      name, kNumpyOps, keras_form({{"k", k}}), layer_name, on_first([k](Builder& b, ValueId x) {
        return kept_where(b, x, kLower ? "tril" : "triu", [k](std::int64_t i, std::int64_t j) {
          return kLower ? j - i <= k : j - i >= k;
        });
      }));
}

// What lies on a diagonal of two axes: in a last axis (diagonal), or its sum (trace).
template <bool kSum>
LayerPtr on_diagonal(std::string_view name, const OperationCall& call,
                     const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x", "offset", "axis1", "axis2"});
  const std::int64_t offset = arguments.integer("offset", 0), axis1 = arguments.integer("axis1", 0),
                     axis2 = arguments.integer("axis2", 1);
  return make_recorded(
      name, kNumpyOps, keras_form({{"offset", offset}, {"axis1", axis1}, {"axis2", axis2}}),
      layer_name, on_first([=, who = arguments.who()](Builder& b, ValueId x) {
        using graph::Extent;
        const int rank = b.shape(x).rank(), first = graph::checked_axis(who, axis1, rank),
                  second = graph::checked_axis(who, axis2, rank);
        std::vector<int> order;
        std::vector<Extent> flat;
        for (int i = 0; i < rank; ++i) {
          if (i == first || i == second) continue;
          order.push_back(i);
          flat.push_back(Extent::same_as(static_cast<int>(flat.size())));
        }
        order.push_back(first);
        order.push_back(second);
        const std::int64_t rows = b.shape(x)[first], columns = b.shape(x)[second];
        if (rows == kUnknown || columns == kUnknown || first == second)
          fail(ErrorCode::invalid_argument, "[", who, "] two axes of known extents are needed; ",
               "got ", axis1, " and ", axis2, " of shape ", b.shape(x));
        // The diagonal is every (columns + 1)th element of the rows laid end to end.
        const std::int64_t row = std::max<std::int64_t>(-offset, 0),
                           column = std::max<std::int64_t>(offset, 0);
        const std::int64_t length =
            std::max<std::int64_t>(std::min(rows - row, columns - column), 0);
        flat.push_back(Extent::of(rows * columns));
        x = b.add1(graph::make_transpose(order), {x});
        x = b.add1(graph::make_reshape(std::move(flat)), {x});
        const std::int64_t begin = length > 0 ? row * columns + column : 0;
        const std::int64_t end = length > 0 ? begin + (length - 1) * (columns + 1) + 1 : 0;
        x = b.add1(graph::make_slice({{rank - 2, begin, end, columns + 1}}), {x});
        if (!kSum) return x;
        x = cast_to(b, x, keras_dtype(graph::Reduction::sum, b.spec(x).dtype));
        return b.add1(graph::make_reduce(graph::Reduction::sum, {-1}), {x});
      }));
}

// kMany: multi_hot, which joins the rows of axis 1 (of axis 0 where there is no other).
template <bool kMany>
LayerPtr one_hot(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x", "num_classes", "axis", "dtype"});
  constexpr std::int64_t kMost = 1 << 20;
  const std::int64_t classes = arguments.integer("num_classes"),
                     axis = arguments.integer("axis", -1);
  if (classes < 0 || classes > kMost) arguments.refuse("num_classes", "0 to 1048576");
  if (arguments.boolean("sparse", false)) arguments.refuse("sparse", "false");
  const DType dtype = to_dtype(arguments.text("dtype", "float32"));
  return make_recorded(
      kMany ? "MultiHot" : "OneHot", kNnOps,
      keras_form(
          {{"num_classes", classes}, {"axis", axis}, {"dtype", name_of(dtype)}, {"sparse", false}}),
      layer_name, on_first([classes, axis, dtype](Builder& b, ValueId x) {
        ValueId hot = class_rows(b, x, classes, axis);
        if (kMany) {
          const int along = b.shape(x).rank() > 1 ? 1 : 0;
          hot = b.add1(graph::make_reduce(graph::Reduction::any, {along}), {hot});
        }
        return cast_to(b, hot, is_floating(dtype) ? DType::float32 : dtype);
      }),
      is_floating(dtype) ? std::optional(dtype) : std::nullopt);
}

// tf.one_hot, with numbers of its own for 1 and 0.
LayerPtr tf_one_hot(std::string_view name, const OperationCall& call,
                    const std::string& layer_name) {
  const CallArguments arguments(
      name, call, layer_name,
      {"indices", "depth", "on_value", "off_value", "axis", "dtype", "name"});
  const std::int64_t classes = arguments.integer("depth"), axis = arguments.integer("axis", -1);
  if (classes < 0 || classes > 1 << 20) arguments.refuse("depth", "0 to 1048576");
  const double on = arguments.number("on_value", 1.0), off = arguments.number("off_value", 0.0);
  DType dtype = DType::float32;
  if (const Config::Value* const value = arguments.value("on_value"); value != nullptr)
    dtype = value->get_if<double>() != nullptr ? DType::float32
            : value->get_if<bool>() != nullptr ? DType::boolean
                                               : DType::int32;
  if (arguments.has("dtype")) dtype = to_dtype(arguments.text("dtype", ""));
  const DType computed = is_floating(dtype) ? DType::float32 : dtype;
  const Emit emit = on_first([=](Builder& b, ValueId x) {
    const ValueId hot = class_rows(b, x, classes, axis);
    if (on == 1.0 && off == 0.0) return cast_to(b, hot, computed);
    return b.add1(graph::make_select(), {hot, b.constant(full(Shape{}, on, computed)),
                                         b.constant(full(Shape{}, off, computed))});
  });
  const std::optional<DType> declared = is_floating(dtype) ? std::optional(dtype) : std::nullopt;
  if (on != 1.0 || off != 0.0) return make_unsaveable(name, layer_name, emit, declared);
  return make_recorded(
      "OneHot", kNnOps,
      keras_form(
          {{"num_classes", classes}, {"axis", axis}, {"dtype", name_of(dtype)}, {"sparse", false}}),
      layer_name, emit, declared);
}

// tf.linalg.band_part: the diagonal with so many below and above it; negative: all of them.
LayerPtr band_part(std::string_view name, const OperationCall& call,
                   const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name,
                                {"input", "num_lower", "num_upper", "name"});
  const std::int64_t lower = arguments.integer("num_lower"), upper = arguments.integer("num_upper");
  return make_unsaveable(
      name, layer_name, on_first([=](Builder& b, ValueId x) {
        return kept_where(b, x, "band_part", [=](std::int64_t i, std::int64_t j) {
          return (lower < 0 || i - j <= lower) && (upper < 0 || j - i <= upper);
        });
      }));
}

// 0 where x2 is 0.
LayerPtr divide_no_nan(std::string_view name, const OperationCall& call,
                       const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const auto arguments = tf ? CallArguments(name, call, layer_name, {"x", "y", "name"})
                            : CallArguments(name, call, layer_name, {"x1", "x2"});
  const auto operands = operands_of(arguments, {tf ? "x" : "x1", tf ? "y" : "x2"});
  return make_recorded("DivideNoNan", kNumpyOps, form_of(operands), layer_name,
                       on_promoted(operands, [](Builder& b, std::span<const ValueId> values) {
                         const ValueId x1 = as_float32(b, values[0]), x2 = as_float32(b, values[1]);
                         const ValueId zero = b.scalar(0.0F);
                         const ValueId none = emit_binary(b, BinaryFunction::equal, x2, zero);
                         const ValueId ratio = emit_binary(b, BinaryFunction::divide, x1, x2);
                         return b.add1(graph::make_select(), {none, zero, ratio});
                       }));
}

}  // namespace

std::span<const OperationRow> selecting_operations() {
  static constexpr std::array kRows = {
      OperationRow{"Tril", triangle<true>},
      OperationRow{"Triu", triangle<false>},
      OperationRow{"Diagonal", on_diagonal<false>},
      OperationRow{"Trace", on_diagonal<true>},
      OperationRow{"OneHot", one_hot<false>},
      OperationRow{"MultiHot", one_hot<true>},
      OperationRow{"one_hot", tf_one_hot},
      OperationRow{"linalg.band_part", band_part},
      OperationRow{"DivideNoNan", divide_no_nan},
      OperationRow{"math.divide_no_nan", divide_no_nan},
  };
  return kRows;
}

}  // namespace halfpixel::keras
