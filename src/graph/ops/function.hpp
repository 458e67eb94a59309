// Functions of one element: every one of keras.activations that looks at one element at a time, and
// the mathematics of keras.ops. functions.inc lists them.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <halfpixel/dtype.hpp>

namespace halfpixel::graph {

enum class Function : std::uint8_t {
#define HALFPIXEL_FUNCTION(name, expression) name,
#include "graph/ops/functions.inc"
#undef HALFPIXEL_FUNCTION
};

inline constexpr float kNoLimit = std::numeric_limits<float>::infinity();

// Each function reads those that are its own.
struct UnaryParameters {
  float alpha = 0;      // relu: negative_slope; elu, celu: alpha; squareplus: b
  float threshold = 0;  // relu, soft_shrink, hard_shrink, threshold
  float otherwise = 0;  // threshold: what becomes of elements that are not above it
  float low = -kNoLimit, high = kNoLimit;  // clip: x_min and x_max; relu: high is max_value
};

// A function with its parameters: {Function::relu, {.high = 6}}.
struct Unary : UnaryParameters {
  constexpr Unary(Function f = Function::linear,  // NOLINT: converts on purpose
                  const UnaryParameters& parameters = {})
      : UnaryParameters(parameters), function(f) {}
  // By bits: -0 and +0 may give different results.
  friend constexpr bool operator==(const Unary& a, const Unary& b) {
    const auto bits = [](float value) { return std::bit_cast<std::uint32_t>(value); };
    return a.function == b.function && bits(a.alpha) == bits(b.alpha) &&
           bits(a.threshold) == bits(b.threshold) && bits(a.otherwise) == bits(b.otherwise) &&
           bits(a.low) == bits(b.low) && bits(a.high) == bits(b.high);
  }
  Function function;
};

inline constexpr Unary kRelu = Function::relu;

std::string_view name_of(Function function);
// float32 for nearly all; integers and bool for some.
bool takes(const Unary& unary, DType dtype);
std::string str(const Unary& unary);  // "relu max_value=6"

// y[i] = f(x[i]) for i in [0, count); y may be x. One thread; the same bits wherever the range
// begins.
void apply(const Unary& unary, const float* x, float* y, std::int64_t count) noexcept;

}  // namespace halfpixel::graph
