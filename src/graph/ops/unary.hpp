// Functions of one element: every one of keras.activations that looks at one element at a time, and
// the mathematics of keras.ops. Other ops fuse them through `apply`.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "graph/op.hpp"

namespace halfpixel::graph {

enum class Function : std::uint8_t {
  linear,
  relu,  // a: negative_slope, b: max_value (infinity: none), c: threshold
  elu,   // a: alpha
  selu,
  celu,       // a: alpha
  gelu,       // exact, by erf
  gelu_tanh,  // approximate=True
  sigmoid,
  hard_sigmoid,    // relu6(x + 3) / 6
  hard_sigmoid_2,  // tf_keras 2's: clip(0.2 x + 0.5, 0, 1)
  sparse_sigmoid,
  silu,
  hard_silu,
  mish,
  softplus,
  softsign,
  tanh,
  tanh_shrink,
  hard_tanh,
  soft_shrink,  // a: threshold
  hard_shrink,  // a: threshold
  threshold,    // a: threshold, b: default_value
  squareplus,   // a: b
  sparse_plus,
  log_sigmoid,
  exp,
  expm1,
  log,
  log1p,
  sqrt,
  rsqrt,
  square,
  abs,
  neg,
  sin,
  cos,
  floor,
  ceil,
  round,  // half to even
  sign,
  reciprocal,
  clip,  // a: x_min, b: x_max
  erf,
  exp2,
  log2,
  log10,
  cbrt,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  asinh,
  acosh,
  atanh,
  trunc,
  logical_not,  // bool
};

// A function with its parameters.
struct Unary {
  Function function = Function::linear;
  float a = 0, b = 0, c = 0;
  friend bool operator==(const Unary&, const Unary&) = default;
};

inline constexpr float kNoLimit = std::numeric_limits<float>::infinity();
inline constexpr Unary kRelu{Function::relu, 0.0F, kNoLimit, 0.0F};

std::string_view name_of(Function function);
// float32 for nearly all; integers and bool for some.
bool takes(const Unary& unary, DType dtype);
std::string str(const Unary& unary);  // "relu(max_value=6)"

// y[i] = f(x[i]) for i in [0, count); y may be x. One thread; the same bits wherever the range
// begins.
void apply(const Unary& unary, const float* x, float* y, std::int64_t count) noexcept;

class UnaryOp final : public Op {
 public:
  explicit UnaryOp(const Unary& f) : unary(f) {}
  std::string_view kind() const noexcept override { return "unary"; }
  std::string attributes() const override { return str(unary); }
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
  bool in_place(int) const override { return true; }
  bool strided_output() const override { return true; }

  const Unary unary;
};

OpPtr make_unary(const Unary& unary);
inline OpPtr make_unary(Function function) {
  return make_unary(Unary{function});
}

}  // namespace halfpixel::graph
