// Comparing tensors bit by bit.
#pragma once

#include <cmath>
#include <cstring>

#include <gtest/gtest.h>
#include <halfpixel/tensor.hpp>

namespace halfpixel {

inline ::testing::AssertionResult same_bits(const Tensor& got, const Tensor& wanted) {
  if (got.shape() != wanted.shape() || got.dtype() != wanted.dtype()) {
    return ::testing::AssertionFailure() << got.shape() << " " << got.dtype() << " instead of "
                                         << wanted.shape() << " " << wanted.dtype();
  }
  if (got.size() > 0 &&
      std::memcmp(got.data(), wanted.data(), static_cast<std::size_t>(got.size_bytes())) != 0) {
    return ::testing::AssertionFailure() << got << "\ninstead of\n" << wanted;
  }
  return ::testing::AssertionSuccess();
}

// |got - wanted| <= bound · max(1, |wanted|), element by element.
inline ::testing::AssertionResult close(const Tensor& got, const Tensor& wanted, double bound) {
  if (got.shape() != wanted.shape())
    return ::testing::AssertionFailure() << got.shape() << " instead of " << wanted.shape();
  const Tensor a = got.astype(DType::float64), b = wanted.astype(DType::float64);
  for (std::int64_t i = 0; i < a.size(); ++i) {
    const double x = a.data<double>()[i], y = b.data<double>()[i];
    if (!(std::abs(x - y) <= bound * std::max(1.0, std::abs(y)))) {
      return ::testing::AssertionFailure() << "element " << i << ": " << x << " instead of " << y;
    }
  }
  return ::testing::AssertionSuccess();
}

}  // namespace halfpixel
