#include "graph/ops/unary.hpp"

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "core/dispatch.hpp"
#include "graph/ops/elementwise.hpp"
#include "graph/ops/rows.hpp"

namespace halfpixel::graph {
namespace {

constexpr std::string_view kNames[] = {
#define HALFPIXEL_FUNCTION(name, expression) #name,
#include "graph/ops/functions.inc"
#undef HALFPIXEL_FUNCTION
};

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
      const bool above = static_cast<double>(x) > static_cast<double>(unary.threshold);
      const T y = above ? x : T{0};
      return static_cast<double>(y) > static_cast<double>(unary.high) ? static_cast<T>(unary.high)
                                                                      : y;
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
      if (v < static_cast<double>(unary.low)) return static_cast<T>(unary.low);
      return v > static_cast<double>(unary.high) ? static_cast<T>(unary.high) : x;
    }
    default:
      return x;  // linear, floor, ceil, round, trunc
  }
}

bool takes_integers(const Unary& unary) {
  switch (unary.function) {
    case Function::relu:
      return unary.alpha == 0.0F;
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
      if (unary.alpha != 0.0F) text += concat(" negative_slope=", unary.alpha);
      if (unary.high != kNoLimit) text += concat(" max_value=", unary.high);
      if (unary.threshold != 0.0F) text += concat(" threshold=", unary.threshold);
      return name + text;
    }
    case Function::elu:
    case Function::celu:
      return concat(name, " alpha=", unary.alpha);
    case Function::soft_shrink:
    case Function::hard_shrink:
      return concat(name, " threshold=", unary.threshold);
    case Function::threshold:
      return concat(name, " ", unary.threshold, " else ", unary.otherwise);
    case Function::squareplus:
      return concat(name, " b=", unary.alpha);
    case Function::clip:
      return concat(name, " ", unary.low, " … ", unary.high);
    default:
      return name;
  }
}

namespace {

class UnaryOp final : public ElementwiseOp<UnaryOp, Unary> {
 public:
  using ElementwiseOp::ElementwiseOp;
  std::string_view kind() const noexcept override { return "unary"; }
  std::string attributes() const override { return str(attr); }
  bool in_place(int) const override { return true; }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    const std::string_view name = name_of(attr.function);
    if (inputs.size() != 1)
      fail(ErrorCode::internal, "[", name, "] one input is needed; got ", inputs.size());
    if (!takes(attr, inputs[0].dtype)) {
      fail(ErrorCode::unsupported, "[", name, "] input of another dtype is needed; got ",
           inputs[0].dtype);
    }
    return {inputs[0]};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Rows rows = Rows::of(args);
    return dispatch(args.inputs[0].dtype, [&](auto type) -> std::unique_ptr<Kernel> {
      using T = typename decltype(type)::type;
      if constexpr (std::is_same_v<T, float>) {
        return std::make_unique<FloatKernel>(attr, rows);
      } else if constexpr (std::is_integral_v<T>) {
        return std::make_unique<IntegerKernel<T>>(attr, rows);
      } else {
        fail(ErrorCode::unsupported, "[", name_of(attr.function), "] float32 is needed; got ",
             args.inputs[0].dtype);
      }
    });
  }

  void apply(std::span<const Operand> x, float* y, std::int64_t count) const noexcept override {
    graph::apply(attr, x[0].data, y, count);
  }
  const Unary* activation() const override { return &attr; }
  int repeated_input(const PrepareArgs&) const override {
    return attr.function == Function::linear ? 0 : -1;
  }
};

}  // namespace

OpPtr make_unary(const Unary& unary) {
  return std::make_shared<UnaryOp>(unary);
}

}  // namespace halfpixel::graph
