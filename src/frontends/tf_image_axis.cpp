#include "frontends/tf_image_axis.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace halfpixel::tf_image {
namespace {

using resample::AxisTable;
using resample::Filter;

AxisTable make(AxisTable::Kind kind, std::int64_t in, std::int64_t out) {
  AxisTable table;
  table.kind = kind;
  table.src_len = in;
  table.dst_len = out;
  table.first.reserve(static_cast<std::size_t>(out));
  return table;
}

float coordinate(std::int64_t x, float scale, Coordinates coordinates) {
  const auto position = static_cast<float>(x);
  return coordinates == Coordinates::half_pixel ? (position + 0.5f) * scale - 0.5f
                                                : position * scale;
}

// Below this the sum of weights counts as zero and is not divided by.
constexpr float kTinySum = 1000.0f * std::numeric_limits<float>::min();

}  // namespace

float scale_of(std::int64_t in, std::int64_t out, Coordinates coordinates) {
  return coordinates == Coordinates::align_corners && in > 1 && out > 1
             ? static_cast<float>(in - 1) / static_cast<float>(out - 1)
             : static_cast<float>(in) / static_cast<float>(out);
}

AxisTable nearest_axis(std::int64_t in, std::int64_t out, Coordinates coordinates) {
  AxisTable table = make(AxisTable::Kind::copy, in, out);
  const float scale = scale_of(in, out, coordinates);
  for (std::int64_t x = 0; x < out; ++x) {
    const auto position = static_cast<float>(x);
    const float at =
        coordinates == Coordinates::half_pixel ? (position + 0.5f) * scale : position * scale;
    const float chosen =
        coordinates == Coordinates::align_corners ? std::roundf(at) : std::floor(at);
    const auto index = std::clamp<std::int64_t>(static_cast<std::int64_t>(chosen), 0, in - 1);
    table.first.push_back(static_cast<std::int32_t>(index));
  }
  return table;
}

AxisTable bilinear_axis(std::int64_t in, std::int64_t out, Coordinates coordinates) {
  AxisTable table = make(AxisTable::Kind::lerp, in, out);
  table.second.reserve(static_cast<std::size_t>(out));
  table.weights.reserve(static_cast<std::size_t>(out));
  const float scale = scale_of(in, out, coordinates);
  for (std::int64_t x = 0; x < out; ++x) {
    const float at = coordinate(x, scale, coordinates);
    const float floor = std::floor(at);
    const auto low = std::max<std::int64_t>(static_cast<std::int64_t>(floor), 0);
    const auto high = std::min<std::int64_t>(static_cast<std::int64_t>(std::ceil(at)), in - 1);
    // Rounding can put the last coordinates of a long axis past its end; there both are the last
    // pixel.
    table.first.push_back(static_cast<std::int32_t>(std::min(low, in - 1)));
    table.second.push_back(static_cast<std::int32_t>(high));
    table.weights.push_back(at - floor);
  }
  return table;
}

AxisTable bicubic_axis(std::int64_t in, std::int64_t out, Coordinates coordinates) {
  AxisTable table = make(AxisTable::Kind::taps, in, out);
  table.taps = 4;
  table.count.reserve(static_cast<std::size_t>(out));
  table.weights.reserve(static_cast<std::size_t>(out) * 4);
  const bool keys = coordinates == Coordinates::half_pixel;
  const float* const phases = resample::cubic_phases(keys);
  const float scale = scale_of(in, out, coordinates);
  for (std::int64_t x = 0; x < out; ++x) {
    const float at = coordinate(x, scale, coordinates);
    const auto base = static_cast<std::int64_t>(std::floor(at));
    const float delta = at - static_cast<float>(base);
    const long offset = std::lrintf(delta * 1024.0f);
    float w[4] = {phases[2 * offset + 1], phases[2 * offset], phases[2 * (1024 - offset)],
                  phases[2 * (1024 - offset) + 1]};
    if (keys) {  // what lies outside has no weight, and the rest is normalised
      for (int k = 0; k < 4; ++k) {
        const std::int64_t raw = base - 1 + k;
        if (raw != std::clamp<std::int64_t>(raw, 0, in - 1)) w[k] = 0.0f;
      }
      const float sum = ((w[0] + w[1]) + w[2]) + w[3];
      if (std::fabs(sum) >= kTinySum) {
        const float reciprocal = 1.0f / sum;
        for (float& value : w) value *= reciprocal;
      }
    }
    // Rounding can put the last coordinates of a long axis past its end; there all are the last
    // pixel.
    table.first.push_back(static_cast<std::int32_t>(std::min(base - 1, in - 1)));
    table.count.push_back(4);
    table.weights.insert(table.weights.end(), w, w + 4);
  }
  return table;
}

AxisTable area_axis(std::int64_t in, std::int64_t out, Coordinates coordinates) {
  AxisTable table = make(AxisTable::Kind::taps, in, out);
  const float scale = scale_of(in, out, coordinates);
  const auto bounds = [&](std::int64_t x) {
    struct {
      float begin, end;
      std::int64_t first, last;
    } b{};
    b.begin = static_cast<float>(x) * scale;
    b.end = static_cast<float>(x + 1) * scale;
    b.first = static_cast<std::int64_t>(std::floor(b.begin));
    b.last = std::max(static_cast<std::int64_t>(std::ceil(b.end)), b.first + 1);
    return b;
  };
  for (std::int64_t x = 0; x < out; ++x) {
    const auto b = bounds(x);
    table.taps = std::max(table.taps, static_cast<std::int32_t>(b.last - b.first));
  }
  table.count.reserve(static_cast<std::size_t>(out));
  table.weights.reserve(static_cast<std::size_t>(out) * static_cast<std::size_t>(table.taps));
  for (std::int64_t x = 0; x < out; ++x) {
    const auto b = bounds(x);
    for (std::int64_t v = b.first; v < b.last; ++v) {
      const auto low = static_cast<float>(v);
      const auto high = static_cast<float>(v + 1);
      float w = 1.0f;
      if (low < b.begin) {
        w = high > b.end ? scale : high - b.begin;
      } else if (high > b.end) {
        w = b.end - low;
      }
      table.weights.push_back(w);
    }
    table.first.push_back(static_cast<std::int32_t>(std::min(b.first, in - 1)));
    table.count.push_back(static_cast<std::int32_t>(b.last - b.first));
    table.weights.resize(static_cast<std::size_t>(x + 1) * static_cast<std::size_t>(table.taps),
                         0.0f);
  }
  return table;
}

AxisTable span_axis(std::int64_t in, std::int64_t out, const Filter& filter, bool antialias) {
  AxisTable table = make(AxisTable::Kind::taps, in, out);
  const float scale = static_cast<float>(out) / static_cast<float>(in);
  const auto inverse =
      static_cast<float>(1.0 / static_cast<double>(scale));  // rounded twice, as there
  const float translate = -inverse * 0.0f;
  const float kernel_scale = antialias ? std::max(inverse, 1.0f) : 1.0f;
  const float reach = filter.support * kernel_scale;
  const std::int64_t span =
      std::min<std::int64_t>(2 * static_cast<std::int64_t>(std::ceil(reach)) + 1, in);
  table.taps = static_cast<std::int32_t>(span);
  table.count.reserve(static_cast<std::size_t>(out));
  table.weights.reserve(static_cast<std::size_t>(out) * static_cast<std::size_t>(span));
  const float per_kernel = 1.0f / kernel_scale;
  const auto length = static_cast<float>(in);
  for (std::int64_t x = 0; x < out; ++x) {
    const float sample = (static_cast<float>(x) + 0.5f) * inverse + translate;
    std::int64_t first = 0;
    std::int64_t last = 0;
    if (!(sample < 0.0f || sample > length)) {
      first = std::clamp<std::int64_t>(static_cast<std::int64_t>(std::ceil(sample - reach - 0.5f)),
                                       0, in - 1);
      last = std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(sample + reach - 0.5f)),
                                      0, in - 1) +
             1;
    }
    last = std::min(
        last, first + span);  // never cuts; keeps a row inside its table whatever the rounding
    float total = 0.0f;
    for (std::int64_t v = first; v < last; ++v) {
      const float distance = static_cast<float>(v) + 0.5f - sample;
      const float w = filter.value(std::fabs(distance * per_kernel));
      table.weights.push_back(w);
      total += w;
    }
    table.weights.resize(static_cast<std::size_t>(x + 1) * static_cast<std::size_t>(span), 0.0f);
    float* const row = table.weights.data() + x * span;
    const bool usable = std::fabs(total) >= kTinySum;
    const float reciprocal = usable ? 1.0f / total : 0.0f;
    for (std::int64_t k = 0; k < last - first; ++k) row[k] = usable ? row[k] * reciprocal : 0.0f;
    table.first.push_back(static_cast<std::int32_t>(first));
    // Zero weights behind the support take part: 0 * inf is NaN there too.
    table.count.push_back(static_cast<std::int32_t>(std::min(span, in - first)));
  }
  return table;
}

}  // namespace halfpixel::tf_image
