// Containers that are indexed as positions are counted: by signed integers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace halfpixel {

template <class T>
class SignedVector : public std::vector<T> {
 public:
  using std::vector<T>::vector;
  T& operator[](std::int64_t i) noexcept {
    return std::vector<T>::operator[](static_cast<std::size_t>(i));
  }
  const T& operator[](std::int64_t i) const noexcept {
    return std::vector<T>::operator[](static_cast<std::size_t>(i));
  }
};

template <class T, std::size_t N>
struct SignedArray : std::array<T, N> {
  constexpr T& operator[](std::int64_t i) noexcept {
    return std::array<T, N>::operator[](static_cast<std::size_t>(i));
  }
  constexpr const T& operator[](std::int64_t i) const noexcept {
    return std::array<T, N>::operator[](static_cast<std::size_t>(i));
  }
};

}  // namespace halfpixel
