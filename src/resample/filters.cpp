#include "resample/filters.hpp"

#include <array>
#include <cmath>
#include <cstdint>

namespace halfpixel::resample {
namespace {

constexpr float kPi = 3.14159265359f;

template <int kRadius>
float lanczos(float x) noexcept {
  constexpr float r = kRadius;
  if (x > r) return 0.0f;
  if (x <= 1e-3f) return 1.0f;
  return r * sinf_of_glibc(kPi * x) * sinf_of_glibc(kPi * x / r) / (kPi * kPi * x * x);
}

float triangle_value(float x) noexcept {
  return x < 1.0f ? 1.0f - x : 0.0f;
}

float gaussian_value(float x) noexcept {
  if (x >= 1.5f) return 0.0f;
  constexpr double kSigma = 0.5;
  return static_cast<float>(std::exp(static_cast<double>(-x * x) / (2.0 * kSigma * kSigma)));
}

float keys_cubic_value(float x) noexcept {
  if (x >= 2.0f) return 0.0f;
  if (x >= 1.0f) return ((-0.5f * x + 2.5f) * x - 4.0f) * x + 2.0f;
  return ((1.5f * x - 2.5f) * x) * x + 1.0f;
}

float mitchell_cubic_value(float x) noexcept {
  if (x >= 2.0f) return 0.0f;
  if (x >= 1.0f) return ((-7.0f / 18.0f * x + 2.0f) * x - 10.0f / 3.0f) * x + 16.0f / 9.0f;
  return ((7.0f / 6.0f * x - 2.0f) * x) * x + 8.0f / 9.0f;
}

using Phases = std::array<float, 2050>;

Phases make_phases(double a) {
  Phases table{};
  for (std::size_t i = 0; i <= 1024; ++i) {  // in double, rounded once
    float x = static_cast<float>(static_cast<double>(i) / 1024.0);
    table[2 * i] = static_cast<float>(((a + 2) * x - (a + 3)) * x * x + 1);
    x += 1.0f;
    table[2 * i + 1] = static_cast<float>(((a * x - 5 * a) * x + 8 * a) * x - 4 * a);
  }
  return table;
}

}  // namespace

float sinf_of_glibc(float y) noexcept {
  double x = y;
  int n = 0;
  if (!(std::fabs(y) < 0.75f)) {  // subtract the nearest multiple of pi/2
    n = (static_cast<std::int32_t>(x * 0x1.45F306DC9C883p+23) + 0x800000) >> 24;
    x = x - n * 0x1.921FB54442D18p0;
  }
  const double z = x * x;
  if ((n & 3) == 1 || (n & 3) == 2) x = -x;
  if (n % 2 == 0) {
    const double s = x + (x * z) * -0x1.555545995a603p-3;
    return static_cast<float>(s +
                              ((x * z) * z) * (0x1.1107605230bc4p-7 + z * -0x1.994eb3774cf24p-13));
  }
  const double q = (n & 2) != 0 ? -1.0 : 1.0;
  const double c = (q + z * (q * -0x1.ffffffd0c621cp-2)) + (z * z) * (q * 0x1.55553e1068f19p-5);
  return static_cast<float>(c + ((z * z) * z) *
                                    (q * -0x1.6c087e89a359dp-10 + z * (q * 0x1.99343027bf8c3p-16)));
}

float expf_of_glibc(float y) noexcept {
  // 2^(i / 32)
  static constexpr double kRoots[32] = {0x1p0,
                                        0x1.059b0d3158574p0,
                                        0x1.0b5586cf9890fp0,
                                        0x1.11301d0125b51p0,
                                        0x1.172b83c7d517bp0,
                                        0x1.1d4873168b9aap0,
                                        0x1.2387a6e756238p0,
                                        0x1.29e9df51fdee1p0,
                                        0x1.306fe0a31b715p0,
                                        0x1.371a7373aa9cbp0,
                                        0x1.3dea64c123422p0,
                                        0x1.44e086061892dp0,
                                        0x1.4bfdad5362a27p0,
                                        0x1.5342b569d4f82p0,
                                        0x1.5ab07dd485429p0,
                                        0x1.6247eb03a5585p0,
                                        0x1.6a09e667f3bcdp0,
                                        0x1.71f75e8ec5f74p0,
                                        0x1.7a11473eb0187p0,
                                        0x1.82589994cce13p0,
                                        0x1.8ace5422aa0dbp0,
                                        0x1.93737b0cdc5e5p0,
                                        0x1.9c49182a3f090p0,
                                        0x1.a5503b23e255dp0,
                                        0x1.ae89f995ad3adp0,
                                        0x1.b7f76f2fb5e47p0,
                                        0x1.c199bdd85529cp0,
                                        0x1.cb720dcef9069p0,
                                        0x1.d5818dcfba487p0,
                                        0x1.dfc97337b9b5fp0,
                                        0x1.ea4afa2a490dap0,
                                        0x1.f50765b6e4540p0};
  // y / ln 2 in 32nds: a whole number and what is left, which a polynomial takes.
  const double z = static_cast<double>(y) * 0x1.71547652b82fep5, whole = std::nearbyint(z);
  const double r = z - whole;
  const auto n = static_cast<std::int32_t>(whole);
  const double root = std::ldexp(kRoots[n & 31], (n - (n & 31)) / 32);
  const double high = 0x1.c6af84b912394p-20 * r + 0x1.ebfce50fac4f3p-13;
  const double low = 0x1.62e42ff0c52d6p-6 * r + 1;
  return static_cast<float>((high * (r * r) + low) * root);
}

namespace filters {
constexpr Filter triangle = {"triangle", 1.0f, triangle_value};
constexpr Filter keys_cubic = {"keyscubic", 2.0f, keys_cubic_value};
constexpr Filter lanczos3 = {"lanczos3", 3.0f, lanczos<3>};
constexpr Filter lanczos5 = {"lanczos5", 5.0f, lanczos<5>};
constexpr Filter gaussian = {"gaussian", 1.5f, gaussian_value};
constexpr Filter mitchell_cubic = {"mitchellcubic", 2.0f, mitchell_cubic_value};
}  // namespace filters

const float* cubic_phases(bool keys) noexcept {
  static const Phases half_pixel = make_phases(-0.5);
  static const Phases legacy = make_phases(-0.75);
  return keys ? half_pixel.data() : legacy.data();
}

}  // namespace halfpixel::resample
