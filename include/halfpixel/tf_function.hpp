// tf::function: a C++ callable traced once per signature into a compiled graph. Component
// halfpixel::model.
//
//   auto up = tf::function([](auto x, Size size) { return tf::image::resize(x, size); });
//   Tensor y = up(image, Size{64, 64});   // traced for this shape, dtype and size; the next call
//   just runs
#pragma once

#include <any>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <halfpixel/export.hpp>
#include <halfpixel/keras/tensor.hpp>
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

// One compiled signature. Immutable; any number of threads may call it at once.
class HALFPIXEL_EXPORT ConcreteFunction {
 public:
  Tensor operator()(const ConstTensorView& x) const;  // one input, one output
  std::vector<Tensor> operator()(const std::vector<Tensor>& inputs) const;
  // Into the caller's memory: allocates nothing once it has run as often at once as it does now.
  void run(const std::vector<ConstTensorView>& inputs,
           const std::vector<TensorView>& outputs) const;
  std::vector<TensorSpec> inputs() const;
  std::vector<TensorSpec> outputs() const;
  std::size_t arena_bytes() const;  // memory planned for intermediate values
  std::string describe() const;     // the optimised graph and what each pass did, line by line

  struct Impl;
  explicit ConcreteFunction(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<const Impl> impl_;
};

// A model compiled once per input signature.
class HALFPIXEL_EXPORT ModelFunction {
 public:
  explicit ModelFunction(const keras::Model& model);
  Tensor operator()(const ConstTensorView& x) const;
  std::vector<Tensor> operator()(const std::vector<Tensor>& inputs) const;
  ConcreteFunction get_concrete_function(const std::vector<TensorSpec>& specs) const;
  int tracing_count() const;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};
namespace detail {
// What `record` builds on symbolic tensors of these specs (unknown extents allowed).
HALFPIXEL_EXPORT ModelFunction
trace(const std::vector<TensorSpec>& specs,
      const std::function<std::vector<keras::KerasTensor>(const std::vector<keras::KerasTensor>&)>&
          record);

// Arguments that are traced; everything else is a plain value and part of the signature.
template <class T>
inline constexpr bool is_tensor = std::is_convertible_v<const T&, ConstTensorView>;

template <class T>
struct PlainOf {
  using type = std::tuple<std::decay_t<T>>;
};
template <class T>
  requires is_tensor<std::decay_t<T>>
struct PlainOf<T> {
  using type = std::tuple<>;
};

// Throws Error when `spec` (unknown extents allowed) does not cover `given`.
HALFPIXEL_EXPORT void check_signature(const TensorSpec& spec, const TensorSpec& given,
                                      std::size_t index);
}  // namespace detail

// A callable and its traces. Calls are thread-safe; copies share the traces.
template <class F>
class Function {
 public:
  Function(F callable, std::vector<TensorSpec> input_signature)
      : shared_(std::make_shared<Shared>(std::move(callable), std::move(input_signature))) {}

  // Tensors (anything that converts to ConstTensorView) are traced by shape and dtype; other
  // arguments are compared by ==. Returns a Tensor, or std::vector<Tensor> when the callable
  // returns several.
  template <class... Args>
  auto operator()(const Args&... args) const {
    const std::vector<ConstTensorView> views = tensors(args...);
    const ConcreteFunction function = get_concrete_function(args...);
    std::vector<Tensor> inputs;
    for (const ConstTensorView& view : views) inputs.emplace_back(view);
    std::vector<Tensor> results = function(inputs);
    if constexpr (std::is_same_v<Result<Args...>, keras::KerasTensor>) {
      return std::move(results.at(0));
    } else {
      return results;
    }
  }

  // The compiled graph for arguments like these; traces when there is none yet.
  template <class... Args>
  ConcreteFunction get_concrete_function(const Args&... args) const {
    std::vector<TensorSpec> specs;
    for (const ConstTensorView& view : tensors(args...))
      specs.push_back({view.shape(), view.dtype()});
    const auto plain = std::tuple_cat(plain_of(args)...);
    const std::lock_guard lock(shared_->mutex);
    if (!shared_->signature.empty()) {
      for (std::size_t i = 0; i < specs.size() && i < shared_->signature.size(); ++i) {
        detail::check_signature(shared_->signature[i], specs[i], i);
      }
    }
    const std::vector<TensorSpec>& key = shared_->signature.empty() ? specs : shared_->signature;
    for (const Trace& trace : shared_->traces) {
      if (trace.specs != key) continue;
      const auto* const known = std::any_cast<std::remove_const_t<decltype(plain)>>(&trace.plain);
      if (known != nullptr && *known == plain) return trace.function.get_concrete_function(specs);
    }
    ModelFunction function =
        detail::trace(key, [&](const std::vector<keras::KerasTensor>& symbols) {
          std::size_t next = 0;
          const auto symbol_or_value = [&]<class A>(const A& value) -> decltype(auto) {
            if constexpr (detail::is_tensor<A>) {
              return keras::KerasTensor(symbols[next++]);
            } else {
              return (value);
            }
          };
          // Braces evaluate from left to right, as the symbols are handed out.
          std::tuple<std::decay_t<decltype(symbol_or_value(args))>...> traced{
              symbol_or_value(args)...};
          auto result = std::apply(shared_->callable, traced);
          if constexpr (std::is_same_v<decltype(result), keras::KerasTensor>) {
            return std::vector<keras::KerasTensor>{result};
          } else {
            return std::vector<keras::KerasTensor>(result.begin(), result.end());
          }
        });
    shared_->traces.push_back({key, plain, function});
    return function.get_concrete_function(specs);
  }

  // How often the callable was traced.
  int tracing_count() const {
    const std::lock_guard lock(shared_->mutex);
    return static_cast<int>(shared_->traces.size());
  }

 private:
  template <class A>
  using Traced = std::conditional_t<detail::is_tensor<A>, keras::KerasTensor, A>;
  template <class... Args>
  using Result = std::invoke_result_t<const F&, const Traced<Args>&...>;

  struct Trace {
    std::vector<TensorSpec> specs;
    std::any plain;  // std::tuple of the plain arguments
    ModelFunction function;
  };
  struct Shared {
    Shared(F f, std::vector<TensorSpec> s) : callable(std::move(f)), signature(std::move(s)) {}
    F callable;
    std::vector<TensorSpec> signature;
    std::mutex mutex;
    std::vector<Trace> traces;
  };

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
  static typename detail::PlainOf<A>::type plain_of(const A& value) {
    if constexpr (detail::is_tensor<A>) {
      return {};
    } else {
      return {value};
    }
  }

  std::shared_ptr<Shared> shared_;
};

// Traces `callable` (typically a generic lambda) once per signature. With an input_signature, calls
// must fit it; unknown extents in it may vary from call to call.
template <class F>
  requires(!std::is_base_of_v<keras::layers::GraphLayer, F>)
Function<F> function(F callable, std::vector<TensorSpec> input_signature = {}) {
  return Function<F>(std::move(callable), std::move(input_signature));
}

HALFPIXEL_EXPORT ModelFunction function(const keras::Model& model);

}  // namespace halfpixel::tf
