#include "graph/ops/unary.hpp"

#include <array>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "core/dispatch.hpp"
#include "graph/ops/rows.hpp"

namespace halfpixel::graph {
namespace {

constexpr std::array<std::string_view, 58> kNames = {"linear",
                                                     "relu",
                                                     "elu",
                                                     "selu",
                                                     "celu",
                                                     "gelu",
                                                     "gelu_tanh",
                                                     "sigmoid",
                                                     "hard_sigmoid",
                                                     "hard_sigmoid_2",
                                                     "sparse_sigmoid",
                                                     "silu",
                                                     "hard_silu",
                                                     "mish",
                                                     "softplus",
                                                     "softsign",
                                                     "tanh",
                                                     "tanh_shrink",
                                                     "hard_tanh",
                                                     "soft_shrink",
                                                     "hard_shrink",
                                                     "threshold",
                                                     "squareplus",
                                                     "sparse_plus",
                                                     "log_sigmoid",
                                                     "exp",
                                                     "expm1",
                                                     "log",
                                                     "log1p",
                                                     "sqrt",
                                                     "rsqrt",
                                                     "square",
                                                     "abs",
                                                     "neg",
                                                     "sin",
                                                     "cos",
                                                     "floor",
                                                     "ceil",
                                                     "round",
                                                     "sign",
                                                     "reciprocal",
                                                     "clip",
                                                     "erf",
                                                     "exp2",
                                                     "log2",
                                                     "log10",
                                                     "cbrt",
                                                     "tan",
                                                     "asin",
                                                     "acos",
                                                     "atan",
                                                     "sinh",
                                                     "cosh",
                                                     "asinh",
                                                     "acosh",
                                                     "atanh",
                                                     "trunc",
                                                     "logical_not"};

class FloatKernel final : public Kernel {
 public:
  FloatKernel(const Unary& unary, const Rows& rows) : unary_(unary), rows_(rows) {}
  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    const auto* x = static_cast<const float*>(in[0]);
    auto* y = static_cast<float*>(out[0]);
    rows_.run([&](std::int64_t first, std::int64_t count, std::int64_t position) {
      apply(unary_, x + first, y + position, count);
    });
  }

 private:
  Unary unary_;
  Rows rows_;
};

// Functions whose results are integers when their arguments are.
template <class T>
T integer_value(const Unary& unary, T x) {
  switch (unary.function) {
    case Function::relu: {
      const bool above = static_cast<double>(x) > static_cast<double>(unary.c);
      const T y = above ? x : T{0};
      return static_cast<double>(y) > static_cast<double>(unary.b) ? static_cast<T>(unary.b) : y;
    }
    case Function::square:
      return static_cast<T>(static_cast<std::uint64_t>(x) * static_cast<std::uint64_t>(x));
    case Function::abs:
      return x < T{0} ? static_cast<T>(T{0} - x) : x;
    case Function::neg:
      return static_cast<T>(std::uint64_t{0} - static_cast<std::uint64_t>(x));
    case Function::sign:
      return x > T{0} ? T{1} : (x < T{0} ? static_cast<T>(-1) : T{0});
    case Function::clip: {
      const auto v = static_cast<double>(x);
      if (v < static_cast<double>(unary.a)) return static_cast<T>(unary.a);
      return v > static_cast<double>(unary.b) ? static_cast<T>(unary.b) : x;
    }
    default:
      return x;  // linear, floor, ceil, round, trunc
  }
}

bool takes_integers(const Unary& unary) {
  switch (unary.function) {
    case Function::relu:
      return unary.a == 0.0F;
    case Function::linear:
    case Function::square:
    case Function::abs:
    case Function::neg:
    case Function::sign:
    case Function::clip:
    case Function::floor:
    case Function::ceil:
    case Function::round:
    case Function::trunc:
      return true;
    default:
      return false;
  }
}

template <class T>
class IntegerKernel final : public Kernel {
 public:
  IntegerKernel(const Unary& unary, const Rows& rows) : unary_(unary), rows_(rows) {}
  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    const T* x = static_cast<const T*>(in[0]);
    T* y = static_cast<T*>(out[0]);
    rows_.run([&](std::int64_t first, std::int64_t count, std::int64_t position) {
      for (std::int64_t i = 0; i < count; ++i) {
        if constexpr (std::is_same_v<T, bool>) {
          y[position + i] = unary_.function == Function::logical_not ? !x[first + i] : x[first + i];
        } else {
          y[position + i] = integer_value(unary_, x[first + i]);
        }
      }
    });
  }

 private:
  Unary unary_;
  Rows rows_;
};

}  // namespace

bool takes(const Unary& unary, DType dtype) {
  if (dtype == DType::float32) return unary.function != Function::logical_not;
  if (dtype == DType::boolean)
    return unary.function == Function::logical_not || unary.function == Function::linear;
  return is_integer(dtype) && takes_integers(unary);
}

std::string_view name_of(Function function) {
  return kNames[static_cast<std::size_t>(function)];
}

std::string str(const Unary& unary) {
  const std::string name(name_of(unary.function));
  switch (unary.function) {
    case Function::relu: {
      std::string text;
      if (unary.a != 0.0F) text += concat(" negative_slope=", unary.a);
      if (unary.b != kNoLimit) text += concat(" max_value=", unary.b);
      if (unary.c != 0.0F) text += concat(" threshold=", unary.c);
      return name + text;
    }
    case Function::elu:
    case Function::celu:
      return concat(name, " alpha=", unary.a);
    case Function::soft_shrink:
    case Function::hard_shrink:
      return concat(name, " threshold=", unary.a);
    case Function::threshold:
      return concat(name, " ", unary.a, " else ", unary.b);
    case Function::squareplus:
      return concat(name, " b=", unary.a);
    case Function::clip:
      return concat(name, " ", unary.a, " … ", unary.b);
    default:
      return name;
  }
}

std::vector<Spec> UnaryOp::infer(std::span<const Spec> inputs) const {
  if (inputs.size() != 1)
    fail(ErrorCode::internal, "[", name_of(unary.function), "] one input is needed; got ",
         inputs.size());
  const DType dtype = inputs[0].dtype;
  if (!takes(unary, dtype))
    fail(ErrorCode::unsupported, "[", name_of(unary.function),
         "] input of another dtype is needed; got ", dtype);
  return {inputs[0]};
}

std::unique_ptr<Kernel> UnaryOp::prepare(const PrepareArgs& args) const {
  const Rows rows = Rows::of(args);
  return dispatch(args.inputs[0].dtype, [&](auto type) -> std::unique_ptr<Kernel> {
    using T = typename decltype(type)::type;
    if constexpr (std::is_same_v<T, float>) {
      return std::make_unique<FloatKernel>(unary, rows);
    } else if constexpr (std::is_integral_v<T>) {
      return std::make_unique<IntegerKernel<T>>(unary, rows);
    } else {
      fail(ErrorCode::unsupported, "[", name_of(unary.function), "] float32 is needed; got ",
           args.inputs[0].dtype);
    }
  });
}

OpPtr make_unary(const Unary& unary) {
  return std::make_shared<UnaryOp>(unary);
}

}  // namespace halfpixel::graph
