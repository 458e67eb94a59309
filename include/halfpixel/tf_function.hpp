// tf::function: a C++ callable traced once per signature into a compiled graph. Component
// halfpixel::model.
//
//   auto up = tf::function([](auto x, Size size) { return tf::image::resize(x, size); });
//   Tensor y = up(image, Size{64, 64});   // traced for this shape, dtype and size; the next call
//   just runs
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <halfpixel/export.hpp>
#include <halfpixel/keras/tensor.hpp>
#include <halfpixel/shared.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::keras {
class Model;
}

namespace halfpixel::tf {

// Shape (unknown extents allowed) and dtype of an argument.
struct TensorSpec {
  Shape shape;
  DType dtype = DType::float32;
  friend bool operator==(const TensorSpec&, const TensorSpec&) = default;
};

// A pass of the compiler: a rewrite of the graph.
struct PassInfo {
  std::string name;               // for FunctionOptions::without: "fuse_activation"
  std::string what;               // for people: "activations moved into products"
  bool changes_rounding = false;  // results may differ in the last bits from what was recorded
  bool fast_only = false;         // runs with Precision::fast alone
};
// All of them, in the order in which they run.
HALFPIXEL_EXPORT std::vector<PassInfo> passes();

enum class Precision {
  relaxed,  // every pass; those that change rounding may alter the last bits
  exact,    // no pass that changes rounding: the bits of the recorded operations, one by one
  fast,     // relaxed, and factors of convolutions and matrix products are rounded to bfloat16
            // where the processor multiplies those faster (AMX, AMD's AVX512-BF16); their sums
            // stay float32. Two to three digits are right. Elsewhere it is relaxed.
};
HALFPIXEL_EXPORT Precision to_precision(std::string_view name);  // throws Error
HALFPIXEL_EXPORT std::string_view name_of(Precision precision) noexcept;

struct FunctionOptions {
  Precision precision = Precision::relaxed;
  std::vector<std::string> without = {};  // names of passes; an unknown one is an Error
};

// What a pass of the compiler did to one graph.
struct PassReport {
  std::string pass;  // its name
  int changes = 0;
  // Of convolutions and products in the whole graph, with their padding and with sums of products
  // that are additions alone. The first pass starts from what was recorded, each of the others from
  // what the one above it left.
  double multiply_adds_before = 0;
  double multiply_adds_after = 0;
};

// A step of a compiled graph, timed.
struct StepProfile {
  std::string operation;     // and its attributes: "conv (same relu)"
  std::string name;          // of the layer or operation that it came from; may be empty
  Shape shape;               // of its first output
  double seconds = 0;        // the least of all runs
  double multiply_adds = 0;  // as in PassReport; 0: it is no convolution or product
  double gflops() const {    // 10^9 operations a second, a multiply-add being two
    return seconds > 0 ? 2e-9 * multiply_adds / seconds : 0;
  }
};
// What gflops() could be at best: float32 multiply-adds in the registers of num_threads() cores
// with the machine's best instructions. Measured at each call, in some 20 ms.
HALFPIXEL_EXPORT double peak_gflops();

// One compiled signature. Immutable; any number of threads may call it at once.
class HALFPIXEL_EXPORT ConcreteFunction {
 public:
  Tensor operator()(const ConstTensorView& x) const;  // one input, one output
  std::vector<Tensor> operator()(const std::vector<Tensor>& inputs) const;
  // The same from views, which are read where they are unless they must be cast or have strides.
  std::vector<Tensor> call(const std::vector<ConstTensorView>& inputs) const;
  // Into the caller's memory, which must be contiguous. Throws Error when shapes or dtypes are not
  // inputs() and outputs(). From contiguous float32 to float32 it allocates nothing once it has run
  // as often at once as it does now.
  void run(const std::vector<ConstTensorView>& inputs,
           const std::vector<TensorView>& outputs) const;
  std::vector<TensorSpec> inputs() const;
  std::vector<TensorSpec> outputs() const;
  std::size_t arena_bytes() const;      // memory planned for intermediate values
  std::size_t unplanned_bytes() const;  // what a buffer for each of them would take
  std::string describe() const;         // the optimised graph and what each pass did, line by line
  // Of all passes that ran, in their order.
  std::vector<PassReport> passes() const;
  // Runs `runs` times and tells of each step, in the order of describe(). Inputs as for call();
  // throws Error when they do not fit or `runs` is below 1.
  std::vector<StepProfile> profile(const std::vector<ConstTensorView>& inputs, int runs = 5) const;

 private:
  friend struct halfpixel::Access;
  struct Impl;
  explicit ConcreteFunction(halfpixel::detail::Shared<const Impl> impl) noexcept
      : impl_(std::move(impl)) {}
  halfpixel::detail::Shared<const Impl> impl_;
};

// A model compiled once per input signature, and anew after its weights were set. Calls are
// thread-safe; copies share what was compiled.
class HALFPIXEL_EXPORT ModelFunction {
 public:
  explicit ModelFunction(const keras::Model& model, const FunctionOptions& options = {});
  Tensor operator()(const ConstTensorView& x) const;
  std::vector<Tensor> operator()(const std::vector<Tensor>& inputs) const;
  ConcreteFunction get_concrete_function(const std::vector<TensorSpec>& specs) const;
  int tracing_count() const;

 private:
  friend struct halfpixel::Access;
  struct Impl;
  halfpixel::detail::Shared<Impl> impl_;
};

namespace detail {

using halfpixel::detail::Shared;
using Symbols = std::vector<keras::KerasTensor>;

// Arguments that are traced; everything else is a plain value and part of the signature.
template <class T>
inline constexpr bool is_tensor = std::is_convertible_v<const T&, ConstTensorView>;
template <class T>
inline constexpr bool is_symbol = std::is_same_v<T, keras::KerasTensor>;

// The arguments of a call beside its tensors, their types erased.
class HALFPIXEL_EXPORT PlainArguments {
 public:
  virtual ~PlainArguments();
  virtual bool equals(const PlainArguments& other) const = 0;
};

struct TensorPlace {  // where an argument is a tensor
  friend bool operator==(const TensorPlace&, const TensorPlace&) = default;
};

template <class... Values>
class PlainValues final : public PlainArguments {
 public:
  explicit PlainValues(std::tuple<Values...> values) : values_(std::move(values)) {}
  bool equals(const PlainArguments& other) const override {
    const auto* const same = dynamic_cast<const PlainValues*>(&other);
    return same != nullptr && same->values_ == values_;
  }

 private:
  std::tuple<Values...> values_;
};

// The user's callable and the plain arguments of one call: what it records on symbols.
class HALFPIXEL_EXPORT Recorder {
 public:
  virtual ~Recorder();
  virtual Symbols record(const Symbols& symbols) const = 0;
};

template <class Body>
class BodyRecorder final : public Recorder {
 public:
  explicit BodyRecorder(const Body& body) : body_(body) {}
  Symbols record(const Symbols& symbols) const override { return body_(symbols); }

 private:
  const Body& body_;
};

// The traces of one callable. No lock is held while anything of the user's runs.
class HALFPIXEL_EXPORT Traces {
 public:
  Traces(std::vector<TensorSpec> input_signature, FunctionOptions options);
  ConcreteFunction get(const std::vector<TensorSpec>& specs,
                       const Shared<const PlainArguments>& plain, const Recorder& recorder) const;
  int count() const;

 private:
  friend struct halfpixel::Access;
  struct Impl;
  Shared<Impl> impl_;
};

}  // namespace detail

// A callable and its traces. Calls are thread-safe; copies share the traces. The callable is called
// as const, perhaps by several threads at once: when they need one signature at the same time, each
// may trace it, and the first trace is kept. A callable may call its own function, with other
// arguments; with the same ones while they are being traced it is an Error.
template <class F>
class Function {
 public:
  Function(F callable, std::vector<TensorSpec> input_signature, FunctionOptions options = {})
      : callable_(detail::Shared<const F>::make(std::move(callable))),
        traces_(std::move(input_signature), std::move(options)) {}

  // Tensors (anything that converts to ConstTensorView) are traced by shape and dtype; other
  // arguments are compared by ==. Returns a Tensor, or std::vector<Tensor> when the callable
  // returns several. Called with a symbolic tensor, within another tracing, it is a part of that
  // one and returns what the callable returns.
  template <class... Args>
  auto operator()(const Args&... args) const {
    if constexpr ((detail::is_symbol<Args> || ...)) {
      return (*callable_)(args...);
    } else {
      std::vector<Tensor> results = get_concrete_function(args...).call(tensors(args...));
      if constexpr (std::is_same_v<Result<Args...>, keras::KerasTensor>) {
        return std::move(results.at(0));
      } else {
        return results;
      }
    }
  }

  // The compiled graph for arguments like these; traces when there is none yet.
  template <class... Args>
  ConcreteFunction get_concrete_function(const Args&... args) const {
    std::vector<TensorSpec> specs;
    for (const ConstTensorView& view : tensors(args...))
      specs.push_back({view.shape(), view.dtype()});
    const auto body = [&](const detail::Symbols& symbols) {
      std::size_t next = 0;
      // Braces evaluate from left to right, as the symbols are handed out.
      const std::tuple<Traced<Args>...> traced{traced_of(args, symbols, next)...};
      const auto result = std::apply(*callable_, traced);
      if constexpr (detail::is_symbol<std::remove_const_t<decltype(result)>>) {
        return detail::Symbols{result};
      } else {
        return detail::Symbols(result.begin(), result.end());
      }
    };
    using Plain = detail::PlainValues<PlainOf<Args>...>;
    return traces_.get(specs,
                       detail::Shared<const detail::PlainArguments>::template make<Plain>(
                           std::tuple<PlainOf<Args>...>(plain_of(args)...)),
                       detail::BodyRecorder(body));
  }

  // How many signatures have been traced.
  int tracing_count() const { return traces_.count(); }

 private:
  template <class A>
  using Traced =
      std::conditional_t<detail::is_tensor<A>, keras::KerasTensor, std::decay_t<const A&>>;
  template <class A>
  using PlainOf =
      std::conditional_t<detail::is_tensor<A>, detail::TensorPlace, std::decay_t<const A&>>;
  template <class... Args>
  using Result = std::invoke_result_t<const F&, const Traced<Args>&...>;

  template <class... Args>
  static std::vector<ConstTensorView> tensors(const Args&... args) {
    std::vector<ConstTensorView> views;
    const auto take = [&]<class A>(const A& value) {
      if constexpr (detail::is_tensor<A>) views.push_back(value);
    };
    (take(args), ...);
    return views;
  }
  template <class A>
  static Traced<A> traced_of(const A& value, const detail::Symbols& symbols, std::size_t& next) {
    if constexpr (detail::is_tensor<A>) {
      return symbols[next++];
    } else {
      return value;
    }
  }
  template <class A>
  static PlainOf<A> plain_of(const A& value) {
    if constexpr (detail::is_tensor<A>) {
      return {};
    } else {
      return value;
    }
  }

  detail::Shared<const F> callable_;
  detail::Traces traces_;
};

// Traces `callable` (typically a generic lambda) once per signature. With an input_signature, calls
// must fit it; unknown extents in it may vary from call to call. Throws Error for an unknown pass.
template <class F>
  requires(!std::is_base_of_v<keras::layers::GraphLayer, F>)
Function<F> function(F callable, std::vector<TensorSpec> input_signature = {},
                     FunctionOptions options = {}) {
  return Function<F>(std::move(callable), std::move(input_signature), std::move(options));
}

// tf::function(model, {.precision = tf::Precision::exact, .without = {"fuse_elementwise"}})
HALFPIXEL_EXPORT ModelFunction function(const keras::Model& model,
                                        const FunctionOptions& options = {});

}  // namespace halfpixel::tf
