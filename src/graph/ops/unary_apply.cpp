// The functions themselves. One loop each; the compiler makes vectors of them.
#include <cmath>

#include "graph/ops/function.hpp"
#include "graph/ops/math-inl.hpp"

namespace halfpixel::graph {
namespace {

template <class F>
HALFPIXEL_INLINE void each(const float* x, float* y, std::int64_t count, const F& f) {
  // y is x or far from it
  HALFPIXEL_IVDEP
  for (std::int64_t i = 0; i < count; ++i) y[i] = f(x[i]);
}

HALFPIXEL_INLINE float relu6(float x) {
  return math::at_most(x <= 0.0F ? 0.0F : x, 6.0F);
}

HALFPIXEL_INLINE float mish(float x) {  // tanh(log(1 + e)) = n / (n + 2) with n = e (e + 2)
  const float e = math::exp(math::at_most(x, 20.0F));
  const float n = e * (e + 2.0F);
  return x * (n / (n + 2.0F));
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): a table
HALFPIXEL_CLONES void apply(const Unary& unary, const float* x, float* y,
                            std::int64_t count) noexcept {
  const float alpha = unary.alpha, threshold = unary.threshold, otherwise = unary.otherwise,
              low = unary.low, high = unary.high;
  const auto run = [&](const auto& f) __attribute__((always_inline)) { each(x, y, count, f); };
#define HALFPIXEL_EACH(expression) \
  run([=](float v) __attribute__((always_inline)) -> float { return expression; })
  if (x == y && (unary.function == Function::linear || unary.function == Function::logical_not))
    return;
  // relu's frequent forms do without what they do not need.
  if (unary.function == Function::relu && threshold == 0.0F && high == kNoLimit) {
    if (alpha == 0.0F) return HALFPIXEL_EACH(v <= 0.0F ? 0.0F : v);
    return HALFPIXEL_EACH(v > 0.0F ? v : alpha * v);
  }
  if (unary.function == Function::relu && alpha == 0.0F)
    return HALFPIXEL_EACH(math::at_most(v <= threshold ? 0.0F : v, high));
  const auto relu = [=](float v) __attribute__((always_inline)) {
    return math::at_most(v <= threshold ? 0.0F : v, high) -
           alpha * math::at_least(threshold - v, 0.0F);
  };
  switch (unary.function) {
#define HALFPIXEL_FUNCTION(name, expression) \
  case Function::name:                       \
    HALFPIXEL_EACH(expression);              \
    break;
#include "graph/ops/functions.inc"
#undef HALFPIXEL_FUNCTION
  }
#undef HALFPIXEL_EACH
}

}  // namespace halfpixel::graph
