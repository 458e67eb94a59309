// Tensors of any bytes, the same for the same seed.
#pragma once

#include <cstdint>
#include <random>

#include <halfpixel/tensor.hpp>

namespace halfpixel::test {

inline Tensor random_bytes(const Shape& shape, DType dtype, std::uint32_t seed) {
  Tensor tensor(shape, dtype);
  std::mt19937 random(seed);
  const std::uint32_t mask = dtype == DType::boolean ? 1 : 0xFF;
  auto* const bytes = static_cast<unsigned char*>(tensor.data());
  for (std::int64_t i = 0; i < tensor.size_bytes(); ++i)
    bytes[i] = static_cast<unsigned char>(random() & mask);
  return tensor;
}

}  // namespace halfpixel::test
