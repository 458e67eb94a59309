// What handles hold: shared ownership without <memory>, 21,000 lines that programs would read for
// each file of theirs. For the library's own classes.
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include <halfpixel/export.hpp>

namespace halfpixel {

struct Access;  // the one door to the inside of every handle, defined by the library's own files

namespace detail {

// A std::shared_ptr out of sight, and the address of what it owns. Owners of one object may be
// copied and destroyed by several threads at once; one owner belongs to one thread at a time.
class HALFPIXEL_EXPORT Owner {
 public:
  Owner() noexcept;  // owns nothing
  // Shares what a std::shared_ptr owns; `object` is where. Defined in core/access.hpp.
  template <class Pointer>
  Owner(const Pointer& pointer, const void* object) noexcept;
  Owner(void* object, void (*destroy)(void* object));  // the first owner
  Owner(const Owner& other) noexcept;
  Owner(Owner&& other) noexcept;
  Owner& operator=(const Owner& other) noexcept;
  Owner& operator=(Owner&& other) noexcept;
  ~Owner();
  void* get() const noexcept { return object_; }

 private:
  friend struct halfpixel::Access;
  void* object_ = nullptr;
  alignas(void*) unsigned char pointer_[2 * sizeof(void*)];
};

// The same for an object of a class that headers only declare.
template <class T>
class Shared {
 public:
  Shared() noexcept = default;
  template <class Pointer>
    requires requires(const Pointer& pointer) {
      { pointer.get() } -> std::convertible_to<T*>;
      pointer.use_count();
    }
  Shared(const Pointer& pointer) noexcept  // NOLINT: converts on purpose
      : owner_(pointer, static_cast<T*>(pointer.get())) {}

  // A new object, of T or of a class derived from it that has a virtual destructor.
  template <class Object = T, class... Args>
  static Shared make(Args&&... args) {
    T* const object = new Object(std::forward<Args>(args)...);
    Shared shared;
    shared.owner_ = Owner(const_cast<std::remove_const_t<T>*>(object),
                          [](void* made) { delete static_cast<T*>(made); });
    return shared;
  }

  T* get() const noexcept { return static_cast<T*>(owner_.get()); }
  T& operator*() const noexcept { return *get(); }
  T* operator->() const noexcept { return get(); }
  friend bool operator==(const Shared& a, const Shared& b) noexcept { return a.get() == b.get(); }

 private:
  friend struct halfpixel::Access;
  Owner owner_;
};

}  // namespace detail
}  // namespace halfpixel
