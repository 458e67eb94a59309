#include "compare.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>

#include <halfpixel/error.hpp>

namespace halfpixel::bench {
namespace {

template <class T>
double value_of(T x) {
  if constexpr (std::is_same_v<T, float16> || std::is_same_v<T, bfloat16>) {
    return static_cast<double>(static_cast<float>(x));
  } else {
    return static_cast<double>(x);
  }
}

// Neighbours of a floating dtype are neighbours here too.
template <class T>
std::int64_t position_of(T x) {
  if constexpr (std::is_same_v<T, double>) {
    const auto bits = std::bit_cast<std::int64_t>(x);
    return bits < 0 ? std::numeric_limits<std::int64_t>::min() - bits : bits;
  } else if constexpr (std::is_same_v<T, float>) {
    const auto bits = std::bit_cast<std::int32_t>(x);
    return bits < 0 ? -std::int64_t{bits & 0x7FFFFFFF} : bits;
  } else if constexpr (std::is_integral_v<T>) {
    return 0;
  } else {
    return x.bits >= 0x8000 ? -std::int64_t{x.bits & 0x7FFF} : std::int64_t{x.bits};
  }
}

template <class T>
Difference compare_as(const ConstTensorView& a, const ConstTensorView& b) {
  const T* left = a.data<T>();
  const T* right = b.data<T>();
  Difference result;
  for (std::int64_t i = 0; i < a.size(); ++i) {
    if (std::memcmp(left + i, right + i, sizeof(T)) == 0) continue;
    result.equal = false;
    const double distance = std::abs(value_of(left[i]) - value_of(right[i]));
    // A NaN is never passed again.
    if (!(distance <= result.max_abs) && !std::isnan(result.max_abs)) result.max_abs = distance;
    result.max_ulp =
        std::max(result.max_ulp, std::abs(position_of(left[i]) - position_of(right[i])));
  }
  return result;
}

}  // namespace

Difference compare(const ConstTensorView& a, const ConstTensorView& b) {
  if (a.dtype() != b.dtype() || a.shape() != b.shape()) {
    throw Error(ErrorCode::internal, "[bench] results must be alike; got " + a.shape().str() +
                                         " and " + b.shape().str());
  }
  const auto bytes = static_cast<std::size_t>(a.size_bytes());
  if (std::memcmp(a.data(), b.data(), bytes) == 0) return {};
  switch (a.dtype()) {
    case DType::float16:
      return compare_as<float16>(a, b);
    case DType::bfloat16:
      return compare_as<bfloat16>(a, b);
    case DType::float32:
      return compare_as<float>(a, b);
    case DType::float64:
      return compare_as<double>(a, b);
    case DType::uint8:
      return compare_as<std::uint8_t>(a, b);
    case DType::int64:
      return compare_as<std::int64_t>(a, b);
    default:
      break;
  }
  return {.equal = false, .max_abs = std::numeric_limits<double>::quiet_NaN()};
}

}  // namespace halfpixel::bench
