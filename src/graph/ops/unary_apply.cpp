// The functions themselves. One loop each; the compiler makes vectors of them.
#include <cmath>

#include "graph/ops/math-inl.hpp"
#include "graph/ops/unary.hpp"

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

}  // namespace

// NOLINTNEXTLINE(readability-function-size): a table
HALFPIXEL_CLONES void apply(const Unary& unary, const float* x, float* y,
                            std::int64_t count) noexcept {
  const float a = unary.a, b = unary.b, c = unary.c;
  const auto run = [&](const auto& f) __attribute__((always_inline)) { each(x, y, count, f); };
#define HALFPIXEL_EACH(expression) \
  run([=](float v) __attribute__((always_inline)) -> float { return expression; })
  switch (unary.function) {
    case Function::linear:
    case Function::logical_not:
      if (x != y) HALFPIXEL_EACH(v);
      break;
    case Function::relu:
      if (a == 0.0F && b == kNoLimit && c == 0.0F) {
        HALFPIXEL_EACH(v <= 0.0F ? 0.0F : v);
      } else if (b == kNoLimit && c == 0.0F) {
        HALFPIXEL_EACH(v > 0.0F ? v : a * v);
      } else if (a == 0.0F) {
        HALFPIXEL_EACH(math::at_most(v <= c ? 0.0F : v, b));
      } else {
        HALFPIXEL_EACH(math::at_most(v <= c ? 0.0F : v, b) - a * math::at_least(c - v, 0.0F));
      }
      break;
    case Function::elu:
      HALFPIXEL_EACH(v > 0.0F ? v : a * math::expm1(v));
      break;
    case Function::selu:
      HALFPIXEL_EACH(v > 0.0F ? 1.0507009873554804934F * v
                              : 1.7580993408473768599F * math::expm1(v));
      break;
    case Function::celu:
      HALFPIXEL_EACH(v > 0.0F ? v : a * math::expm1(v / a));
      break;
    case Function::gelu:
      HALFPIXEL_EACH(0.5F * v * (1.0F + math::erf(v * 0.70710678118654752440F)));
      break;
    case Function::gelu_tanh:
      HALFPIXEL_EACH(0.5F * v *
                     (1.0F + math::tanh(0.79788456080286535588F * (v + 0.044715F * (v * v * v)))));
      break;
    case Function::sigmoid:
      HALFPIXEL_EACH(math::sigmoid(v));
      break;
    case Function::hard_sigmoid:
      HALFPIXEL_EACH(relu6(v + 3.0F) / 6.0F);
      break;
    case Function::hard_sigmoid_2:
      HALFPIXEL_EACH(math::at_most(math::at_least(0.2F * v + 0.5F, 0.0F), 1.0F));
      break;
    case Function::sparse_sigmoid:
      HALFPIXEL_EACH(v <= -1.0F ? 0.0F : (v >= 1.0F ? 1.0F : 0.5F * (v + 1.0F)));
      break;
    case Function::silu:
      HALFPIXEL_EACH(v * math::sigmoid(v));
      break;
    case Function::hard_silu:
      HALFPIXEL_EACH(v * (relu6(v + 3.0F) / 6.0F));
      break;
    case Function::mish:  // tanh(log(1 + e)) = n / (n + 2) with n = e (e + 2)
      run([](float v) __attribute__((always_inline)) {
        const float e = math::exp(math::at_most(v, 20.0F));
        const float n = e * (e + 2.0F);
        return v * (n / (n + 2.0F));
      });
      break;
    case Function::softplus:
      HALFPIXEL_EACH(math::softplus(v));
      break;
    case Function::softsign:
      HALFPIXEL_EACH(v / (std::fabs(v) + 1.0F));
      break;
    case Function::tanh:
      HALFPIXEL_EACH(math::tanh(v));
      break;
    case Function::tanh_shrink:
      HALFPIXEL_EACH(v - math::tanh(v));
      break;
    case Function::hard_tanh:
      HALFPIXEL_EACH(math::at_most(math::at_least(v, -1.0F), 1.0F));
      break;
    case Function::soft_shrink:
      HALFPIXEL_EACH(v > a ? v - a : (v < -a ? v + a : 0.0F));
      break;
    case Function::hard_shrink:
      HALFPIXEL_EACH(std::fabs(v) > a ? v : 0.0F);
      break;
    case Function::threshold:
      HALFPIXEL_EACH(v > a ? v : b);
      break;
    case Function::squareplus:
      HALFPIXEL_EACH((v + std::sqrt(v * v + a)) / 2.0F);
      break;
    case Function::sparse_plus:
      HALFPIXEL_EACH(v <= -1.0F ? 0.0F : (v < 1.0F ? 0.25F * ((v + 1.0F) * (v + 1.0F)) : v));
      break;
    case Function::log_sigmoid:
      HALFPIXEL_EACH(-math::softplus(-v));
      break;
    case Function::exp:
      HALFPIXEL_EACH(math::exp(v));
      break;
    case Function::expm1:
      HALFPIXEL_EACH(math::expm1(v));
      break;
    case Function::log:
      HALFPIXEL_EACH(math::log(v));
      break;
    case Function::log1p:
      HALFPIXEL_EACH(math::log1p(v));
      break;
    case Function::sqrt:
      HALFPIXEL_EACH(std::sqrt(v));
      break;
    case Function::rsqrt:
      HALFPIXEL_EACH(1.0F / std::sqrt(v));
      break;
    case Function::square:
      HALFPIXEL_EACH(v * v);
      break;
    case Function::abs:
      HALFPIXEL_EACH(std::fabs(v));
      break;
    case Function::neg:
      HALFPIXEL_EACH(-v);
      break;
    case Function::sin:
      HALFPIXEL_EACH(std::sin(v));
      break;
    case Function::cos:
      HALFPIXEL_EACH(std::cos(v));
      break;
    case Function::floor:
      HALFPIXEL_EACH(std::floor(v));
      break;
    case Function::ceil:
      HALFPIXEL_EACH(std::ceil(v));
      break;
    case Function::round:
      HALFPIXEL_EACH(std::nearbyint(v));
      break;
    case Function::sign:
      HALFPIXEL_EACH(v > 0.0F ? 1.0F : (v < 0.0F ? -1.0F : v));
      break;
    case Function::reciprocal:
      HALFPIXEL_EACH(1.0F / v);
      break;
    case Function::clip:
      HALFPIXEL_EACH(math::at_most(math::at_least(v, a), b));
      break;
    case Function::erf:
      HALFPIXEL_EACH(math::erf(v));
      break;
    case Function::exp2:
      HALFPIXEL_EACH(std::exp2(v));
      break;
    case Function::log2:
      HALFPIXEL_EACH(std::log2(v));
      break;
    case Function::log10:
      HALFPIXEL_EACH(std::log10(v));
      break;
    case Function::cbrt:
      HALFPIXEL_EACH(std::cbrt(v));
      break;
    case Function::tan:
      HALFPIXEL_EACH(std::tan(v));
      break;
    case Function::asin:
      HALFPIXEL_EACH(std::asin(v));
      break;
    case Function::acos:
      HALFPIXEL_EACH(std::acos(v));
      break;
    case Function::atan:
      HALFPIXEL_EACH(std::atan(v));
      break;
    case Function::sinh:
      HALFPIXEL_EACH(std::sinh(v));
      break;
    case Function::cosh:
      HALFPIXEL_EACH(std::cosh(v));
      break;
    case Function::asinh:
      HALFPIXEL_EACH(std::asinh(v));
      break;
    case Function::acosh:
      HALFPIXEL_EACH(std::acosh(v));
      break;
    case Function::atanh:
      HALFPIXEL_EACH(std::atanh(v));
      break;
    case Function::trunc:
      HALFPIXEL_EACH(std::trunc(v));
      break;
  }
#undef HALFPIXEL_EACH
}

}  // namespace halfpixel::graph
