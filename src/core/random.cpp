#include <algorithm>
#include <atomic>
#include <cmath>
#include <numbers>
#include <optional>

#include <halfpixel/error.hpp>
#include <halfpixel/tensor.hpp>

#include "core/checked.hpp"

namespace halfpixel::random {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014): one addition and a mix per value, the same on every
// machine.
class Generator {
 public:
  explicit Generator(std::optional<std::int64_t> seed) {
    static std::atomic<std::uint64_t> calls{0};
    state_ =
        seed ? static_cast<std::uint64_t>(*seed) : 0x5DEECE66Du + 0x2545F4914F6CDD1Du * ++calls;
  }
  double uniform() {  // [0, 1), 53 bits
    state_ += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
  }

 private:
  std::uint64_t state_;
};

template <class Draw>
Tensor draw(std::string_view who, const Shape& shape, DType dtype, Draw next) {
  Tensor result(shape, dtype);
  if (dtype == DType::float32) {
    for (float& value : result.span<float>()) value = static_cast<float>(next());
  } else if (dtype == DType::float64) {
    for (double& value : result.span<double>()) value = next();
  } else {
    fail(ErrorCode::unsupported, "[", who, "] dtype must be float32 or float64; got ", dtype);
  }
  return result;
}

}  // namespace

Tensor normal(const Shape& shape, double mean, double stddev, DType dtype,
              std::optional<std::int64_t> seed) {
  Generator generator(seed);
  return draw("random::normal", shape, dtype, [&] {  // Box-Muller
    const double radius = std::sqrt(-2.0 * std::log(1.0 - generator.uniform()));
    return mean + stddev * radius * std::cos(2.0 * std::numbers::pi * generator.uniform());
  });
}

Tensor uniform(const Shape& shape, double low, double high, DType dtype,
               std::optional<std::int64_t> seed) {
  Generator generator(seed);
  // Rounding to the dtype may reach `high`, which does not belong to the interval.
  const double last = dtype == DType::float32
                          ? std::nextafter(static_cast<float>(high), static_cast<float>(low))
                          : std::nextafter(high, low);
  return draw("random::uniform", shape, dtype, [&] {
    return std::min(low + (high - low) * generator.uniform(), std::max(low, last));
  });
}

}  // namespace halfpixel::random
