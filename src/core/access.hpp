// Access: how the library's own files look into the handles that its headers declare.
#pragma once

#include <memory>
#include <new>
#include <utility>

#include <halfpixel/shared.hpp>

namespace halfpixel {

// Every handle names it as a friend and calls `impl_` what it holds.
struct Access {
  // A handle, by a constructor that users do not see.
  template <class Handle, class... Args>
  static Handle make(Args&&... args) {
    return Handle(std::forward<Args>(args)...);
  }
  // What a handle of this class may hold, and a handle on that.
  template <class Handle, class... Args>
  static auto new_impl(Args&&... args) {
    return std::make_shared<typename Handle::Impl>(std::forward<Args>(args)...);
  }
  template <class Handle, class... Args>
  static Handle make_impl(Args&&... args) {
    return Handle(new_impl<Handle>(std::forward<Args>(args)...));
  }
  // What the handle stands for.
  template <class Handle>
  static auto& impl(const Handle& handle) {
    return *handle.impl_;
  }
  // The same, kept alive.
  template <class Handle>
  static auto share(const Handle& handle) {
    return pointer(handle.impl_);
  }
  // Which of a call's outputs a symbolic tensor is.
  template <class Handle>
  static int index(const Handle& handle) {
    return handle.index_;
  }
  template <class T>
  static std::shared_ptr<T> pointer(const detail::Shared<T>& shared) {
    return {pointer(shared.owner_), shared.get()};
  }

  // The pointer that an Owner keeps out of sight.
  using Pointer = std::shared_ptr<const void>;
  static_assert(sizeof(Pointer) == sizeof(detail::Owner::pointer_));
  static_assert(alignof(Pointer) <= alignof(void*));
  static Pointer& pointer(detail::Owner& owner) {
    return *std::launder(reinterpret_cast<Pointer*>(owner.pointer_));
  }
  static const Pointer& pointer(const detail::Owner& owner) {
    return *std::launder(reinterpret_cast<const Pointer*>(owner.pointer_));
  }
  static void start(detail::Owner& owner, Pointer pointer) noexcept {
    ::new (static_cast<void*>(owner.pointer_)) Pointer(std::move(pointer));
  }
};

template <class P>
detail::Owner::Owner(const P& pointer, const void* object) noexcept
    : object_(const_cast<void*>(object)) {
  Access::start(*this, pointer);
}

}  // namespace halfpixel
