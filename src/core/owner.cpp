#include <utility>

#include "core/access.hpp"

namespace halfpixel::detail {

Owner::Owner() noexcept {
  Access::start(*this, nullptr);
}
Owner::Owner(void* object, void (*destroy)(void* object)) : object_(object) {
  Access::start(*this, std::shared_ptr<void>(object, destroy));
}
Owner::Owner(const Owner& other) noexcept : object_(other.object_) {
  Access::start(*this, Access::pointer(other));
}
Owner::Owner(Owner&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {
  Access::start(*this, std::move(Access::pointer(other)));
}
Owner& Owner::operator=(const Owner& other) noexcept {
  Access::pointer(*this) = Access::pointer(other);
  object_ = other.object_;
  return *this;
}
Owner& Owner::operator=(Owner&& other) noexcept {
  if (this == &other) return *this;
  Access::pointer(*this) = std::move(Access::pointer(other));
  object_ = std::exchange(other.object_, nullptr);
  return *this;
}
Owner::~Owner() {
  Access::pointer(*this).~shared_ptr();
}

}  // namespace halfpixel::detail
