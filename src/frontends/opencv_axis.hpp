// The tables of cv::resize: coordinates and weights as OpenCV's own kernels round them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "frontends/dialect.hpp"

namespace halfpixel::opencv {

using dialect::AxisTable;
using dialect::Terms;

// One axis: source and result, and steps between samples, as OpenCV rounds them.
struct Side {
  std::int64_t in, out;
  double inverse, step;

  Side(std::int64_t from, std::int64_t to, double factor)
      : in(from),
        out(to),
        inverse(factor > 0 ? factor : static_cast<double>(to) / static_cast<double>(from)),
        step(1.0 / inverse) {}
  // The step as a whole number; 0 where it is none.
  std::int64_t whole_step() const {
    const double whole = std::nearbyint(step);
    const bool is_whole = std::abs(step - whole) < std::numeric_limits<double>::epsilon();
    return is_whole ? static_cast<std::int64_t>(whole) : 0;
  }
  std::int64_t clamped(std::int64_t i) const { return std::clamp<std::int64_t>(i, 0, in - 1); }
};

inline std::int64_t floor_of(double value) {
  return static_cast<std::int64_t>(std::floor(value));
}

AxisTable nearest(const Side& side);
// The centres are added up, not multiplied, and do not know of fx and fy.
AxisTable nearest_exact(const Side& side);

// Where an output lies: between `first` and its neighbour, `fraction` of the way.
struct Sample {
  std::int64_t first;
  float fraction;
};
Sample centred(const Side& side, std::int64_t i);
// Of INTER_AREA that does not shrink on both axes.
Sample area_like(const Side& side, std::int64_t i);

enum class Taps { linear, cubic, lanczos };
// Of the pixels around a sample that lies `x` behind the one left of it.
std::vector<float> weights_of(Taps kind, float x);

// Weights in the numbers that sums are made of; those of bytes are whole 2048ths.
template <class W>
W weight_of(float weight) {
  if constexpr (std::is_same_v<W, std::int32_t>) {
    return static_cast<W>(std::clamp(std::nearbyint(weight * 2048.0f), -32768.0f, 32767.0f));
  } else {
    return static_cast<W>(weight);
  }
}

// Linear columns end at the edge; all other taps go on beyond it, over copies of the last pixel.
template <class W, class At>
AxisTable taps(const Side& side, Taps kind, bool ends_at_edge, At&& at) {
  std::vector<Terms<W>> rows;
  for (std::int64_t i = 0; i < side.out; ++i) {
    Sample sample = at(side, i);
    if (kind == Taps::linear && ends_at_edge) {
      if (sample.first < 0) sample = {0, 0.0f};
      if (sample.first >= side.in - 1) {
        rows.push_back({side.in - 1, {weight_of<W>(1.0f)}});
        continue;
      }
    }
    Terms<W> terms{sample.first - (kind == Taps::cubic ? 1 : kind == Taps::lanczos ? 3 : 0), {}};
    for (const float weight : weights_of(kind, sample.fraction))
      terms.weights.push_back(weight_of<W>(weight));
    rows.push_back(std::move(terms));
  }
  return dialect::taps_axis<W>(side.in, rows);
}

// What an output covers of the source, each pixel weighed by its share.
template <class W>
AxisTable shares(const Side& side) {
  std::vector<Terms<W>> rows;
  for (std::int64_t i = 0; i < side.out; ++i) {
    const double begin = static_cast<double>(i) * side.step, end = begin + side.step;
    const double cell = std::min(side.step, static_cast<double>(side.in) - begin);
    const std::int64_t last = std::min(floor_of(end), side.in - 1);
    const std::int64_t first = std::min(static_cast<std::int64_t>(std::ceil(begin)), last);
    Terms<W> terms{first, {}};
    const auto add = [&](double share) {
      terms.weights.push_back(static_cast<W>(static_cast<float>(share)));
    };
    if (static_cast<double>(first) - begin > 1e-3) {
      terms.first = first - 1;
      add((static_cast<double>(first) - begin) / cell);
    }
    for (std::int64_t k = first; k < last; ++k) add(1.0 / cell);
    const double rest = end - static_cast<double>(last);
    if (rest > 1e-3) add(std::min(std::min(rest, 1.0), cell) / cell);
    rows.push_back(std::move(terms));
  }
  return dialect::taps_axis<W>(side.in, rows);
}

}  // namespace halfpixel::opencv
