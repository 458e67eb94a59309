#include "graph/ops/binary.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <type_traits>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/broadcast.hpp"
#include "graph/ops/elementwise.hpp"
#include "graph/ops/math-inl.hpp"
#include "graph/ops/per_channel.hpp"

namespace halfpixel::graph {
namespace {

constexpr std::array<std::string_view, 23> kNames = {
    "add",         "subtract",   "multiply",     "divide",      "power",
    "maximum",     "minimum",    "floor_divide", "mod",         "squared_difference",
    "prelu",       "atan2",      "hypot",        "log_add_exp", "equal",
    "not_equal",   "less",       "less_equal",   "greater",     "greater_equal",
    "logical_and", "logical_or", "logical_xor"};

template <class T>
HALFPIXEL_INLINE T floor_divided(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::floor(a / b);
  } else {
    if (b == 0) return T{0};  // defined, whatever the processor does
    if constexpr (std::is_signed_v<T>) {
      if (b == T{-1}) return static_cast<T>(std::uint64_t{0} - static_cast<std::uint64_t>(a));
    }
    const T q = static_cast<T>(a / b);
    return static_cast<T>(q - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0));
  }
}

template <class T>
HALFPIXEL_INLINE T modulo(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    const T r = std::fmod(a, b);
    return r != T{0} && (r < T{0}) != (b < T{0}) ? r + b : r;
  } else {
    if (b == 0) return T{0};
    if constexpr (std::is_signed_v<T>) {
      if (b == T{-1}) return T{0};
    }
    const T r = static_cast<T>(a % b);
    return static_cast<T>(r != 0 && (r < 0) != (b < 0) ? r + b : r);
  }
}

// Wraps, as TensorFlow's kernels do.
template <class T>
HALFPIXEL_INLINE T integer_power(T base, T exponent) {
  if (exponent < T{0}) return base == T{1} ? T{1} : T{0};
  std::uint64_t result = 1, factor = static_cast<std::uint64_t>(base),
                n = static_cast<std::uint64_t>(exponent);
  for (; n != 0; n >>= 1, factor *= factor) {
    if ((n & 1) != 0) result *= factor;
  }
  return static_cast<T>(result);
}

template <class T, class R, class F>
HALFPIXEL_INLINE void each(const T* a, int a_step, const T* b, int b_step, R* y, std::int64_t count,
                           const F& f) {
  if (a_step != 0 && b_step != 0) {
    // y is a or b, or far from them
    HALFPIXEL_IVDEP
    for (std::int64_t i = 0; i < count; ++i) y[i] = f(a[i], b[i]);
  } else if (a_step != 0) {
    const T v = *b;
    HALFPIXEL_IVDEP
    for (std::int64_t i = 0; i < count; ++i) y[i] = f(a[i], v);
  } else {
    const T v = *a;
    HALFPIXEL_IVDEP
    for (std::int64_t i = 0; i < count; ++i) y[i] = f(v, b_step != 0 ? b[i] : *b);
  }
}

// log(exp(a) + exp(b)); equal infinities have no difference.
template <class T>
HALFPIXEL_INLINE T log_add_exp(T a, T b) {
  return a == b ? a + static_cast<T>(0.69314718055994530942)
                : std::fmax(a, b) + std::log1p(std::exp(-std::fabs(a - b)));
}

// Unsigned twins, so that integers wrap instead of being undefined.
template <class T, class F>
HALFPIXEL_INLINE T wrapped(T a, T b, const F& f) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(f(static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b)));
  } else {
    return f(a, b);
  }
}

template <class T>
HALFPIXEL_INLINE bool arithmetic(BinaryFunction function, const T* a, int as, const T* b, int bs,
                                 T* y, std::int64_t count) {
#define HALFPIXEL_EACH(expression) \
  each(a, as, b, bs, y, count,     \
       [](T p, T q) __attribute__((always_inline)) -> T { return expression; })
  const auto sum = [](auto p, auto q) __attribute__((always_inline)) { return p + q; };
  const auto difference = [](auto p, auto q) __attribute__((always_inline)) { return p - q; };
  const auto product = [](auto p, auto q) __attribute__((always_inline)) { return p * q; };
#define HALFPIXEL_WRAPPED(f)   \
  each(a, as, b, bs, y, count, \
       [&](T p, T q) __attribute__((always_inline)) -> T { return wrapped(p, q, f); })
  switch (function) {
    case BinaryFunction::add:
      HALFPIXEL_WRAPPED(sum);
      return true;
    case BinaryFunction::subtract:
      HALFPIXEL_WRAPPED(difference);
      return true;
    case BinaryFunction::multiply:
      HALFPIXEL_WRAPPED(product);
      return true;
    case BinaryFunction::divide:
      if constexpr (std::is_floating_point_v<T>) HALFPIXEL_EACH(p / q);
      return std::is_floating_point_v<T>;
    case BinaryFunction::power:
      if constexpr (std::is_floating_point_v<T>) {
        if (bs == 0 && *b == T{2}) {
          HALFPIXEL_EACH(((void)q, p * p));
        } else {
          HALFPIXEL_EACH(std::pow(p, q));
        }
      } else {
        HALFPIXEL_EACH(integer_power(p, q));
      }
      return true;
    case BinaryFunction::maximum:
      HALFPIXEL_EACH(p > q || p != p ? p : q);
      return true;  // NaN wins
    case BinaryFunction::minimum:
      HALFPIXEL_EACH(p < q || p != p ? p : q);
      return true;
    case BinaryFunction::floor_divide:
      HALFPIXEL_EACH(floor_divided(p, q));
      return true;
    case BinaryFunction::mod:
      HALFPIXEL_EACH(modulo(p, q));
      return true;
    case BinaryFunction::squared_difference:
      if constexpr (std::is_floating_point_v<T>) {
        HALFPIXEL_EACH((p - q) * (p - q));
      } else {
        each(a, as, b, bs, y, count, [](T p, T q) -> T {
          const std::uint64_t d = static_cast<std::uint64_t>(p) - static_cast<std::uint64_t>(q);
          return static_cast<T>(d * d);
        });
      }
      return true;
    case BinaryFunction::prelu:
      HALFPIXEL_EACH(p > T{0} ? p : static_cast<T>(q * p));
      return true;
    case BinaryFunction::atan2:
      if constexpr (std::is_floating_point_v<T>) HALFPIXEL_EACH(std::atan2(p, q));
      return std::is_floating_point_v<T>;
    case BinaryFunction::hypot:
      if constexpr (std::is_floating_point_v<T>) HALFPIXEL_EACH(std::hypot(p, q));
      return std::is_floating_point_v<T>;
    case BinaryFunction::log_add_exp:
      if constexpr (std::is_floating_point_v<T>) HALFPIXEL_EACH(log_add_exp(p, q));
      return std::is_floating_point_v<T>;
    default:
      return false;
  }
#undef HALFPIXEL_WRAPPED
#undef HALFPIXEL_EACH
}

template <class T>
bool comparison(BinaryFunction function, const T* a, int as, const T* b, int bs, bool* y,
                std::int64_t count) {
  switch (function) {
    case BinaryFunction::equal:
      each(a, as, b, bs, y, count, [](T p, T q) { return p == q; });
      return true;
    case BinaryFunction::not_equal:
      each(a, as, b, bs, y, count, [](T p, T q) { return p != q; });
      return true;
    case BinaryFunction::less:
      each(a, as, b, bs, y, count, [](T p, T q) { return p < q; });
      return true;
    case BinaryFunction::less_equal:
      each(a, as, b, bs, y, count, [](T p, T q) { return p <= q; });
      return true;
    case BinaryFunction::greater:
      each(a, as, b, bs, y, count, [](T p, T q) { return p > q; });
      return true;
    case BinaryFunction::greater_equal:
      each(a, as, b, bs, y, count, [](T p, T q) { return p >= q; });
      return true;
    default:
      return false;
  }
}

bool logic(BinaryFunction function, const bool* a, int as, const bool* b, int bs, bool* y,
           std::int64_t count) {
  switch (function) {
    case BinaryFunction::maximum:
    case BinaryFunction::add:
    case BinaryFunction::logical_or:
      each(a, as, b, bs, y, count, [](bool p, bool q) { return p || q; });
      return true;
    case BinaryFunction::minimum:
    case BinaryFunction::multiply:
    case BinaryFunction::logical_and:
      each(a, as, b, bs, y, count, [](bool p, bool q) { return p && q; });
      return true;
    case BinaryFunction::logical_xor:
      each(a, as, b, bs, y, count, [](bool p, bool q) { return p != q; });
      return true;
    default:
      return false;
  }
}

template <class T>
void any(BinaryFunction function, const void* a, int as, const void* b, int bs, void* y,
         std::int64_t count) {
  const T* p = static_cast<const T*>(a);
  const T* q = static_cast<const T*>(b);
  if (is_comparison(function)) {
    comparison(function, p, as, q, bs, static_cast<bool*>(y), count);
  } else if constexpr (std::is_same_v<T, bool>) {
    logic(function, p, as, q, bs, static_cast<bool*>(y), count);
  } else if constexpr (std::is_same_v<T, float>) {
    apply(function, p, as, q, bs, static_cast<float*>(y), count);
  } else {
    arithmetic(function, p, as, q, bs, static_cast<T*>(y), count);
  }
}

using Run = void (*)(BinaryFunction, const void*, int, const void*, int, void*, std::int64_t);

Run find_run(DType dtype) {
  switch (dtype) {
    case DType::float32:
      return any<float>;
    case DType::int32:
      return any<std::int32_t>;
    case DType::int64:
      return any<std::int64_t>;
    case DType::uint8:
      return any<std::uint8_t>;
    case DType::boolean:
      return any<bool>;
    default:
      return nullptr;
  }
}

class BinaryKernel final : public Kernel {
 public:
  BinaryKernel(BinaryFunction function, const PrepareArgs& args)
      : function_(function),
        run_(find_run(args.inputs[0].dtype)),
        in_bytes_(static_cast<std::int64_t>(size_of(args.inputs[0].dtype))),
        out_bytes_(static_cast<std::int64_t>(size_of(args.outputs[0].dtype))),
        walk_({args.inputs[0].shape, args.inputs[1].shape}, args.outputs[0].shape) {
    const Shape& shape = args.outputs[0].shape;
    length_ = shape.rank() > 0 ? shape[shape.rank() - 1] : 1;
    stride_ = args.row_stride();
  }

  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    const auto* a = static_cast<const char*>(in[0]);
    const auto* b = static_cast<const char*>(in[1]);
    auto* y = static_cast<char*>(out[0]);
    const int as = walk_.run_step(0), bs = walk_.run_step(1);
    walk_.run([&](const std::array<std::int64_t, 2>& at, std::int64_t first, std::int64_t count) {
      std::int64_t done = 0;
      while (done < count) {  // once, unless the result has gaps
        const std::int64_t i = first + done;
        const std::int64_t column = stride_ == length_ ? 0 : i % length_;
        const std::int64_t part =
            stride_ == length_ ? count : std::min(count - done, length_ - column);
        const std::int64_t position = stride_ == length_ ? i : i / length_ * stride_ + column;
        run_(function_, a + (at[0] + done * as) * in_bytes_, as,
             b + (at[1] + done * bs) * in_bytes_, bs, y + position * out_bytes_, part);
        done += part;
      }
    });
  }

 private:
  BinaryFunction function_;
  Run run_;
  std::int64_t in_bytes_, out_bytes_;
  BroadcastWalk<2> walk_;
  std::int64_t length_ = 1, stride_ = 1;
};

}  // namespace

std::string_view name_of(BinaryFunction function) {
  return kNames[static_cast<std::size_t>(function)];
}

HALFPIXEL_CLONES void apply(BinaryFunction function, const float* a, int a_step, const float* b,
                            int b_step, float* y, std::int64_t count) noexcept {
  arithmetic(function, a, a_step, b, b_step, y, count);
}

namespace {

// True when the constant is one float32, `number`, with the sign of zero.
bool is_scalar(const Tensor* constant, float number) {
  return constant != nullptr && constant->dtype() == DType::float32 && constant->size() == 1 &&
         std::bit_cast<std::uint32_t>(*constant->data<float>()) ==
             std::bit_cast<std::uint32_t>(number);
}

class BinaryOp final : public ElementwiseOp<BinaryOp, BinaryFunction> {
 public:
  using ElementwiseOp::ElementwiseOp;
  std::string_view kind() const noexcept override { return name_of(attr); }
  // The executable checks that the sizes are equal, so the input is not broadcast.
  bool in_place(int) const override { return !is_comparison(attr); }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    return std::make_unique<BinaryKernel>(attr, args);
  }
  void apply(std::span<const Operand> x, float* y, std::int64_t count) const noexcept override {
    graph::apply(attr, x[0].data, x[0].step, x[1].data, x[1].step, y, count);
  }
  const ElementFunction* element_function(int) const override {
    return is_comparison(attr) ? nullptr : this;
  }
  int repeated_input(const PrepareArgs& args) const override {
    return is_neutral(args, 1) ? 0 : is_neutral(args, 0) ? 1 : -1;
  }
  std::optional<PerChannel> per_channel(int input, const PrepareArgs& args) const override;

 private:
  bool is_neutral(const PrepareArgs& args, std::size_t input) const {
    const Tensor* const constant = args.constants[input];
    switch (attr) {
      case BinaryFunction::add:
        return is_scalar(constant, -0.0F);  // -0 + +0 would be +0
      case BinaryFunction::subtract:
        return input == 1 && is_scalar(constant, 0.0F);
      case BinaryFunction::multiply:
        return is_scalar(constant, 1.0F);
      case BinaryFunction::divide:
        return input == 1 && is_scalar(constant, 1.0F);
      default:
        return false;
    }
  }
};

std::vector<Spec> BinaryOp::infer(std::span<const Spec> inputs) const {
  const std::string_view name = name_of(attr);
  if (inputs.size() != 2)
    fail(ErrorCode::internal, "[", name, "] two inputs are needed; got ", inputs.size());
  const DType dtype = inputs[0].dtype;
  if (inputs[1].dtype != dtype) {
    fail(ErrorCode::invalid_argument, "[", name, "] inputs must have one dtype; got ", dtype,
         " and ", inputs[1].dtype);
  }
  const bool logical = attr >= BinaryFunction::logical_and;
  const bool of_bools = logical || is_comparison(attr) || is_commutative(attr);
  const bool of_floats = is_floating_only(attr);
  const bool of_numbers = !logical && (!of_floats || dtype == DType::float32);
  if (find_run(dtype) == nullptr || !(dtype == DType::boolean ? of_bools : of_numbers)) {
    fail(ErrorCode::unsupported, "[", name, "] inputs of another dtype are needed; got ", dtype);
  }
  return {{broadcast_shapes(name, inputs[0].shape, inputs[1].shape),
           is_comparison(attr) ? DType::boolean : dtype}};
}

std::optional<PerChannel> BinaryOp::per_channel(int input, const PrepareArgs& args) const {
  const auto partner = channel_values(args.constants[input == 0 ? 1 : 0], args.outputs[0].shape);
  if (!partner) return std::nullopt;
  std::vector<double> values = *partner;
  const auto map = [&values](auto f) { std::ranges::transform(values, values.begin(), f); };
  switch (attr) {
    case BinaryFunction::add:
      return PerChannel{{}, std::move(values)};
    case BinaryFunction::subtract:
      if (input == 1) return PerChannel{std::vector<double>(values.size(), -1.0), values};
      map([](double v) { return -v; });
      return PerChannel{{}, std::move(values)};
    case BinaryFunction::multiply:
      return PerChannel{std::move(values), {}};
    case BinaryFunction::divide:
      if (input == 1 || std::ranges::find(values, 0.0) != values.end()) return std::nullopt;
      map([](double v) { return 1.0 / v; });
      return PerChannel{std::move(values), {}};
    default:
      return std::nullopt;
  }
}

}  // namespace

OpPtr make_binary(BinaryFunction function) {
  return std::make_shared<BinaryOp>(function);
}

}  // namespace halfpixel::graph
