// A callable that an option holds, without the 39,000 lines of <functional>.
#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace halfpixel {

template <class Signature>
class Callback;

// Holds what std::function<Result(Args...)> would: a lambda, a function, an object with operator().
// Copies copy what it holds; calls are as thread-safe as that is. Calling an empty one is an error
// of the program.
template <class Result, class... Args>
class Callback<Result(Args...)> {
 public:
  Callback() noexcept = default;
  Callback(std::nullptr_t) noexcept {}  // NOLINT: converts on purpose
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, Callback> &&
             std::is_invocable_r_v<Result, std::decay_t<F>&, Args...> &&
             std::copy_constructible<std::decay_t<F>>)
  Callback(F&& callable) {  // NOLINT: converts on purpose
    using Held = std::decay_t<F>;
    // A function pointer or a std::function may be empty itself.
    if constexpr (!std::is_function_v<std::remove_reference_t<F>> &&
                  (std::is_pointer_v<Held> || requires { typename Held::result_type; })) {
      if constexpr (requires { callable == nullptr; }) {
        if (callable == nullptr) return;
      }
    }
    held_ = new Held(std::forward<F>(callable));
    kind_ = &kKind<Held>;
  }
  Callback(const Callback& other)
      : held_(other.held_ == nullptr ? nullptr : other.kind_->copy(other.held_)),
        kind_(other.kind_) {}
  Callback(Callback&& other) noexcept
      : held_(std::exchange(other.held_, nullptr)), kind_(other.kind_) {}
  Callback& operator=(Callback other) noexcept {
    std::swap(held_, other.held_);
    std::swap(kind_, other.kind_);
    return *this;
  }
  ~Callback() {
    if (held_ != nullptr) kind_->destroy(held_);
  }

  explicit operator bool() const noexcept { return held_ != nullptr; }
  Result operator()(Args... args) const { return kind_->call(held_, std::forward<Args>(args)...); }

 private:
  struct Kind {
    Result (*call)(void* held, Args... args);
    void* (*copy)(const void* held);
    void (*destroy)(void* held) noexcept;
  };
  template <class Held>
  static constexpr Kind kKind{
      [](void* held, Args... args) -> Result {
        return static_cast<Result>((*static_cast<Held*>(held))(std::forward<Args>(args)...));
      },
      [](const void* held) -> void* { return new Held(*static_cast<const Held*>(held)); },
      [](void* held) noexcept { delete static_cast<Held*>(held); }};

  void* held_ = nullptr;
  const Kind* kind_ = nullptr;
};

}  // namespace halfpixel
