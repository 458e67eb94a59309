#include "frontends/pillow_axis.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

namespace halfpixel::pillow_dialect {
namespace {

using dialect::sinc;
using dialect::Terms;
using pillow::Resampling;

double mks2013(double x) {
  if (x < 0.5) return 17.0 / 16 - 7.0 / 4 * x * x;
  if (x < 1.5) return (1 - x) * (7.0 / 4 - x);
  if (x < 2.5) return -0.125 * (x - 2.5) * (x - 2.5);
  return 0;
}

double mks2021(double x) {
  if (x < 0.5) return 577.0 / 576 - 239.0 / 144 * x * x;
  if (x < 1.5) return (140 * x * x - 379 * x + 239) / 144;
  if (x < 2.5) return -(24 * x * x - 113 * x + 130) / 144;
  if (x < 3.5) return (4 * x * x - 27 * x + 45) / 144;
  if (x < 4.5) return -(4 * x * x - 36 * x + 81) / 1152;
  return 0;
}

double hamming(double x) {
  if (x == 0) return 1;
  if (x >= 1) return 0;
  x *= std::numbers::pi;
  return std::sin(x) / x * (static_cast<double>(0.54F) + static_cast<double>(0.46F) * std::cos(x));
}

double bicubic(double x) {
  constexpr double a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

double value_of(Resampling filter, double x) {
  if (filter == Resampling::box) return x > -0.5 && x <= 0.5 ? 1 : 0;
  if (filter == Resampling::lanczos) return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0;
  x = std::abs(x);
  switch (filter) {
    case Resampling::bilinear:
      return x < 1 ? 1 - x : 0;
    case Resampling::hamming:
      return hamming(x);
    case Resampling::bicubic:
      return bicubic(x);
    case Resampling::mks2013:
      return mks2013(x);
    default:
      return mks2021(x);
  }
}

std::vector<Terms<double>> terms_of(const Span& span, Resampling filter) {
  const double begin = static_cast<double>(span.begin);
  const double scale = static_cast<double>(span.end - span.begin) / static_cast<double>(span.out);
  const double wide = std::max(scale, 1.0), support = support_of(filter) * wide;
  const double inverse = 1.0 / wide;
  std::vector<Terms<double>> rows;
  rows.reserve(static_cast<std::size_t>(span.out));
  for (std::int64_t i = 0; i < span.out; ++i) {
    const double center = begin + (static_cast<double>(i) + 0.5) * scale;
    const auto edge = [](double at) { return static_cast<std::int64_t>(at + 0.5); };
    const std::int64_t first = std::max<std::int64_t>(edge(center - support), 0);
    const std::int64_t last = std::min(edge(center + support), span.in);
    Terms<double> terms{first, {}};
    double total = 0;
    for (std::int64_t j = first; j < last; ++j) {
      const double x = static_cast<double>(j) - center + 0.5;
      terms.weights.push_back(value_of(filter, x * inverse));
      total += terms.weights.back();
    }
    if (total != 0) {
      for (double& weight : terms.weights) weight /= total;
    }
    rows.push_back(std::move(terms));
  }
  return rows;
}

}  // namespace

bool Span::crops() const {
  return begin == std::trunc(begin) && end - begin == static_cast<float>(out);
}

double support_of(Resampling filter) {
  switch (filter) {
    case Resampling::nearest:
    case Resampling::box:
      return 0.5;
    case Resampling::bilinear:
    case Resampling::hamming:
      return 1;
    case Resampling::bicubic:
      return 2;
    case Resampling::lanczos:
      return 3;
    case Resampling::mks2013:
      return 2.5;
    case Resampling::mks2021:
      return 4.5;
  }
  return 0;
}

AxisTable weights_axis(const Span& span, Resampling filter) {
  return dialect::taps_axis(span.in, terms_of(span, filter));
}

AxisTable fixed_axis(const Span& span, Resampling filter) {
  std::vector<Terms<std::int32_t>> fixed;
  for (const Terms<double>& row : terms_of(span, filter)) {
    Terms<std::int32_t> terms{row.first, {}};
    for (const double weight : row.weights) {
      const double scaled = std::ldexp(weight, kPrecisionBits);
      terms.weights.push_back(static_cast<std::int32_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5));
    }
    fixed.push_back(std::move(terms));
  }
  return dialect::taps_axis(span.in, fixed);
}

AxisTable nearest_axis(const Span& span, bool accumulates) {
  const double scale = static_cast<double>(span.end - span.begin) / static_cast<double>(span.out);
  double at = static_cast<double>(span.begin) + scale * 0.5;
  return dialect::copy_axis(span.in, span.out, [&](std::int64_t i) {
    const double position =
        accumulates ? at : static_cast<double>(span.begin) + scale * (static_cast<double>(i) + 0.5);
    at += scale;
    return static_cast<std::int64_t>(position);
  });
}

AxisTable crop_axis(const Span& span) {
  const auto first = static_cast<std::int64_t>(span.begin);
  return dialect::copy_axis(span.in, span.out, [&](std::int64_t i) { return first + i; });
}

AxisTable fixed_crop_axis(const Span& span) {
  std::vector<Terms<std::int32_t>> rows;
  for (std::int64_t i = 0; i < span.out; ++i)
    rows.push_back({static_cast<std::int64_t>(span.begin) + i, {1 << kPrecisionBits}});
  return dialect::taps_axis(span.in, rows);
}

}  // namespace halfpixel::pillow_dialect
