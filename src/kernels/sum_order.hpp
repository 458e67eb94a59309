// In which order, and with which roundings, a program makes a weighted sum.
#pragma once

#include <cstdint>

namespace halfpixel::kernels {

// What sums are made of. Integers are exact, so that for them every order is `ascending`, but for
// what is said below.
enum class Number : std::uint8_t { float32, float64, int32, int64 };
inline constexpr int kNumberCount = 4;

enum class SumOrder : std::uint8_t {
  ascending,  // start + x0 w0 + x1 w1 …, each product and each sum rounded
  // x0 w0 + (x1 w1 + (x2 w2 + x3 w3)); no start. Of int32 numbers it is made in float32, of weights
  // times 2^-bits, and rounded half to even; bits and range are those of the finish.
  descending,
  fused,  // fma(x, w, sum), ascending from start
  // x0 w0, then whole groups of four terms as `ascending`, then what is left as `fused`; no start
  fours_then_fused,
  first_pair_fused,  // fma(x0, w0, x1 w1), then as `fused`; no start
  lerp,              // x0 + (x1 - x0) w1, each step rounded; floats, two terms, no start
  divided,           // start + (x0 w0) / d + (x1 w1) / d …: the divisor follows the last weight
  scaled,            // `ascending`, then times a factor, which follows the last weight; doubles
  mean,              // `ascending`, then divided by what follows the last weight; doubles
  // Integers only, OpenCV's between the passes. int32: start + ((x0 >> 4) w0 >> 16) + …; int64: the
  // products divided by 2^32, half away from zero.
  high_products,
};
inline constexpr int kSumOrderCount = 10;

// What becomes of a finished sum.
struct Finish {
  enum class Kind : std::uint8_t {
    none,
    to_float32,  // a double rounded to float32
    away,        // rounded half away from zero and clamped; a float only where low < high
    clamp,       // a float or a double clamped; NaNs stay
    // a double from 0 to 1 as one of 65535ths: rounded half up, clamped and shifted right by `bits`
    unit,
    shift,          // an integer shifted right by `bits` and clamped
    away_shift,     // an integer divided by 2^bits, half away from zero, and clamped
    half_up,        // half is added to a float that will be cut off
    wrapped_shift,  // as `shift`, then the lowest byte as int8
    cut_shift,      // an integer divided by 2^bits, cut off towards zero
  };
  Kind kind = Kind::none;
  int bits = 0;
  std::int64_t low = 0, high = 0;
};

}  // namespace halfpixel::kernels
