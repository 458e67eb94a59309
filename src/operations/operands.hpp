// Operands of recorded arithmetic: tensors of the model, arrays and Python numbers, and NumPy's
// promotion between them.
#pragma once

#include <functional>
#include <initializer_list>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "graph/ops/binary.hpp"
#include "model/emit.hpp"
#include "operations/operation_rows.hpp"

namespace halfpixel::keras {

struct Operand {
  struct Number {  // takes the dtype of its partner, unless that is an integer and the number is
                   // not
    double value = 0;
    std::int64_t integer = 0;  // its value exactly, when it is one
    bool is_integer = false;
    bool is_bool = false;
  };
  std::variant<int, Tensor, Number> v;  // int: position among the layer's inputs

  template <class T>
  const T* get_if() const {
    return std::get_if<T>(&v);
  }
  // Throws Error "[operation] …" when the argument is missing or nothing to compute with.
  static Operand of(const CallArguments& arguments, std::string_view key);
  Argument argument() const;  // as it is written
};

// Values of all operands, of the dtype that NumPy's rules give (floating: float32).
std::vector<ValueId> promoted(Builder& builder, std::span<const Operand> operands,
                              std::span<const ValueId> inputs);
// Of one that has no partner.
ValueId value_of(Builder& builder, const Operand& operand, std::span<const ValueId> inputs);
// These arguments of a call, and how they are written.
std::vector<Operand> operands_of(const CallArguments& arguments,
                                 std::initializer_list<std::string_view> keys);
OperationCall form_of(std::span<const Operand> operands);
// An Emit for operations of operands: emit(builder, their promoted values) gives the result.
Emit on_promoted(std::vector<Operand> operands,
                 std::function<ValueId(Builder&, std::span<const ValueId>)> emit);
// f(a, b) for operands of one dtype, whatever it is: those that kernels lack go through int64.
ValueId emit_binary(Builder& builder, graph::BinaryFunction function, ValueId a, ValueId b);
ValueId is_nan(Builder& builder, ValueId x);

}  // namespace halfpixel::keras
