// Which of two elements an extreme is.
#pragma once

#include <cmath>
#include <limits>
#include <type_traits>

namespace halfpixel::kernels {

// Whether the walk to the greatest (or least) element goes on to `value`. zeros_apart: -0 is less
// than +0.
template <bool Greatest, class T>
bool exceeds(T value, T so_far, bool zeros_apart) {
  if (Greatest ? value > so_far : value < so_far) return true;
  if constexpr (std::is_floating_point_v<T>) {
    // The walk began at a NaN, which counts for the least (or greatest) number.
    constexpr T kMost = std::numeric_limits<T>::max();
    if (so_far != so_far) return Greatest ? value > -kMost : value < kMost;
    return zeros_apart && value == so_far && std::signbit(value) != Greatest &&
           std::signbit(so_far) == Greatest;
  }
  return false;
}

}  // namespace halfpixel::kernels
