// Operations that make tensors from sizes: zeros, ones, fill, range, linspace. tf_keras records
// them where a size is a tensor.
#include <array>
#include <cmath>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/repeat.hpp"
#include "operations/operands.hpp"
#include "operations/sizes.hpp"

namespace halfpixel::keras {
namespace {

// A value of this shape, `number` everywhere. A value to start from may have any shape that
// broadcasts.
ValueId filled(Builder& b, ValueId number, const Sizes::Known& sizes, const std::string& who) {
  const Shape shape = shape_of(sizes, who);
  return whole(sizes) ? b.add1(graph::make_broadcast_to(shape), {number}) : later(b, number, shape);
}

DType dtype_of(const CallArguments& arguments, DType otherwise) {
  return arguments.has("dtype") ? to_dtype(arguments.text("dtype", "")) : otherwise;
}
DType in_graph(DType dtype) {
  return is_floating(dtype) ? DType::float32 : dtype;
}
std::optional<DType> declared(DType dtype) {
  return is_floating(dtype) ? std::optional(dtype) : std::nullopt;
}

template <int kValue>
LayerPtr constant(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"shape", "dtype", "name", "layout"});
  const auto sizes = Sizes::of(arguments, "shape");
  if (!sizes) arguments.refuse("shape", "integers");
  const DType dtype = dtype_of(arguments, DType::float32);
  return make_unsaveable(
      name, layer_name,
      [sizes = *sizes, number = full(Shape{}, kValue, in_graph(dtype)), who = arguments.who()](
          Builder& b, std::span<const ValueId> inputs) {
        return std::vector{filled(b, b.constant(number), sizes.in(b, inputs), who)};
      },
      declared(dtype));
}

LayerPtr fill(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"dims", "value", "name", "layout"});
  const auto sizes = Sizes::of(arguments, "dims");
  if (!sizes) arguments.refuse("dims", "integers");
  const Operand value = Operand::of(arguments, "value");
  return make_unsaveable(
      name, layer_name,
      [sizes = *sizes, value, who = arguments.who()](Builder& b, std::span<const ValueId> inputs) {
        return std::vector{filled(b, value_of(b, value, inputs), sizes.in(b, inputs), who)};
      });
}

// One number of a range, when it is known.
std::optional<double> number_of(const Builder& b, ValueId id, const std::string& who) {
  const auto known = b.known(id);
  if (known && known->value.size() == 1 && known->is_unknown.empty())
    return known->value.astype(DType::float64).span<double>()[0];
  if (b.only_infers()) return {};
  fail(ErrorCode::unsupported, "[", who,
       "] its size depends on the numbers of a tensor, which only a run tells; sizes may come from "
       "shapes alone");
}

// Longer ones are no coordinates.
constexpr double kMostSteps = 1 << 20;

// As TensorFlow's kernel adds up: in the dtype itself, step by step.
template <class T>
Tensor counted(T start, T delta, std::int64_t count, DType dtype) {
  Tensor values(Shape{count}, dtype);
  T value = start;
  for (T& element : std::span(values.data<T>(), static_cast<std::size_t>(count))) {
    element = value;
    value = static_cast<T>(value + delta);
  }
  return values;
}

LayerPtr range(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name,
                                {"start", "limit", "delta", "dtype", "name"});
  std::vector<Operand> operands;
  const bool two = arguments.has("limit");  // else the first is the limit
  operands.push_back(two ? Operand::of(arguments, "start") : Operand{Operand::Number{0, 0, true}});
  operands.push_back(Operand::of(arguments, two ? "limit" : "start"));
  operands.push_back(arguments.has("delta") ? Operand::of(arguments, "delta")
                                            : Operand{Operand::Number{1, 1, true}});
  std::optional<DType> dtype;
  if (arguments.has("dtype")) dtype = dtype_of(arguments, DType::int32);
  return make_unsaveable(
      name, layer_name,
      [operands, dtype, who = arguments.who()](Builder& b, std::span<const ValueId> inputs) {
        std::vector<ValueId> values = promoted(b, operands, inputs);
        if (dtype) {
          for (ValueId& value : values) value = cast_to(b, value, in_graph(*dtype));
        }
        const DType made = b.spec(values[0]).dtype;
        const auto start = number_of(b, values[0], who), limit = number_of(b, values[1], who),
                   delta = number_of(b, values[2], who);
        if (!start || !limit || !delta)
          return std::vector{b.add1(graph::make_later({Shape{kUnknown}, made}), {values[1]})};
        const double steps = std::ceil((*limit - *start) / *delta);
        if (!(*delta != 0) || !(steps <= kMostSteps) ||
            (made != DType::float32 && made != DType::int32 && made != DType::int64)) {
          fail(ErrorCode::invalid_argument, "[", who, "] a range from ", *start, " to ", *limit,
               " by ", *delta, " of dtype ", made, " is not supported");
        }
        const auto count = static_cast<std::int64_t>(std::max(steps, 0.0));
        const Tensor result =
            made == DType::float32
                ? counted(static_cast<float>(*start), static_cast<float>(*delta), count, made)
            : made == DType::int32 ? counted(static_cast<std::int32_t>(*start),
                                             static_cast<std::int32_t>(*delta), count, made)
                                   : counted(static_cast<std::int64_t>(*start),
                                             static_cast<std::int64_t>(*delta), count, made);
        return std::vector{b.constant(result)};
      },
      dtype ? declared(*dtype) : std::nullopt);
}

// start + delta * i, the last exactly stop.
LayerPtr linspace(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"start", "stop", "num", "name", "axis"});
  const auto sizes = Sizes::of(arguments, "num");
  if (!sizes) arguments.refuse("num", "an integer");
  const std::array ends = {Operand::of(arguments, "start"), Operand::of(arguments, "stop")};
  if (arguments.integer("axis", 0) != 0) arguments.refuse("axis", "0");
  return make_unsaveable(
      name, layer_name,
      [sizes = *sizes, ends, who = arguments.who()](Builder& b, std::span<const ValueId> inputs) {
        const auto count = sizes.one(b, inputs);
        const std::vector<ValueId> values_of_ends = promoted(b, ends, inputs);
        const auto first = number_of(b, values_of_ends[0], who),
                   last = number_of(b, values_of_ends[1], who);
        if (!count || !first || !last)
          return b.add(graph::make_later({Shape{kUnknown}, DType::float32}), inputs);
        if (*count < 1 || static_cast<double>(*count) > kMostSteps)
          fail(ErrorCode::invalid_argument, "[", who, "] num must be positive; got ", *count);
        const auto start = static_cast<float>(*first), stop = static_cast<float>(*last);
        Tensor values(Shape{*count}, DType::float32);
        float* const y = values.data<float>();
        const float delta =
            (stop - start) / static_cast<float>(std::max<std::int64_t>(*count - 1, 1));
        for (std::int64_t i = 0; i < *count; ++i) y[i] = start + delta * static_cast<float>(i);
        if (*count > 1) y[*count - 1] = stop;
        y[0] = start;
        return std::vector{b.constant(values)};
      });
}

}  // namespace

std::span<const OperationRow> filling_operations() {
  static constexpr std::array kRows = {
      OperationRow{"zeros", constant<0>}, OperationRow{"ones", constant<1>},
      OperationRow{"fill", fill},         OperationRow{"range", range},
      OperationRow{"linspace", linspace},
  };
  return kRows;
}

}  // namespace halfpixel::keras
