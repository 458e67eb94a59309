// exp, log, tanh, sigmoid, erf … on float32 as straight-line code that compilers turn into vectors:
// no branches, no calls, no tables. Errors against the exact value stay within 3 units in the last
// place (tests/graph/math_test.cpp states each). NaN stays NaN; infinities give the limits.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

// Bodies with these marks are compiled once more for AVX2 and chosen when the library is loaded.
// Same bits: nothing is contracted. Thread sanitizer starts too late for the choice.
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
#define HALFPIXEL_CLONES __attribute__((target_clones("default", "avx2")))
#else
#define HALFPIXEL_CLONES
#endif
// Before a loop: what it writes is what it reads at the same position, or far from all it reads.
#if defined(__clang__)
#define HALFPIXEL_IVDEP _Pragma("clang loop vectorize(assume_safety)")
#else
#define HALFPIXEL_IVDEP _Pragma("GCC ivdep")
#endif
#define HALFPIXEL_INLINE inline __attribute__((always_inline))

namespace halfpixel::graph::math {

HALFPIXEL_INLINE float pick(bool condition, float yes, float no) {
  return condition ? yes : no;
}
// NaN in x stays.
HALFPIXEL_INLINE float at_least(float x, float low) {
  return x < low ? low : x;
}
HALFPIXEL_INLINE float at_most(float x, float high) {
  return x > high ? high : x;
}

// 2^n for n in [-126, 127].
HALFPIXEL_INLINE float power_of_two(std::int32_t n) {
  return std::bit_cast<float>((n + 127) << 23);
}

// x = n ln2 + r, |r| <= ln2 / 2. x within [-105, 90].
HALFPIXEL_INLINE float reduce(float x, std::int32_t* n) {
  constexpr float kShift = 12582912.0F;  // 1.5 * 2^23: adding it rounds to an integer
  const float shifted = x * 1.44269504F + kShift;
  *n = std::bit_cast<std::int32_t>(shifted) - std::bit_cast<std::int32_t>(kShift);
  const float k = shifted - kShift;
  return (x - k * 0.693359375F) - k * -2.12194440e-4F;
}

// (e^r - 1 - r) / r^2 for |r| <= ln2 / 2.
HALFPIXEL_INLINE float exp_tail(float r) {
  float p = 1.9875691500e-4F;
  p = p * r + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  return p * r + 5.0000001201e-1F;
}

HALFPIXEL_INLINE float exp(float x) {
  const float bounded = at_most(at_least(x, -105.0F), 90.0F);
  std::int32_t n = 0;
  const float r = reduce(bounded, &n);
  const float e = exp_tail(r) * (r * r) + r + 1.0F;
  // In two steps, so that the ends of the range come out as subnormals and infinity. NaN makes n
  // garbage.
  n = x == x ? n : 0;
  const std::int32_t half = n >> 1;
  return e * power_of_two(half) * power_of_two(n - half);
}

// e^x - 1, exact in relative terms near 0.
HALFPIXEL_INLINE float expm1(float x) {
  const float bounded = at_most(at_least(x, -40.0F), 88.9F);  // n <= 128
  std::int32_t n = 0;
  const float r = reduce(bounded, &n);
  n = x == x ? n : 0;
  const float p = exp_tail(r) * (r * r) + r;
  // By half of 2^n first: n may be 128.
  const float scale = power_of_two(n - 1);
  const float result = ((scale - 0.5F) + scale * p) * 2.0F;
  return pick(n == 0, p, result);
}

// For finite x > 0; 0 gives -infinity, below 0 NaN.
HALFPIXEL_INLINE float log(float x) {
  const bool tiny = x < std::numeric_limits<float>::min();
  const float scaled = tiny ? x * 8388608.0F : x;
  const std::int32_t bits = std::bit_cast<std::int32_t>(scaled);
  // Mantissa m in [sqrt(1/2), sqrt(2)).
  const std::int32_t e = (bits - 0x3f3504f3) >> 23;
  const float m = std::bit_cast<float>(bits - (e << 23));
  const float k = static_cast<float>(e) - (tiny ? 23.0F : 0.0F);
  const float f = m - 1.0F;
  const float z = f * f;
  float p = 7.0376836292e-2F;
  p = p * f - 1.1514610310e-1F;
  p = p * f + 1.1676998740e-1F;
  p = p * f - 1.2420140846e-1F;
  p = p * f + 1.4249322787e-1F;
  p = p * f - 1.6668057665e-1F;
  p = p * f + 2.0000714765e-1F;
  p = p * f - 2.4999993993e-1F;
  p = p * f + 3.3333331174e-1F;
  float y = p * f * z;
  y = y + k * -2.12194440e-4F;
  y = y - 0.5F * z;
  y = (f + y) + k * 0.693359375F;
  y = pick(x == 0.0F, -std::numeric_limits<float>::infinity(), y);
  y = pick(x < 0.0F, std::numeric_limits<float>::quiet_NaN(), y);
  return pick(x < std::numeric_limits<float>::infinity(), y, x);  // infinity and NaN: themselves
}

// log(1 + x) for x > -1, exact in relative terms near 0.
HALFPIXEL_INLINE float log1p(float x) {
  const float w = 1.0F + x;
  const float y = log(w);
  const float lost = x - (w - 1.0F);  // what rounding took from x
  const float fixed = y + lost / w;
  return pick(w == 1.0F, x, pick(w > 0.0F && w < std::numeric_limits<float>::infinity(), fixed, y));
}

HALFPIXEL_INLINE float sigmoid(float x) {
  return 1.0F / (1.0F + exp(-x));
}

HALFPIXEL_INLINE float tanh(float x) {
  const float t = expm1(2.0F * at_most(std::fabs(x), 10.0F));
  return std::copysign(t / (t + 2.0F), x);
}

// log(1 + e^x)
HALFPIXEL_INLINE float softplus(float x) {
  return log1p(exp(-std::fabs(x))) + at_least(x, 0.0F);
}

// Two minimax polynomials after N. Juffa's public single-precision erf.
HALFPIXEL_INLINE float erf(float x) {
  const float t = std::fabs(x);
  const float s = x * x;
  float far = -1.72853470e-5F * t + 3.83197126e-4F;
  far = far * s + (-3.88396438e-3F * t + 2.42546219e-2F);
  far = far * t - 1.06777877e-1F;
  far = far * t - 6.34846687e-1F;
  far = far * t - 1.28717512e-1F;
  far = far * t - t;
  const float outer = std::copysign(1.0F - exp(pick(t < 4.0F, far, -40.0F)), x);
  float near = -5.96761703e-4F;
  near = near * s + 4.99119423e-3F;
  near = near * s - 2.67681349e-2F;
  near = near * s + 1.12819925e-1F;
  near = near * s - 3.76125336e-1F;
  near = near * s + 1.28379166e-1F;
  const float inner = near * x + x;
  return pick(t > 0.927734375F, outer, inner);
}

}  // namespace halfpixel::graph::math
