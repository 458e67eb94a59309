// Follows tensorflow/core/util/image_resizer_state.h (coordinates), resize_area_op.cc,
// resize_bicubic_op.cc and scale_and_translate_op.cc with sampling_kernels.h. The sine is the C
// library's sinf written out: results must not depend on the machine's own.
#include "resample/reference_axis.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>

#include <halfpixel/error.hpp>

#if defined(__x86_64__) || defined(__i386__)
#include <xmmintrin.h>
#endif

namespace halfpixel::reference {
namespace {

float scale_of(const Axis& axis) {
  if (axis.align_corners && axis.in > 1 && axis.out > 1) {
    return static_cast<float>(axis.in - 1) / static_cast<float>(axis.out - 1);
  }
  return static_cast<float>(axis.in) / static_cast<float>(axis.out);
}

// Where the centre of output i lies, in source samples whose centres are the integers.
float coordinate(const Axis& axis, std::int64_t i) {
  const float x = static_cast<float>(i);
  if (!axis.half_pixel_centers) return x * scale_of(axis);
  return (x + 0.5f) * scale_of(axis) - 0.5f;
}

std::int64_t clamp(std::int64_t i, std::int64_t len) {
  return std::clamp<std::int64_t>(i, 0, len - 1);
}

// The cubic of Keys at 1025 phases, as TensorFlow tabulates it: {near, far} per phase.
std::vector<float> cubic_table(double a) {
  std::vector<float> table;
  for (int i = 0; i <= 1024; ++i) {
    float x = static_cast<float>(i * 1.0 / 1024);
    table.push_back(static_cast<float>(((a + 2) * x - (a + 3)) * x * x + 1));
    x += 1.0f;
    table.push_back(static_cast<float>(((a * x - 5 * a) * x + 8 * a) * x - 4 * a));
  }
  return table;
}

float sine(float y) {
  double x = y;
  std::int32_t n = 0;
  if (y >= 0.75f) {
    n = (static_cast<std::int32_t>(x * 0x1.45F306DC9C883p+23) + 0x800000) >> 24;
    x = x - n * 0x1.921FB54442D18p0;
  }
  const double z = x * x;
  if (n % 2 == 0) {
    if (n & 2) x = -x;
    const double s = x + (x * z) * -0x1.555545995a603p-3;
    return static_cast<float>(s +
                              ((x * z) * z) * (0x1.1107605230bc4p-7 + z * -0x1.994eb3774cf24p-13));
  }
  const double q = (n & 2) ? -1.0 : 1.0;
  const double c = (q + z * (q * -0x1.ffffffd0c621cp-2)) + (z * z) * (q * 0x1.55553e1068f19p-5);
  return static_cast<float>(c + ((z * z) * z) *
                                    (q * -0x1.6c087e89a359dp-10 + z * (q * 0x1.99343027bf8c3p-16)));
}

template <int kRadius>
float lanczos(float x) {
  const float pi = 3.14159265359f, radius = kRadius;
  if (x > radius) return 0.0f;
  if (x <= 1e-3f) return 1.0f;
  return radius * sine(pi * x) * sine(pi * x / radius) / (pi * pi * x * x);
}

float triangle(float x) {
  return x < 1.0f ? 1.0f - x : 0.0f;
}

float gaussian(float x) {
  const float minus_square = -x * x;
  return x >= 1.5f ? 0.0f : static_cast<float>(std::exp(minus_square / (2.0 * 0.5 * 0.5)));
}

float keyscubic(float x) {
  if (x >= 2.0f) return 0.0f;
  if (x >= 1.0f) return ((-0.5f * x + 2.5f) * x - 4.0f) * x + 2.0f;
  return ((1.5f * x - 2.5f) * x) * x + 1.0f;
}

float mitchellcubic(float x) {
  if (x >= 2.0f) return 0.0f;
  if (x >= 1.0f) return (((-7.0f / 18.0f) * x + 2.0f) * x - 10.0f / 3.0f) * x + 16.0f / 9.0f;
  return (((7.0f / 6.0f) * x - 2.0f) * x) * x + 8.0f / 9.0f;
}

struct Row {
  std::string_view method;
  Filter filter;
  bool always;  // not with antialias alone
};
constexpr Row kFilters[] = {
    {"bilinear", {1.0f, triangle}, false},  {"bicubic", {2.0f, keyscubic}, false},
    {"lanczos3", {3.0f, lanczos<3>}, true}, {"lanczos5", {5.0f, lanczos<5>}, true},
    {"gaussian", {1.5f, gaussian}, true},   {"mitchellcubic", {2.0f, mitchellcubic}, true},
};

}  // namespace

FlushSubnormals::FlushSubnormals() noexcept : saved_(0) {
#if defined(__x86_64__) || defined(__i386__)
  saved_ = _mm_getcsr();
  _mm_setcsr(static_cast<unsigned>(saved_) | 0x8040u);  // flush to zero, denormals are zero
#elif defined(__aarch64__)
  asm volatile("mrs %0, fpcr" : "=r"(saved_));
  asm volatile("msr fpcr, %0" ::"r"(saved_ | (std::uint64_t{1} << 24)) : "memory");
#endif
}

FlushSubnormals::~FlushSubnormals() {
#if defined(__x86_64__) || defined(__i386__)
  _mm_setcsr(static_cast<unsigned>(saved_));
#elif defined(__aarch64__)
  asm volatile("msr fpcr, %0" ::"r"(saved_) : "memory");
#endif
}

std::int64_t nearest_source(const Axis& axis, std::int64_t i) {
  const float x = static_cast<float>(i);
  const float c = (axis.half_pixel_centers ? x + 0.5f : x) * scale_of(axis);
  const float chosen = axis.align_corners ? std::round(c) : std::floor(c);
  return clamp(static_cast<std::int64_t>(chosen), axis.in);
}

Lerp bilinear_source(const Axis& axis, std::int64_t i) {
  const float c = coordinate(axis, i);
  const float below = std::floor(c);
  return {std::max<std::int64_t>(static_cast<std::int64_t>(below), 0),
          std::min<std::int64_t>(static_cast<std::int64_t>(std::ceil(c)), axis.in - 1), c - below};
}

float area_scale(const Axis& axis) {
  return scale_of(axis);
}

std::vector<Tap> area_taps(const Axis& axis, std::int64_t i) {
  const float scale = scale_of(axis);
  const float begin = static_cast<float>(i) * scale;
  const float end = static_cast<float>(i + 1) * scale;
  std::vector<Tap> taps;
  const auto last = static_cast<std::int64_t>(std::ceil(end));
  for (auto v = static_cast<std::int64_t>(std::floor(begin)); v < last; ++v) {
    const float left = static_cast<float>(v);
    const float right = static_cast<float>(v + 1);
    float w = 1.0f;
    if (left < begin) {
      w = right > end ? scale : right - begin;
    } else if (right > end) {
      w = end - left;
    }
    taps.emplace_back(clamp(v, axis.in), w);
  }
  return taps;
}

std::array<Tap, 4> bicubic_taps(const Axis& axis, std::int64_t i) {
  static const std::vector<float> keys = cubic_table(-0.5);
  static const std::vector<float> legacy = cubic_table(-0.75);
  const std::vector<float>& table = axis.half_pixel_centers ? keys : legacy;
  const float c = coordinate(axis, i);
  const auto base = static_cast<std::int64_t>(std::floor(c));
  const float delta = c - static_cast<float>(base);
  const auto phase = static_cast<std::size_t>(std::lrint(delta * 1024.0f));
  std::array<float, 4> w = {table[2 * phase + 1], table[2 * phase], table[2 * (1024 - phase)],
                            table[2 * (1024 - phase) + 1]};
  std::array<Tap, 4> taps;
  for (std::size_t k = 0; k < 4; ++k) {
    const std::int64_t wanted = base - 1 + static_cast<std::int64_t>(k);
    taps[k].first = clamp(wanted, axis.in);
    // v2 drops what lies outside; v1 repeats the edge.
    if (axis.half_pixel_centers && taps[k].first != wanted) w[k] = 0.0f;
  }
  if (axis.half_pixel_centers) {
    const float sum = ((w[0] + w[1]) + w[2]) + w[3];
    if (std::fabs(sum) >= 1000.0f * FLT_MIN) {
      const float r = 1.0f / sum;
      for (float& v : w) v *= r;
    }
  }
  for (std::size_t k = 0; k < 4; ++k) taps[k].second = w[k];
  return taps;
}

std::vector<Tap> span_taps(std::int64_t in, std::int64_t out, const Filter& filter, bool antialias,
                           std::int64_t i) {
  const float scale = static_cast<float>(out) / static_cast<float>(in);
  const float inverse = static_cast<float>(1.0 / scale);
  const float widening = antialias ? std::max(inverse, 1.0f) : 1.0f;
  const float narrowing = 1.0f / widening;
  const float reach = filter.radius * widening;
  const auto span = std::min<std::int64_t>(2 * static_cast<std::int64_t>(std::ceil(reach)) + 1, in);
  // Pixel i covers [i, i + 1): centres lie at one half. No translation, whose product is -0.
  const float centre = (static_cast<float>(i) + 0.5f) * inverse + -0.0f;
  std::int64_t begin = 0;
  std::vector<float> weights(static_cast<std::size_t>(span), 0.0f);
  if (centre >= 0.0f && centre <= static_cast<float>(in)) {
    begin = clamp(static_cast<std::int64_t>(std::ceil(centre - reach - 0.5f)), in);
    const std::int64_t end =
        clamp(static_cast<std::int64_t>(std::floor(centre + reach - 0.5f)), in) + 1;
    float total = 0.0f;
    for (std::int64_t v = begin; v < end; ++v) {
      const float distance = static_cast<float>(v) + 0.5f - centre;
      const float w = filter.value(std::fabs(distance * narrowing));
      weights[static_cast<std::size_t>(v - begin)] = w;
      total += w;
    }
    const bool usable = std::fabs(total) >= 1000.0f * FLT_MIN;
    const float r = usable ? 1.0f / total : 0.0f;
    for (float& w : weights) w = usable ? w * r : 0.0f;
  }
  std::vector<Tap> taps;
  for (std::int64_t v = begin; v < std::min(begin + span, in); ++v) {
    taps.emplace_back(v, weights[static_cast<std::size_t>(v - begin)]);
  }
  return taps;
}

std::optional<Filter> filter_of(std::string_view method, bool antialias) {
  for (const Row& row : kFilters) {
    if (row.method == method && (row.always || antialias)) return row.filter;
  }
  return std::nullopt;
}

}  // namespace halfpixel::reference
