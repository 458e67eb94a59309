#include "frontends/onnx_axis.hpp"

#include <algorithm>
#include <cmath>

#include "frontends/dialect.hpp"

namespace halfpixel::onnx {
namespace {

using Coordinates = CoordinateTransformationMode;

// A coordinate as an integer near the axis, whatever a roi asked for.
std::int64_t position(double coordinate, std::int64_t length) {
  if (!(coordinate >= -8)) return -8;
  return static_cast<std::int64_t>(std::min(coordinate, static_cast<double>(length) + 8));
}

float coordinate_of(Coordinates mode, const Axis& axis, std::int64_t i) {
  const auto x = static_cast<float>(i);
  const auto out = static_cast<float>(axis.out), in = static_cast<float>(axis.in);
  const float scale = axis.scale;
  if (scale == 1) return x;
  switch (mode) {
    case Coordinates::asymmetric:
      return x / scale;
    case Coordinates::tf_half_pixel_for_nn:
      return (x + 0.5f) / scale;
    case Coordinates::align_corners:
      return axis.out == 1 ? 0.0f : x * (in - 1) / (out - 1);
    case Coordinates::pytorch_half_pixel:
      return axis.out > 1 ? (x + 0.5f) / scale - 0.5f : 0.0f;
    case Coordinates::half_pixel_symmetric: {
      const float offset = in / 2 * (1 - out / (scale * in));
      return static_cast<float>(offset + (double{x} + 0.5) / double{scale} - 0.5);
    }
    case Coordinates::tf_crop_and_resize: {
      const float start = axis.roi_start, end = axis.roi_end;
      if (axis.out > 1) return start * (in - 1) + x * (end - start) * (in - 1) / (out - 1);
      return static_cast<float>(0.5 * double{start + end} * double{in - 1});
    }
    case Coordinates::half_pixel:
      break;
  }
  return (x + 0.5f) / scale - 0.5f;
}

double nearest_position(const Meaning& meaning, float coordinate, bool shrinks) {
  const double x = coordinate, low = std::floor(x);
  if (!meaning.nearest) return shrinks ? std::ceil(x) : std::trunc(x);
  switch (*meaning.nearest) {
    case NearestMode::floor:
      return low;
    case NearestMode::ceil:
      return std::ceil(x);
    default:
      break;
  }
  if (std::fabs(x - low - 0.5) < 1e-6) {
    return *meaning.nearest == NearestMode::round_prefer_floor ? low : low + 1;
  }
  return std::floor(x + 0.5);
}

// Keys' kernel between 0 and 1, and between 1 and 2.
float cubic_near(float x, float a) {
  return ((a + 2) * x - (a + 3)) * x * x + 1;
}
float cubic_far(float x, float a) {
  return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
}

// Another order of operations than cubic_far's.
float antialias_weight(const Meaning& meaning, float x) {
  x = std::fabs(x);
  const float a = meaning.cubic_coeff_a;
  if (meaning.mode == Mode::linear) return x < 1 ? 1 - x : 0.0f;
  if (x < 1) return cubic_near(x, a);
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0.0f;
}

struct Window {
  std::int64_t first = 0;
  std::vector<float> weights;
};

// Weights of one output, those of positions outside added to the edge's.
Window antialias_window(const Meaning& meaning, const Axis& axis, float center) {
  const float step = 1.0f / axis.scale;
  const float radius = meaning.mode == Mode::linear ? 1.0f : 2.0f;
  const float support = step >= 1 ? radius * step : radius;
  const float inverse = step >= 1 ? 1.0f / step : 1.0f;
  const auto window = static_cast<std::int64_t>(std::ceil(support)) * 2 + 1;
  const double low_edge = std::floor(center - support + 0.5f);
  const double high_edge = std::floor(center + support + 0.5f);
  const auto low = static_cast<std::int64_t>(std::clamp(low_edge, -0x1p40, 0x1p40));
  const auto reach =
      static_cast<std::int64_t>(std::clamp(high_edge - low_edge, 0.0, static_cast<double>(window)));
  const std::int64_t high = low + reach;
  const std::int64_t inner_low = std::clamp<std::int64_t>(low, 0, axis.in);
  const std::int64_t inner_high = std::clamp<std::int64_t>(high, 0, axis.in);
  const bool all = !meaning.exclude_outside;
  const std::int64_t begin = all ? low : inner_low;
  const std::int64_t size = std::max<std::int64_t>(0, (all ? high : inner_high) - begin);

  SignedVector<float> weights(static_cast<std::size_t>(window), 0.0f);
  float total = 0;
  for (std::int64_t k = 0; k < size; ++k) {
    weights[k] =
        antialias_weight(meaning, (static_cast<float>(k + begin) - center + 0.5f) * inverse);
    total += weights[k];
  }
  if (all && inner_low < inner_high) {
    const std::int64_t before = std::clamp<std::int64_t>(-begin, 0, size - 1);
    for (std::int64_t k = 0; k < before; ++k) weights[before] += weights[k];
    const std::int64_t after = std::clamp<std::int64_t>(size + begin - axis.in, 0, size - 1);
    for (std::int64_t k = size - after; k < size; ++k) weights[size - after - 1] += weights[k];
    if (before > 0) std::copy(weights.begin() + before, weights.end(), weights.begin());
  }
  const float factor = total == 0 ? 1.0f : 1.0f / total;
  Window result{inner_low, {}};
  for (std::int64_t k = 0; k < inner_high - inner_low; ++k) {
    result.weights.push_back(weights[k] * factor);
  }
  return result;
}

}  // namespace

Meaning meaning_of(const ResizeOptions& options) {
  const auto mode = options.coordinate_transformation_mode.value_or(
      options.opset >= 11 ? Coordinates::half_pixel : Coordinates::asymmetric);
  Meaning meaning{options.mode,
                  mode,
                  options.nearest_mode,
                  options.cubic_coeff_a.value_or(-0.75f),
                  options.exclude_outside,
                  options.antialias,
                  mode == Coordinates::tf_crop_and_resize,
                  options.extrapolation_value.value_or(0.0f)};
  if (options.opset >= 11 && !meaning.nearest) meaning.nearest = NearestMode::round_prefer_floor;
  return meaning;
}

std::vector<float> coordinates(const Meaning& meaning, const Axis& axis) {
  std::vector<float> result;
  result.reserve(static_cast<std::size_t>(axis.out));
  for (std::int64_t i = 0; i < axis.out; ++i) {
    result.push_back(coordinate_of(meaning.coordinates, axis, i));
  }
  return result;
}

SignedVector<std::uint8_t> outside(const Meaning& meaning, const Axis& axis) {
  if (!meaning.extrapolates) return {};
  SignedVector<std::uint8_t> result;
  bool any = false;
  const auto last = static_cast<float>(axis.in - 1);
  for (float x : coordinates(meaning, axis)) {
    if (meaning.antialias) x = (0.5f + x) - 0.5f;  // it asks the centre
    result.push_back(x < 0 || x > last);
    any = any || result.back() != 0;
  }
  return any ? result : SignedVector<std::uint8_t>{};
}

resample::AxisTable nearest_axis(const Meaning& meaning, const Axis& axis) {
  const std::vector<float> x = coordinates(meaning, axis);
  return dialect::copy_axis(axis.in, axis.out, [&](std::int64_t i) {
    const double at = nearest_position(meaning, x[static_cast<std::size_t>(i)], axis.scale < 1);
    return position(at, axis.in);
  });
}

resample::AxisTable linear_axis(const Meaning& meaning, const Axis& axis) {
  const std::vector<float> all = coordinates(meaning, axis);
  return dialect::pair_axis<float>(axis.in, axis.out, [&](std::int64_t i) {
    const auto last = static_cast<float>(axis.in - 1);
    const float x = std::max(0.0f, std::min(all[static_cast<std::size_t>(i)], last));
    const std::int64_t low = std::min(static_cast<std::int64_t>(x), axis.in - 1);
    const std::int64_t high = std::min(low + 1, axis.in - 1);
    if (low == high) return dialect::Pair<float>{low, high, 0.5f, 0.5f};
    return dialect::Pair<float>{low, high, std::fabs(x - static_cast<float>(high)),
                                std::fabs(x - static_cast<float>(low))};
  });
}

resample::AxisTable fixed_axis(const Meaning& meaning, const Axis& axis) {
  const std::vector<float> all = coordinates(meaning, axis);
  return dialect::pair_axis<std::int32_t>(axis.in, axis.out, [&](std::int64_t i) {
    constexpr std::int32_t kOne = 1 << 10;
    const auto last = static_cast<float>(axis.in - 1);
    const float x = std::max(0.0f, std::min(all[static_cast<std::size_t>(i)], last));
    const std::int64_t low = std::min(static_cast<std::int64_t>(x), axis.in - 1);
    const std::int64_t high = std::min(low + 1, axis.in - 1);
    if (low == high) return dialect::Pair<std::int32_t>{low, high, kOne / 2, kOne / 2};
    const auto part = static_cast<std::int32_t>(static_cast<std::int64_t>(x * kOne) - low * kOne);
    return dialect::Pair<std::int32_t>{low, high, kOne - part, part};
  });
}

resample::AxisTable cubic_axis(const Meaning& meaning, const Axis& axis, bool divided) {
  std::vector<dialect::Terms<float>> rows;
  const float a = meaning.cubic_coeff_a;
  for (const float x : coordinates(meaning, axis)) {
    const float low = std::floor(x), s = x - low;
    const std::int64_t first = position(low, axis.in) - 1;
    std::vector<float> weights = {cubic_far(s + 1, a), cubic_near(s, a), cubic_near(1 - s, a),
                                  cubic_far(2 - s, a)};
    float sum = 1;
    if (meaning.exclude_outside) {
      sum = 0;
      for (std::int64_t k = 0; k < 4; ++k) {
        float& weight = weights[static_cast<std::size_t>(k)];
        if (first + k < 0 || first + k >= axis.in) weight = 0;
        sum += weight;
      }
    }
    if (divided) {
      weights.push_back(sum);
    } else {
      for (float& weight : weights) weight = weight / sum;
    }
    rows.push_back({first, std::move(weights)});
  }
  return dialect::taps_axis(axis.in, rows, divided ? 1 : 0);
}

resample::AxisTable antialias_axis(const Meaning& meaning, const Axis& axis, bool fixed) {
  if (axis.in == axis.out) return dialect::same_axis(axis.in);
  std::vector<dialect::Terms<float>> rows;
  std::vector<dialect::Terms<std::int32_t>> integers;
  const std::vector<float> all = coordinates(meaning, axis);
  const bool as_is = 1.0f / axis.scale == 1;
  for (std::int64_t i = 0; i < axis.out; ++i) {
    const float x = as_is ? static_cast<float>(i) : all[static_cast<std::size_t>(i)];
    Window window = antialias_window(meaning, axis, 0.5f + x);
    if (!fixed) {
      rows.push_back({window.first, std::move(window.weights)});
      continue;
    }
    std::vector<std::int32_t> weights;
    for (const float weight : window.weights) {
      weights.push_back(static_cast<std::int32_t>(std::round(weight * 0x1p22f)));
    }
    integers.push_back({window.first, std::move(weights)});
  }
  return fixed ? dialect::taps_axis(axis.in, integers) : dialect::taps_axis(axis.in, rows);
}

}  // namespace halfpixel::onnx
