// From results to the samples of a picture, by the definition, and what pictures are to layers.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include <halfpixel/tensor.hpp>

namespace halfpixel::test {

inline Tensor with_batch(const Tensor& x) {
  return x.reshape({1, x.shape()[0], x.shape()[1], x.shape()[2]});
}
inline Tensor without_batch(const Tensor& x) {
  return x.reshape({x.shape()[1], x.shape()[2], x.shape()[3]});
}

// Half to even, clamped.
template <class Sample>
void round_to(const Tensor& values, Tensor& samples) {
  for (std::int64_t i = 0; i < values.size(); ++i) {
    const bool wide = values.dtype() == DType::float64;
    const double given = wide ? values.data<double>()[i] : double{values.data<float>()[i]};
    const double value = std::nearbyint(given);
    constexpr auto low = static_cast<double>(std::numeric_limits<Sample>::min());
    constexpr auto high = static_cast<double>(std::numeric_limits<Sample>::max());
    samples.data<Sample>()[i] = static_cast<Sample>(std::fmin(std::fmax(value, low), high));
  }
}

inline Tensor samples_of(const Tensor& values, DType dtype) {
  if (values.dtype() == dtype) return values;
  Tensor samples(values.shape(), dtype);
  if (dtype == DType::uint8) round_to<std::uint8_t>(values, samples);
  if (dtype == DType::uint16) round_to<std::uint16_t>(values, samples);
  if (dtype == DType::uint32) round_to<std::uint32_t>(values, samples);
  if (dtype == DType::int8) round_to<std::int8_t>(values, samples);
  if (dtype == DType::int16) round_to<std::int16_t>(values, samples);
  if (dtype == DType::int32) round_to<std::int32_t>(values, samples);
  return samples;
}

}  // namespace halfpixel::test
