#include "frontends/twins/vips_twin.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "frontends/twins/twin.hpp"

namespace twin {
namespace vips {
namespace {

using halfpixel::vips::Kernel;

Index clip(Index i, Index length) {
  return std::min(std::max<Index>(i, 0), length - 1);
}

struct Twin {
  DType dtype;
  Kernel kernel;
  double gap;

  bool floats() const { return dtype == DType::float32; }
  double most() const { return dtype == DType::uint8 ? 255 : 65535; }
  double fixed(double sum) const {
    return std::clamp(std::floor((sum + 2048) / 4096), 0.0, most());
  }

  // Numbers of points on each side of the middle for a shrink.
  double reach() const {
    if (kernel == Kernel::linear) return 1;
    if (kernel == Kernel::lanczos3 || kernel == Kernel::mks2013) return 3;
    return kernel == Kernel::mks2021 ? 5 : 2;
  }
  static double sinc(double x) {
    const double t = x * 3.14159265358979323846;
    return x == 0 ? 1 : std::sin(t) / t;
  }
  static double spline(double x, double b, double c) {
    const double x2 = x * x, x3 = x2 * x;
    if (x <= 1) return ((12 - 9 * b - 6 * c) * x3 + (-18 + 12 * b + 6 * c) * x2 + (6 - 2 * b)) / 6;
    if (x > 2) return 0;
    return ((-b - 6 * c) * x3 + (6 * b + 30 * c) * x2 + (-12 * b - 48 * c) * x + (8 * b + 24 * c)) /
           6;
  }
  double value(double x) const {
    x = std::fabs(x);
    switch (kernel) {
      case Kernel::linear:
        return x < 1 ? 1 - x : 0;
      case Kernel::cubic:
        return spline(x, 0, 0.5);
      case Kernel::mitchell:
        return spline(x, 1.0 / 3.0, 1.0 / 3.0);
      case Kernel::lanczos2:
        return x <= 2 ? sinc(x) * sinc(x / 2) : 0;
      case Kernel::lanczos3:
        return x <= 3 ? sinc(x) * sinc(x / 3) : 0;
      case Kernel::mks2013:
        if (x < 0.5) return 17.0 / 16.0 - 7.0 * x * x / 4.0;
        if (x < 1.5) return (4.0 * x * x - 11.0 * x + 7.0) / 4.0;
        return x < 2.5 ? (x - 5.0 / 2.0) * (x - 5.0 / 2.0) / -8.0 : 0;
      default:
        if (x < 0.5) return 577.0 / 576.0 - 239.0 * x * x / 144.0;
        if (x < 1.5) return (140.0 * x * x - 379.0 * x + 239.0) / 144.0;
        if (x < 2.5) return (24.0 * x * x - 113.0 * x + 130.0) / -144.0;
        if (x < 3.5) return (4.0 * x * x - 27.0 * x + 45.0) / 144.0;
        return x < 4.5 ? (4.0 * x * x - 36.0 * x + 81.0) / -1152.0 : 0;
    }
  }

  Index box_of(Index in, double factor) const {
    if (gap == 0 || kernel == Kernel::nearest) return 1;
    const double out = std::floor(static_cast<double>(in) / factor + 0.5);
    return std::max<Index>(static_cast<Index>(static_cast<double>(in) / out / gap), 1);
  }

  double mean(Index count, const std::function<double(Index)>& of) const {
    double sum = 0;
    for (Index k = 0; k < count; ++k) sum += of(k);
    const auto n = static_cast<double>(count);
    if (floats()) return static_cast<double>(static_cast<float>(sum / n));
    sum += std::floor(n / 2);
    if (dtype == DType::uint16) return std::floor(sum / n);
    return std::floor(sum * std::floor(16777216 / n) / 16777216);
  }

  // Output i of a side, positions being added up from output `from`.
  double reduced(Index i, Index from, Index in, double factor,
                 const std::function<double(Index)>& of) const {
    const double length = static_cast<double>(in), out = std::floor(length / factor + 0.5);
    const auto box = static_cast<double>(box_of(in, factor));
    const double shrink = factor / box, invented = (out * factor - length) / box;
    const Index inside = (in + box_of(in, factor) - 1) / box_of(in, factor);
    if (shrink == 1) return of(i);
    double at = (static_cast<double>(from) + 0.5) * shrink - 0.5 - ((1 + invented) / 2 - 1);
    for (Index k = from; k < i; ++k) at += shrink;
    const double whole = std::floor(at);
    const double phase = std::floor((std::floor((at - whole) * 128) + 1) / 2) / 64;
    const bool nearest = kernel == Kernel::nearest;
    const Index points = nearest ? 1 : 2 * static_cast<Index>(std::rint(reach() * shrink)) + 1;
    const Index first = static_cast<Index>(whole) - points / 2;
    const auto weight = [&](Index k) {
      if (nearest) return 1.0;
      const double middle = phase + static_cast<double>(points) / 2.0 - 1;
      return value((static_cast<double>(k) - middle) / shrink);
    };
    double total = 0, sum = 0;
    for (Index k = 0; k < points; ++k) total += weight(k);
    for (Index k = 0; k < points; ++k) {
      const double w = weight(k) / total;
      sum += (floats() ? w : std::trunc(w * 4096)) * of(clip(first + k, inside));
    }
    return floats() ? static_cast<double>(static_cast<float>(sum)) : fixed(sum);
  }

  // vips_affine. What a piece is, in rows and columns, tells where positions begin.
  struct At {
    Index pixel;
    double beyond;
  };
  At affine(Index i, Index from, double scale, double other) const {
    const double step = 1 / (scale * other) * other;
    const int window = kernel == Kernel::nearest || kernel == Kernel::linear ? 0 : 1;
    double at = step * static_cast<double>(from) - ((kernel == Kernel::nearest ? 0 : 0.5) - 1);
    at += window;
    for (Index k = from; k < i; ++k) at += step;
    return {static_cast<Index>(std::floor(at)) - window - 1, at - std::floor(at)};
  }
  double bilinear(double x, double y, const std::function<double(Index, Index)>& of) const {
    const double unit = floats() ? 1 : 4096;
    const auto cut = [&](double v) { return floats() ? v : std::floor(v); };
    const double right = cut(x * unit), lower = cut(y * unit), upper = unit - lower;
    const double w11 = cut(lower * right / unit), w01 = cut(upper * right / unit);
    const double sum =
        (upper - w01) * of(0, 0) + w01 * of(0, 1) + (lower - w11) * of(1, 0) + w11 * of(1, 1);
    return floats() ? sum : fixed(sum);
  }
  double of_four(double part, const std::function<double(Index)>& of) const {
    const double x = std::floor((std::floor(part * 128) + 1) / 2) / 64;
    const double r = 1 - x, b = r * (-0.5 * x), first = r * b, last = x * b, d = last - first;
    const double weights[] = {first, r - first + d, x - last - d, last};
    double sum = -0.0;
    for (Index k = 0; k < 4; ++k)
      sum += (dtype == DType::uint8 ? std::trunc(weights[k] * 4096) : weights[k]) * of(k - 1);
    if (floats()) return static_cast<double>(static_cast<float>(sum));
    return dtype == DType::uint8 ? std::floor((sum + 2048) / 4096) : sum;
  }
};

}  // namespace
}  // namespace vips

namespace {

struct Sides {
  double v, h;
};

}  // namespace

Tensor vips_resize(const Tensor& image, double scale,
                   const halfpixel::vips::ResizeOptions& options) {
  using vips::clip;
  using vips::Kernel;
  const vips::Twin t{image.dtype(), options.kernel, options.gap};
  const bool nearest = t.kernel == Kernel::nearest;
  Sides s{options.vscale.value_or(scale), scale};
  const Index in_height = image.shape()[0], in_width = image.shape()[1];
  const Index channels = image.shape().rank() == 3 ? image.shape()[2] : 1;
  const auto round = [](double v) { return static_cast<Index>(std::floor(v + 0.5)); };

  // Single pixels first.
  Index skip_v = 1, skip_h = 1;
  if (nearest) {
    const auto skip = [&](Index in, double by) -> Index {
      const Index out = round(static_cast<double>(in) * by);
      if (t.gap < 1) return std::max<Index>(static_cast<Index>(1 / by), 1);
      if (out == 0) return 1;
      return std::max<Index>(
          static_cast<Index>(static_cast<double>(in) / static_cast<double>(out) / t.gap), 1);
    };
    skip_v = skip(in_height, s.v);
    skip_h = skip(in_width, s.h);
    s.v *= static_cast<double>(skip_v);
    s.h *= static_cast<double>(skip_h);
  }
  const Index height = in_height / skip_v, width = in_width / skip_h;
  s.v = std::max(s.v, 1.0 / static_cast<double>(height));
  s.h = std::max(s.h, 1.0 / static_cast<double>(width));
  const auto pixel = [&](Index y, Index x, Index c) {
    return value(image, (y * skip_v * in_width + x * skip_h) * channels + c);
  };

  // vips_reducev, of a piece that begins at row `top`, and vips_reduceh.
  const double fv = 1 / s.v, fh = 1 / s.h;
  const Index box_v = s.v < 1 ? t.box_of(height, fv) : 1, box_h = s.h < 1 ? t.box_of(width, fh) : 1;
  const bool sequential = options.access == halfpixel::vips::Access::sequential;
  const Index tile = box_v > 1 ? 128 : 16, strip = sequential ? 10 : box_h > 1 ? 16 : tile;
  const Index middle_height = s.v < 1 ? round(static_cast<double>(height) / fv) : height;
  const Index middle_width = s.h < 1 ? round(static_cast<double>(width) / fh) : width;
  const auto down = [&](Index y, Index x, Index c, Index top) {
    if (s.v >= 1) return pixel(y, x, c);
    if (sequential) top = y / strip * strip;
    return t.reduced(y, top, height, fv, [&](Index i) {
      if (box_v == 1) return pixel(i, x, c);
      return t.mean(box_v, [&](Index k) { return pixel(clip(i * box_v + k, height), x, c); });
    });
  };
  const auto across = [&](Index y, Index x, Index c, Index top) {
    if (s.h >= 1) return down(y, x, c, top);
    const Index from = box_v > 1 ? x / 128 * 128 : 0;
    return t.reduced(x, from, width, fh, [&](Index i) {
      if (box_h == 1) return down(y, i, c, top);
      return t.mean(box_h, [&](Index k) { return down(y, clip(i * box_h + k, width), c, top); });
    });
  };

  Shape shape = image.shape();
  const bool enlarges = s.v > 1 || s.h > 1;
  const double v = std::max(s.v, 1.0), h = std::max(s.h, 1.0);
  shape[0] = enlarges ? round(static_cast<double>(middle_height) * v) : middle_height;
  shape[1] = enlarges ? round(static_cast<double>(middle_width) * h) : middle_width;
  Tensor result(shape, image.dtype());
  const auto one = [&](Index y, Index x, Index c) {
    if (!enlarges) return across(y, x, c, y / strip * strip);
    const bool whole = s.v == std::floor(s.v) && s.h == std::floor(s.h);
    if (nearest && whole) return across(y / static_cast<Index>(v), x / static_cast<Index>(h), c, 0);
    const vips::Twin::At row = t.affine(y, y, v, h);
    const vips::Twin::At column = t.affine(x, box_v > 1 ? x / 128 * 128 : 0, h, v);
    // A piece of rows begins a little above what it makes.
    const double step = 1 / (v * h) * h, shift = (nearest ? 0 : 0.5) - 1;
    const Index first = round(step * static_cast<double>(y / tile * tile) - shift) - 2 -
                        (nearest || t.kernel == Kernel::linear ? 0 : 1);
    const Index top = s.v < 1 ? std::max<Index>(first, 0) : 0;
    const auto near = [&](Index dy, Index dx) {
      return across(clip(row.pixel + dy, middle_height), clip(column.pixel + dx, middle_width), c,
                    top);
    };
    if (nearest) return near(0, 0);
    if (t.kernel == Kernel::linear) return t.bilinear(column.beyond, row.beyond, near);
    const double cubic = t.of_four(row.beyond, [&](Index dy) {
      return t.of_four(column.beyond, [&](Index dx) { return near(dy, dx); });
    });
    return t.floats() ? cubic : std::trunc(std::clamp(cubic, 0.0, t.most()));
  };
  for_each({shape[0], shape[1], channels},
           [&](const Indices& at, Index i) { put(result, i, one(at[0], at[1], at[2])); });
  return result;
}

}  // namespace twin
