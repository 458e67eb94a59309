// Normalisation as functions: layer, RMS and batch normalisation.
#include <array>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/unary.hpp"
#include "operations/operands.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;
using graph::Extent;
using graph::Function;

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
          return as_float32(b, value_of(b, operand, inputs));
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

// (x - mean) · scale / √(variance + ε) + offset, of vectors along one axis.
LayerPtr batch_norm(std::string_view name, const OperationCall& call,
                    const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name,
                                {"x", "mean", "variance", "offset", "scale"});
  const Operand x = Operand::of(arguments, "x"), mean = Operand::of(arguments, "mean"),
                variance = Operand::of(arguments, "variance");
  const auto offset = factor_of(arguments, "offset"), scale = factor_of(arguments, "scale");
  const double epsilon = arguments.number("epsilon", 1e-3);
  const std::int64_t axis = arguments.integer("axis");
  const Emit emit = [=](Builder& b, std::span<const ValueId> inputs) {
    const auto value = [&](const Operand& operand) {
      return as_float32(b, value_of(b, operand, inputs));
    };
    const auto binary = [&](BinaryFunction f, ValueId p, ValueId q) {
      return b.add1(graph::make_binary(f), {p, q});
    };
    const ValueId in = value(x);
    const int rank = b.shape(in).rank();
    const int at = graph::checked_axis("batch_normalization", axis, rank);
    const auto fitting = [&](const Operand& operand) {
      const ValueId v = value(operand);
      if (at == rank - 1) return v;
      std::vector<Extent> extents(static_cast<std::size_t>(rank), Extent::of(1));
      extents[static_cast<std::size_t>(at)] = Extent::rest();
      return b.add1(graph::make_reshape(std::move(extents)), {v});
    };
    const ValueId sum =
        binary(BinaryFunction::add, fitting(variance), b.scalar(static_cast<float>(epsilon)));
    ValueId factor = b.add1(graph::make_unary(Function::rsqrt), {sum});
    if (scale) factor = binary(BinaryFunction::multiply, factor, fitting(*scale));
    ValueId shift = binary(BinaryFunction::multiply, fitting(mean), factor);
    shift = offset ? binary(BinaryFunction::subtract, fitting(*offset), shift)
                   : b.add1(graph::make_unary(Function::neg), {shift});
    return std::vector<ValueId>{
        binary(BinaryFunction::add, binary(BinaryFunction::multiply, in, factor), shift)};
  };
  OperationCall form;
  form.config.set("axis", axis);
  form.config.set("epsilon", epsilon);
  form.args = {x.argument(), mean.argument(), variance.argument(), written(offset), written(scale)};
  return make_recorded("BatchNorm", kNnOps, std::move(form), layer_name, emit);
}

}  // namespace

std::span<const OperationRow> normalizing_operations() {
  static constexpr std::array kRows = {
      OperationRow{"RMSNorm", normalization<true>},
      OperationRow{"LayerNorm", normalization<false>},
      OperationRow{"BatchNorm", batch_norm},
  };
  return kRows;
}

}  // namespace halfpixel::keras
