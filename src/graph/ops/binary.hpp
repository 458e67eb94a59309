// Functions of two elements, broadcasting as NumPy. Both inputs have one dtype; comparisons give
// bool.
#pragma once

#include <cstdint>
#include <string_view>

#include "graph/op.hpp"

namespace halfpixel::graph {

enum class BinaryFunction : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  power,
  maximum,
  minimum,
  floor_divide,
  mod,  // sign of the divisor, as Python
  squared_difference,
  prelu,  // x > 0 ? x : alpha * x
  atan2,
  hypot,
  log_add_exp,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  logical_and,
  logical_or,
  logical_xor,
};

std::string_view name_of(BinaryFunction function);
inline bool is_comparison(BinaryFunction f) {
  return f >= BinaryFunction::equal && f <= BinaryFunction::greater_equal;
}
inline bool is_floating_only(BinaryFunction f) {
  return f == BinaryFunction::divide ||
         (f >= BinaryFunction::prelu && f <= BinaryFunction::log_add_exp);
}
inline bool is_commutative(BinaryFunction f) {
  return f == BinaryFunction::add || f == BinaryFunction::multiply ||
         f == BinaryFunction::maximum || f == BinaryFunction::minimum;
}

// y[i] = f(a[i], b[i]); a step of 0 means one value for all. float32 arithmetic only; y may be a or
// b.
void apply(BinaryFunction function, const float* a, int a_step, const float* b, int b_step,
           float* y, std::int64_t count) noexcept;

OpPtr make_binary(BinaryFunction function);

}  // namespace halfpixel::graph
