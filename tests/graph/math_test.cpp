// The functions of math-inl.hpp and the activations built on them, against libm in double
// precision.
#include <bit>

#include "graph/ops/unary.hpp"
#include "graph_testing.hpp"

namespace halfpixel::graph {
namespace {

using testing::ulps;

struct Exact {
  const char* name;
  Unary unary;
  double (*value)(double);
  float low, high;
  double bound;  // units in the last place …
  double slack =
      0;  // … and this much of an absolute error, where the exact value passes through zero
};

double sigmoid(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}
double softplus(double x) {
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

const Exact kExact[] = {
    {"exp", {Function::exp}, [](double x) { return std::exp(x); }, -104, 89, 1.0},
    {"sinc",
     {Function::sinc},
     [](double x) {
       const double turned = static_cast<float>(x) * 3.14159265358979323846F;
       return x == 0 ? 1.0 : std::sin(turned) / turned;
     },
     -20,
     20,
     2.6},
    {"deg2rad",
     {Function::deg2rad},
     [](double x) { return x * 3.14159265358979323846 / 180; },
     -1e6,
     1e6,
     1.6},
    {"rad2deg",
     {Function::rad2deg},
     [](double x) { return x * 180 / 3.14159265358979323846; },
     -1e6,
     1e6,
     1.6},
    {"expm1", {Function::expm1}, [](double x) { return std::expm1(x); }, -50, 88.7F, 1.6},
    {"log", {Function::log}, [](double x) { return std::log(x); }, 1e-45F, 3e38F, 1.0},
    {"log1p", {Function::log1p}, [](double x) { return std::log1p(x); }, -0.999F, 1e6F, 1.6},
    {"sigmoid", {Function::sigmoid}, sigmoid, -87, 90, 2.5},
    {"tanh", {Function::tanh}, [](double x) { return std::tanh(x); }, -20, 20, 2.5},
    {"erf", {Function::erf}, [](double x) { return std::erf(x); }, -6, 6, 1.2},
    {"softplus", {Function::softplus}, softplus, -87, 100, 2.0},
    {"log_sigmoid", {Function::log_sigmoid}, [](double x) { return -softplus(-x); }, -100, 87, 2.0},
    {"silu", {Function::silu}, [](double x) { return x * sigmoid(x); }, -80, 90, 3.5},
    {"mish", {Function::mish}, [](double x) { return x * std::tanh(softplus(x)); }, -80, 90, 5.0},
    {"elu",
     {Function::elu, {.alpha = 1}},
     [](double x) { return x > 0 ? x : std::expm1(x); },
     -50,
     50,
     1.6},
    {"celu",
     {Function::celu, {.alpha = 0.5F}},
     [](double x) { return x > 0 ? x : 0.5 * std::expm1(x / 0.5); },
     -20,
     20,
     1.6},
    {"selu",
     {Function::selu},
     [](double x) {
       return 1.0507009873554804934 * (x > 0 ? x : 1.6732632423543772848 * std::expm1(x));
     },
     -50,
     50,
     3.0},
    // 1 + erf loses digits where it is near 0, in Keras as here.
    {"gelu",
     {Function::gelu},
     [](double x) { return 0.5 * x * (1 + std::erf(x * std::sqrt(0.5))); },
     -9,
     9,
     3.0,
     1e-6},
    {"gelu_tanh",
     {Function::gelu_tanh},
     [](double x) {
       return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
     },
     -9,
     9,
     3.0,
     1e-6},
    {"tanh_shrink",
     {Function::tanh_shrink},
     [](double x) { return x - std::tanh(x); },
     -20,
     20,
     3.0,
     3e-7},
    {"softsign",
     {Function::softsign},
     [](double x) { return x / (std::fabs(x) + 1); },
     -1e6F,
     1e6F,
     2.0},
    {"squareplus",
     {Function::squareplus, {.alpha = 4}},
     [](double x) { return (x + std::sqrt(x * x + 4)) / 2; },
     -2,
     100,
     4.0},
};

TEST(Math, EveryFunctionIsWithinItsBoundOfTheExactValue) {
  for (const Exact& exact : kExact) {
    std::vector<float> x;
    for (std::uint64_t bits = 0; bits <= 0xffffffffU; bits += 4211) {
      const auto v = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
      if (v >= exact.low && v <= exact.high) x.push_back(v);
    }
    ASSERT_GT(x.size(), 100000U) << exact.name;
    std::vector<float> y(x.size());
    apply(exact.unary, x.data(), y.data(), static_cast<std::int64_t>(x.size()));
    double worst = 0;
    float where = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double wanted = exact.value(static_cast<double>(x[i]));
      if (std::fabs(static_cast<double>(y[i]) - wanted) <= exact.slack) continue;
      if (const double error = ulps(y[i], wanted); error > worst) worst = error, where = x[i];
    }
    EXPECT_LE(worst, exact.bound) << exact.name << " at " << where;
  }
}

TEST(Math, InfinitiesGiveLimitsAndNaNStays) {
  constexpr float kInf = std::numeric_limits<float>::infinity();
  const auto at = [](Function f, float x) {
    float y = 0;
    apply(Unary{f, {.alpha = 1, .low = -1, .high = 1}}, &x, &y, 1);
    return y;
  };
  EXPECT_EQ(at(Function::exp, kInf), kInf);
  EXPECT_EQ(at(Function::exp, -kInf), 0.0F);
  EXPECT_EQ(at(Function::expm1, kInf), kInf);
  EXPECT_EQ(at(Function::expm1, -kInf), -1.0F);
  EXPECT_EQ(at(Function::log, 0.0F), -kInf);
  EXPECT_EQ(at(Function::log, kInf), kInf);
  EXPECT_TRUE(std::isnan(at(Function::log, -1.0F)));
  EXPECT_EQ(at(Function::tanh, kInf), 1.0F);
  EXPECT_EQ(at(Function::tanh, -kInf), -1.0F);
  EXPECT_EQ(at(Function::sigmoid, -kInf), 0.0F);
  EXPECT_EQ(at(Function::softplus, kInf), kInf);
  EXPECT_EQ(at(Function::softplus, -kInf), 0.0F);
  EXPECT_EQ(at(Function::mish, -200.0F), 0.0F);
  for (const Function f :
       {Function::relu, Function::exp, Function::expm1, Function::log, Function::log1p,
        Function::tanh, Function::sigmoid, Function::softplus, Function::erf, Function::gelu,
        Function::elu, Function::selu, Function::mish, Function::silu, Function::clip,
        Function::hard_sigmoid}) {
    EXPECT_TRUE(std::isnan(at(f, std::numeric_limits<float>::quiet_NaN()))) << name_of(f);
  }
}

TEST(Math, TheSameBitsWhereverARangeBegins) {
  std::vector<float> x(103);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i) * 0.37F - 19.0F;
  for (const Exact& exact : kExact) {
    std::vector<float> whole(x.size()), pieces(x.size());
    apply(exact.unary, x.data(), whole.data(), 103);
    for (std::int64_t begin = 0; begin < 103; begin += 7) {
      apply(exact.unary, x.data() + begin, pieces.data() + begin,
            std::min<std::int64_t>(7, 103 - begin));
    }
    EXPECT_EQ(std::memcmp(whole.data(), pieces.data(), whole.size() * sizeof(float)), 0)
        << exact.name;
    apply(exact.unary, x.data(), x.data(), 0);
  }
}

}  // namespace
}  // namespace halfpixel::graph
