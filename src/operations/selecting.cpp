// Triangles, one-hot rows, quotients without NaN, and normalisation as functions.
#include <array>
#include <limits>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/select.hpp"
#include "graph/ops/unary.hpp"
#include "operations/operands.hpp"
#include "operations/operation_rows.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;
using graph::Extent;
using graph::Function;

// Of the last two axes, what lies on one side of a diagonal stays.
template <bool kLower>
LayerPtr triangle(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x", "k"});
  const std::int64_t k = arguments.integer("k", 0);
  return make_recorded(name, kNumpyOps, keras_form({{"k", k}}), layer_name,
                       on_first([k](Builder& b, ValueId x) {
                         const Spec spec = b.spec(x);
                         if (spec.shape.rank() < 2) {
                           fail(ErrorCode::invalid_argument, "[", kLower ? "tril" : "triu",
                                "] x must have two axes or more; got ", spec.shape);
                         }
                         const std::int64_t rows = spec.shape.at(-2), columns = spec.shape.at(-1);
                         if (rows == kUnknown || columns == kUnknown) return x;  // the shape stays
                         Tensor kept(Shape{rows, columns}, DType::boolean);
                         bool* to = kept.data<bool>();
                         for (std::int64_t i = 0; i < rows; ++i) {
                           for (std::int64_t j = 0; j < columns; ++j)
                             *to++ = kLower ? j - i <= k : j - i >= k;
                         }
                         const ValueId zero = b.constant(full(Shape{}, 0.0, spec.dtype));
                         return b.add1(graph::make_select(), {b.constant(kept), x, zero});
                       }));
}

// x as 0 and 1 in a new axis of `classes`; numbers of no class are 0 everywhere.
ValueId hot_rows(Builder& b, ValueId x, std::int64_t classes, std::int64_t axis) {
  const int rank = b.shape(x).rank();
  const int at = graph::checked_axis("one_hot", axis, rank + 1);
  x = b.add1(graph::make_expand_dims(at, rank), {b.add1(graph::make_cast(DType::int64), {x})});
  Shape shape = {classes};
  for (int i = at; i < rank; ++i) shape.push_back(1);
  Tensor numbers(shape, DType::int64);
  for (std::int64_t i = 0; i < classes; ++i) numbers.data<std::int64_t>()[i] = i;
  return b.add1(graph::make_binary(BinaryFunction::equal), {x, b.constant(numbers)});
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
        ValueId hot = hot_rows(b, x, classes, axis);
        if (kMany) {
          const int along = b.shape(x).rank() > 1 ? 1 : 0;
          hot = b.add1(graph::make_reduce(graph::Reduction::any, {along}), {hot});
        }
        if (dtype == DType::boolean) return hot;
        return b.add1(graph::make_cast(is_floating(dtype) ? DType::float32 : dtype), {hot});
      }),
      is_floating(dtype) ? std::optional(dtype) : std::nullopt);
}

// 0 where x2 is 0.
LayerPtr divide_no_nan(std::string_view name, const OperationCall& call,
                       const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x1", "x2"});
  const std::vector<Operand> operands = {Operand::of(arguments, "x1"),
                                         Operand::of(arguments, "x2")};
  OperationCall form;
  for (const Operand& operand : operands) form.args.push_back(operand.argument());
  return make_recorded(
      "DivideNoNan", kNumpyOps, std::move(form), layer_name,
      [operands](Builder& b, std::span<const ValueId> inputs) {
        const auto values = promoted(b, operands, inputs);
        const ValueId x1 = as_float32(b, values[0]), x2 = as_float32(b, values[1]);
        const ValueId zero = b.scalar(0.0F);
        const ValueId none = emit_binary(b, BinaryFunction::equal, x2, zero);
        const ValueId ratio = emit_binary(b, BinaryFunction::divide, x1, x2);
        return std::vector<ValueId>{b.add1(graph::make_select(), {none, zero, ratio})};
      });
}

// What a normalisation multiplies by or adds; none where the call says None.
std::optional<Operand> factor_of(const CallArguments& arguments, std::string_view key) {
  if (arguments.argument(key) == nullptr) return std::nullopt;
  return Operand::of(arguments, key);
}

Argument written(const std::optional<Operand>& operand) {
  return operand ? operand->argument() : plain(nullptr);
}

// `kRms`: x / √(mean x² + ε); else (x - mean) / √(variance + ε). Keras' epsilon is 1e-7.
template <bool kRms>
LayerPtr normalization(std::string_view name, const OperationCall& call,
                       const std::string& layer_name) {
  const auto arguments = kRms ? CallArguments(name, call, layer_name, {"x", "scale"})
                              : CallArguments(name, call, layer_name, {"x", "gamma", "beta"});
  const auto axes = arguments.integers("axis").value_or(std::vector<std::int64_t>{-1});
  const double epsilon = arguments.number("epsilon", 1e-7);
  if (arguments.boolean("rms_scaling", false)) arguments.refuse("rms_scaling", "false");
  const Operand x = Operand::of(arguments, "x");
  const auto gamma = factor_of(arguments, kRms ? "scale" : "gamma");
  const auto beta = kRms ? std::nullopt : factor_of(arguments, "beta");
  OperationCall form;
  form.config.set("axis", axes.size() == 1 ? Config::Value(axes[0]) : Config::list_of(axes));
  form.config.set("epsilon", epsilon);
  if (!kRms) form.config.set("rms_scaling", false);
  form.args = {x.argument()};
  if (kRms) {
    form.kwargs.emplace_back("scale", written(gamma));
  } else {
    form.args.push_back(written(gamma));
    form.args.push_back(written(beta));
  }
  return make_recorded(
      kRms ? "RMSNorm" : "LayerNorm", kNnOps, std::move(form), layer_name,
      [axes, epsilon, x, gamma, beta](Builder& b, std::span<const ValueId> inputs) {
        const auto value = [&](const Operand& operand) {
          return as_float32(b, promoted(b, std::span(&operand, 1), inputs)[0]);
        };
        const auto binary = [&](BinaryFunction f, ValueId p, ValueId q) {
          return b.add1(graph::make_binary(f), {p, q});
        };
        ValueId y = value(x);
        const Shape shape = b.shape(y);
        std::vector<int> along;
        for (const std::int64_t axis : axes)
          along.push_back(graph::checked_axis("normalization", axis, shape.rank()));
        const auto mean = [&](ValueId of) {
          return b.add1(graph::make_reduce(graph::Reduction::mean, along, true), {of});
        };
        // Of as many axes as x, where Keras gives it those.
        const auto fitting = [&](ValueId v) {
          if (kRms || b.shape(v).rank() == shape.rank()) return v;
          std::vector<Extent> extents(shape.size(), Extent::of(1));
          for (const int axis : along) {
            if (shape[axis] == kUnknown)
              fail(ErrorCode::unsupported, "[layer_normalization] axis ", axis, " of ", shape,
                   " must be known");
            extents[static_cast<std::size_t>(axis)] = Extent::of(shape[axis]);
          }
          return b.add1(graph::make_reshape(std::move(extents)), {v});
        };
        if (!kRms) y = binary(BinaryFunction::subtract, y, mean(y));
        const ValueId squares = mean(b.add1(graph::make_unary(Function::square), {y}));
        const ValueId sum =
            binary(BinaryFunction::add, squares, b.scalar(static_cast<float>(epsilon)));
        y = binary(BinaryFunction::multiply, y, b.add1(graph::make_unary(Function::rsqrt), {sum}));
        if (gamma) y = binary(BinaryFunction::multiply, y, fitting(value(*gamma)));
        if (beta) y = binary(BinaryFunction::add, y, fitting(value(*beta)));
        return std::vector<ValueId>{y};
      });
}

}  // namespace

std::span<const OperationRow> selecting_operations() {
  static constexpr std::array kRows = {
      OperationRow{"Tril", triangle<true>},
      OperationRow{"Triu", triangle<false>},
      OperationRow{"OneHot", one_hot<false>},
      OperationRow{"MultiHot", one_hot<true>},
      OperationRow{"DivideNoNan", divide_no_nan},
      OperationRow{"RMSNorm", normalization<true>},
      OperationRow{"LayerNorm", normalization<false>},
  };
  return kRows;
}

}  // namespace halfpixel::keras
