#include "operations/operands.hpp"

#include <algorithm>

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;

DType computed(DType dtype) {
  return is_floating(dtype) ? DType::float32 : dtype;
}

// The narrowest dtype that holds both (bool < integers < floating).
DType promote(DType a, DType b) {
  if (a == b) return a;
  if (is_floating(a) || is_floating(b)) return DType::float32;
  if (a == DType::boolean) return b;
  if (b == DType::boolean) return a;
  const auto is_signed = [](DType d) { return d <= DType::int64; };
  const std::size_t bytes = std::max(size_of(a), size_of(b));
  if (is_signed(a) == is_signed(b)) return size_of(a) == bytes ? a : b;
  const std::size_t unsigned_bytes = size_of(is_signed(a) ? b : a);
  const std::size_t wanted = unsigned_bytes < bytes ? bytes : 2 * unsigned_bytes;
  if (wanted > 8) return DType::float32;
  return wanted == 2 ? DType::int16 : wanted == 4 ? DType::int32 : DType::int64;
}

// Lists of lists of numbers, of one length each.
struct Rows {
  Shape shape;
  std::vector<float> numbers;
  bool whole = true;  // integers all of them

  bool add(const Config::Value& value, int axis) {
    if (const auto* list = value.get_if<Config::List>()) {
      const auto extent = static_cast<std::int64_t>(list->size());
      if (axis == shape.rank()) {
        if (!numbers.empty() || axis == kMaxRank) return false;
        shape.push_back(extent);
      }
      return shape[axis] == extent &&
             std::all_of(list->begin(), list->end(),
                         [&](const Config::Value& item) { return add(item, axis + 1); });
    }
    const auto number = value.number();
    if (!number || axis != shape.rank()) return false;
    numbers.push_back(static_cast<float>(*number));
    whole = whole && value.get_if<std::int64_t>() != nullptr;
    return true;
  }
};

}  // namespace

Operand Operand::of(const CallArguments& arguments, std::string_view key) {
  if (const Argument* const argument = arguments.argument(key)) {
    if (const auto* input = argument->get_if<Argument::Input>()) return {input->index};
    if (const auto* tensor = argument->get_if<Tensor>()) return {*tensor};
  }
  const Config::Value* const value = arguments.value(key);
  if (value == nullptr) arguments.refuse(key, "a tensor or a number");
  if (const auto* d = value->get_if<double>()) return {Number{*d, 0, false, false}};
  if (const auto* i = value->get_if<std::int64_t>())
    return {Number{static_cast<double>(*i), *i, true, false}};
  if (const auto* b = value->get_if<bool>())
    return {Number{*b ? 1.0 : 0.0, *b ? 1 : 0, true, true}};
  if (value->get_if<Config::List>() != nullptr) {
    Rows rows;
    if (!rows.add(*value, 0)) arguments.refuse(key, "a tensor or numbers");
    const Tensor array(rows.shape, std::span<const float>(rows.numbers));
    return {rows.whole && array.size() > 0 ? array.astype(DType::int32) : array};
  }
  arguments.refuse(key, "a tensor or a number");
}

Argument Operand::argument() const {
  if (const auto* input = get_if<int>()) return input_argument(*input);
  if (const auto* tensor = get_if<Tensor>()) return {*tensor};
  const auto& number = std::get<Number>(v);
  if (number.is_bool) return plain(number.integer != 0);
  return number.is_integer ? plain(number.integer) : plain(number.value);
}

std::vector<ValueId> promoted(Builder& builder, std::span<const Operand> operands,
                              std::span<const ValueId> inputs) {
  std::optional<DType> dtype;
  bool broken_number = false, number = false;
  const auto meet = [&](DType d) { dtype = dtype ? promote(*dtype, computed(d)) : computed(d); };
  for (const Operand& operand : operands) {
    if (const auto* input = operand.get_if<int>()) {
      meet(builder.spec(inputs[static_cast<std::size_t>(*input)]).dtype);
    } else if (const auto* tensor = operand.get_if<Tensor>()) {
      meet(tensor->dtype());
    } else {
      const auto& n = std::get<Operand::Number>(operand.v);
      broken_number = broken_number || !n.is_integer;
      number = number || !n.is_bool;
    }
  }
  if (!dtype || (broken_number && !is_floating(*dtype)))
    dtype = broken_number || !number ? DType::float32 : DType::int32;
  if (number && *dtype == DType::boolean) dtype = DType::int32;
  std::vector<ValueId> values;
  for (const Operand& operand : operands) {
    if (const auto* input = operand.get_if<int>()) {
      values.push_back(cast_to(builder, inputs[static_cast<std::size_t>(*input)], *dtype));
    } else if (const auto* tensor = operand.get_if<Tensor>()) {
      values.push_back(cast_to(builder, builder.constant(*tensor), *dtype));
    } else {
      const auto& n = std::get<Operand::Number>(operand.v);
      const Tensor wide = n.is_integer ? Tensor(Shape{}, {n.integer}) : Tensor(Shape{}, {n.value});
      values.push_back(builder.constant(wide.astype(*dtype)));
    }
  }
  return values;
}

ValueId value_of(Builder& builder, const Operand& operand, std::span<const ValueId> inputs) {
  return promoted(builder, std::span(&operand, 1), inputs)[0];
}

std::vector<Operand> operands_of(const CallArguments& arguments,
                                 std::initializer_list<std::string_view> keys) {
  std::vector<Operand> operands;
  for (const std::string_view key : keys) operands.push_back(Operand::of(arguments, key));
  return operands;
}

OperationCall form_of(std::span<const Operand> operands) {
  OperationCall form;
  for (const Operand& operand : operands) form.args.push_back(operand.argument());
  return form;
}

Emit on_promoted(std::vector<Operand> operands,
                 std::function<ValueId(Builder&, std::span<const ValueId>)> emit) {
  return [operands = std::move(operands), emit = std::move(emit)](Builder& b,
                                                                  std::span<const ValueId> inputs) {
    return std::vector<ValueId>{emit(b, promoted(b, operands, inputs))};
  };
}

ValueId emit_binary(Builder& builder, BinaryFunction function, ValueId a, ValueId b) {
  const DType dtype = builder.spec(a).dtype;
  if (function >= BinaryFunction::logical_and && dtype != DType::boolean) {
    return builder.add1(graph::make_binary(function),
                        {cast_to(builder, a, DType::boolean), cast_to(builder, b, DType::boolean)});
  }
  if (is_floating_only(function) && dtype != DType::float32) {
    return builder.add1(graph::make_binary(function),
                        {as_float32(builder, a), as_float32(builder, b)});
  }
  const bool has_kernel = dtype == DType::float32 || dtype == DType::int32 ||
                          dtype == DType::int64 || dtype == DType::uint8 || dtype == DType::boolean;
  if (has_kernel) return builder.add1(graph::make_binary(function), {a, b});
  const ValueId wide =
      builder.add1(graph::make_binary(function),
                   {cast_to(builder, a, DType::int64), cast_to(builder, b, DType::int64)});
  return is_comparison(function) ? wide : cast_to(builder, wide, dtype);
}

ValueId is_nan(Builder& builder, ValueId x) {
  return emit_binary(builder, BinaryFunction::not_equal, x, x);
}

}  // namespace halfpixel::keras
