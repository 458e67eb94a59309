#include "frontends/twins/image_rs_twin.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "frontends/twins/twin.hpp"

namespace twin {
namespace image_rs {
namespace {

using Filter = halfpixel::image_rs::FilterType;

// The C library's own functions, which the crate calls.
float sinc(float x) {
  const float angle = x * std::numbers::pi_v<float>;
  return x == 0 ? 1.0F : std::sin(angle) / angle;
}

// Mitchell's and Netravali's spline, for any B and C.
float spline(float x, float b, float c) {
  const float a = std::fabs(x), square = a * a, cube = square * a;
  float k = 0;
  if (a < 1) {
    k = (12 - 9 * b - 6 * c) * cube + (-18 + 12 * b + 6 * c) * square + (6 - 2 * b);
  } else if (a < 2) {
    k = (-b - 6 * c) * cube + (6 * b + 30 * c) * square + (-12 * b - 48 * c) * a + (8 * b + 24 * c);
  }
  return k / 6;
}

float filtered(Filter filter, float x) {
  switch (filter) {
    case Filter::nearest:
      return 1;
    case Filter::triangle:
      return std::max(1 - std::fabs(x), 0.0F);
    case Filter::catmull_rom:
      return spline(x, 0, 0.5F);
    case Filter::gaussian: {
      const float sigma = 0.5F;
      const float height = 1 / (std::sqrt(2 * std::numbers::pi_v<float>) * sigma);
      return height * std::exp(-(x * x) / (2 * (sigma * sigma)));
    }
    case Filter::lanczos3:
      return std::fabs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
  }
  return 0;
}

struct Axis {
  Index in, out;
  Filter filter;

  // f(pixel, weight) for the pixels of output i.
  template <class F>
  void each(Index i, F&& f) const {
    const float support[] = {0, 1, 2, 3, 3};
    const float ratio = static_cast<float>(in) / static_cast<float>(out);
    const float wide = ratio < 1 ? 1 : ratio;
    const float reach = support[static_cast<int>(filter)] * wide;
    const float middle = (static_cast<float>(i) + 0.5F) * ratio;
    Index begin = static_cast<Index>(std::floor(middle - reach));
    Index end = static_cast<Index>(std::ceil(middle + reach));
    begin = std::clamp<Index>(begin, 0, in - 1);
    end = std::clamp<Index>(end, begin + 1, in);
    const auto raw = [&](Index pixel) {
      return filtered(filter, (static_cast<float>(pixel) - (middle - 0.5F)) / wide);
    };
    float sum = 0;
    for (Index pixel = begin; pixel < end; ++pixel) sum += raw(pixel);
    for (Index pixel = begin; pixel < end; ++pixel) f(pixel, raw(pixel) / sum);
  }
};

}  // namespace
}  // namespace image_rs

Tensor image_rs_resize(const Tensor& image, Index nwidth, Index nheight, image_rs::Filter filter) {
  const Shape& s = image.shape();
  const Index channels = s.rank() == 3 ? s[2] : 1;
  const image_rs::Axis rows{s[0], nheight, filter}, columns{s[1], nwidth, filter};
  Shape shape = s;
  shape[0] = nheight;
  shape[1] = nwidth;
  Tensor result(shape, image.dtype());
  const bool same = shape == s;
  const float most = image.dtype() == DType::uint8    ? 255.0F
                     : image.dtype() == DType::uint16 ? 65535.0F
                                                      : 1.0F;
  for_each({nheight, nwidth, channels}, [&](const Indices& at, Index i) {
    if (same) return copy(image, i, result, i);
    float sum = 0;
    columns.each(at[1], [&](Index x, float across) {
      float line = 0;
      rows.each(at[0], [&](Index y, float down) {
        line += static_cast<float>(value(image, (y * s[1] + x) * channels + at[2])) * down;
      });
      sum += line * across;
    });
    if (sum < 0) sum = 0;
    if (sum > most) sum = most;
    put(result, i, static_cast<double>(most == 1 ? sum : std::round(sum)));
  });
  return result;
}

}  // namespace twin
