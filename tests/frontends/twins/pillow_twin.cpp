#include "frontends/twins/pillow_twin.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

#include "frontends/twins/twin.hpp"

namespace twin {
namespace pillow {
namespace {

using halfpixel::pillow::Mode;
using Filter = halfpixel::pillow::Resampling;

// (y, x, channel) -> a number.
using Picture = std::function<double(Index, Index, Index)>;

double sinc(double x) {
  const double turned = x * std::numbers::pi;
  return x == 0 ? 1 : std::sin(turned) / turned;
}

// Values at a distance from the centre, and how far they reach.
double kernel(Filter filter, double x) {
  const double d = std::abs(x);
  switch (filter) {
    case Filter::box:
      return -0.5 < x && x <= 0.5 ? 1 : 0;
    case Filter::bilinear:
      return d < 1 ? 1 - d : 0;
    case Filter::hamming: {
      const double raised = double{0.54F} + double{0.46F} * std::cos(d * std::numbers::pi);
      return d == 0 ? 1 : d < 1 ? sinc(d) * raised : 0;
    }
    case Filter::bicubic:
      return d < 1 ? (1.5 * d - 2.5) * d * d + 1 : d < 2 ? (((d - 5) * d + 8) * d - 4) * -0.5 : 0;
    case Filter::lanczos:
      return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    case Filter::mks2013:
      return d < 0.5   ? 17. / 16 - 7. / 4 * d * d
             : d < 1.5 ? (1 - d) * (7. / 4 - d)
             : d < 2.5 ? -0.125 * (d - 2.5) * (d - 2.5)
                       : 0;
    default:
      return d < 0.5   ? 577. / 576 - 239. / 144 * d * d
             : d < 1.5 ? (140 * d * d - 379 * d + 239) / 144
             : d < 2.5 ? -(24 * d * d - 113 * d + 130) / 144
             : d < 3.5 ? (4 * d * d - 27 * d + 45) / 144
             : d < 4.5 ? -(4 * d * d - 36 * d + 81) / 1152
                       : 0;
  }
}
double reach(Filter filter) {
  constexpr double kReach[] = {0.5, 3, 1, 2, 0.5, 1, 2.5, 4.5};  // by Pillow's numbers
  return kReach[static_cast<int>(filter)];
}

// One axis: `length` pixels, of which from..to become `out`.
struct Axis {
  Index length, out;
  float from, to;
  double step() const { return static_cast<double>(to - from) / static_cast<double>(out); }
  bool whole() const { return out == length && from == 0 && to == static_cast<float>(out); }
  bool crops() const { return from == std::floor(from) && to - from == static_cast<float>(out); }
};

// What output i sums: pixels from `first` on, and their weights.
struct Taps {
  Index first;
  std::vector<double> weights;
};
Taps taps_of(const Axis& axis, Filter filter, Index i) {
  const double wide = std::max(axis.step(), 1.0), half = reach(filter) * wide;
  const double centre =
      static_cast<double>(axis.from) + (static_cast<double>(i) + 0.5) * axis.step();
  Taps taps{std::max<Index>(static_cast<Index>(centre - half + 0.5), 0), {}};
  const Index end = std::min(static_cast<Index>(centre + half + 0.5), axis.length);
  double sum = 0;
  for (Index j = taps.first; j < end; ++j) {
    const double distance = static_cast<double>(j) - centre + 0.5;
    taps.weights.push_back(kernel(filter, distance * (1.0 / wide)));
    sum += taps.weights.back();
  }
  for (double& w : taps.weights) w = sum != 0 ? w / sum : w;
  return taps;
}

// One number of a filtered line, `line(j)` its pixels, rounded to the dtype.
template <class Line>
double filtered(const Taps& taps, DType dtype, const Line& line) {
  if (dtype == DType::uint8) {
    Index sum = 1 << 21;
    Index j = taps.first;
    for (const double w : taps.weights) {
      const auto fixed = static_cast<Index>(w * (1 << 22) + (w < 0 ? -0.5 : 0.5));
      sum += static_cast<Index>(line(j++)) * fixed;
    }
    return static_cast<double>(std::clamp<Index>(sum >> 22, 0, 255));
  }
  double sum = 0;
  Index j = taps.first;
  for (const double w : taps.weights) sum += line(j++) * w;
  if (dtype == DType::float32) return static_cast<double>(static_cast<float>(sum));
  const double away = std::trunc(sum + (sum >= 0 ? 0.5 : -0.5));
  if (dtype == DType::uint16) return std::clamp(away, 0.0, 65535.0);
  // As x86 converts what int32 does not hold.
  return -0x1p31 <= away && away < 0x1p31 ? away : -0x1p31;
}

Picture along_columns(const Axis& axis, Filter filter, DType dtype, Picture from) {
  if (axis.whole()) return from;
  return [=](Index y, Index x, Index c) {
    return filtered(taps_of(axis, filter, x), dtype, [&](Index j) { return from(y, j, c); });
  };
}
Picture along_rows(const Axis& axis, Filter filter, DType dtype, Picture from) {
  if (axis.whole()) return from;
  return [=](Index y, Index x, Index c) {
    return filtered(taps_of(axis, filter, y), dtype, [&](Index j) { return from(j, x, c); });
  };
}

// Centres of nearest are added up, but for I;16.
Index nearest(const Axis& axis, Index i, bool adds) {
  double at = static_cast<double>(axis.from) + axis.step() * 0.5;
  if (adds)
    for (Index k = 0; k < i; ++k) at += axis.step();
  else
    at = static_cast<double>(axis.from) + axis.step() * (static_cast<double>(i) + 0.5);
  return std::clamp<Index>(static_cast<Index>(at), 0, axis.length - 1);
}

struct Call {
  Mode mode;
  Filter filter;
  DType dtype;
  Axis rows, columns;
  bool version13;
};

Picture resized(const Call& call, const Picture& from) {
  const Axis &rows = call.rows, &columns = call.columns;
  if (rows.crops() && columns.crops()) {
    const auto top = static_cast<Index>(rows.from), left = static_cast<Index>(columns.from);
    return [=](Index y, Index x, Index c) { return from(top + y, left + x, c); };
  }
  if (call.filter == Filter::nearest) {
    const bool adds = call.mode != Mode::I16;
    return [=](Index y, Index x, Index c) {
      return from(nearest(rows, y, adds), nearest(columns, x, adds), c);
    };
  }
  const bool rows_first = call.version13 && rows.out < rows.length &&
                          rows.length - rows.out > 2 * (columns.length - columns.out);
  return rows_first ? along_columns(columns, call.filter, call.dtype,
                                    along_rows(rows, call.filter, call.dtype, from))
                    : along_rows(rows, call.filter, call.dtype,
                                 along_columns(columns, call.filter, call.dtype, from));
}

// The mean of a cell; blocks of 2 x 2 are added in the dtype's own numbers.
double mean(const Picture& from, DType dtype, Index y0, Index y1, Index x0, Index x1, Index c) {
  const auto count = static_cast<double>((y1 - y0) * (x1 - x0));
  double sum = 0;
  if (dtype == DType::uint8) {
    for (Index y = y0; y < y1; ++y)
      for (Index x = x0; x < x1; ++x) sum += from(y, x, c);
    const Index half = static_cast<Index>(count) / 2,
                inverse = (1 << 24) / static_cast<Index>(count);
    return static_cast<double>((static_cast<Index>(sum) + half) * inverse >> 24);
  }
  for (Index y = y0; y < y1; y += 2) {
    for (Index x = x0; x < x1; x += 2) {
      double block = from(y, x, c);
      const auto add = [&](Index v, Index u) {
        if (v >= y1 || u >= x1) return;
        block += from(v, u, c);
        block = dtype == DType::float32
                    ? static_cast<double>(static_cast<float>(block))
                    : static_cast<double>(static_cast<std::int32_t>(static_cast<Index>(block)));
      };
      add(y, x + 1);
      add(y + 1, x);
      add(y + 1, x + 1);
      sum += block;
    }
  }
  sum *= 1.0 / count;
  return dtype == DType::float32 ? static_cast<double>(static_cast<float>(sum))
                                 : std::trunc(sum + (sum >= 0 ? 0.5 : -0.5));
}

// How a box of one axis is cut before whole factors of pixels are averaged.
struct Reduction {
  Index factor, begin, end;
  Axis rest;
};
Reduction reduction_of(Index length, Index out, double from, double to, double gap, double margin) {
  const double ratio = (to - from) / static_cast<double>(out);
  Reduction r{std::max<Index>(static_cast<Index>(ratio / gap), 1), 0, 0, {}};
  r.begin = std::max<Index>(static_cast<Index>(from - margin * ratio), 0);
  r.end = std::min(static_cast<Index>(std::ceil(to + margin * ratio)), length);
  const auto begin = static_cast<double>(r.begin), factor = static_cast<double>(r.factor);
  r.rest = {(r.end - r.begin + r.factor - 1) / r.factor, out,
            static_cast<float>((from - begin) / factor), static_cast<float>((to - begin) / factor)};
  return r;
}

double premultiplied(double colour, double alpha) {
  const Index t = static_cast<Index>(colour) * static_cast<Index>(alpha) + 128;
  return static_cast<double>(((t >> 8) + t) >> 8);
}
double unpremultiplied(double colour, double alpha) {
  if (alpha == 0 || alpha == 255) return colour;
  return std::min(std::floor(255 * colour / alpha), 255.0);
}

}  // namespace
}  // namespace pillow

Tensor pillow_resize(const Tensor& image, const halfpixel::Size& size,
                     const halfpixel::pillow::ResizeOptions& options) {
  using namespace pillow;
  const Index h = image.shape()[0], w = image.shape()[1];
  const Index channels = image.rank() == 3 ? image.shape()[2] : 1;
  const auto box = options.box.value_or(
      std::array<double, 4>{0, 0, static_cast<double>(w), static_cast<double>(h)});
  const auto axis = [&](Index length, Index out, int edge) {
    return Axis{length, out, static_cast<float>(box[static_cast<std::size_t>(edge)]),
                static_cast<float>(box[static_cast<std::size_t>(edge + 2)])};
  };
  Call call{*options.mode,       options.resample,    image.dtype(),
            axis(h, size[1], 1), axis(w, size[0], 0), options.version == 13};
  if (call.mode == Mode::one || call.mode == Mode::P) call.filter = Filter::nearest;
  const bool same = size[1] == h && size[0] == w && box[0] == 0 && box[1] == 0 &&
                    box[2] == static_cast<double>(w) && box[3] == static_cast<double>(h);
  const bool plain = same || call.filter == Filter::nearest;
  const bool alpha = !plain && (call.mode == Mode::LA || call.mode == Mode::RGBA);

  Picture from = [&](Index y, Index x, Index c) {
    const Index pixel = (y * w + x) * channels;
    const double v = value(image, pixel + c);
    return alpha && c < channels - 1 ? premultiplied(v, value(image, pixel + channels - 1)) : v;
  };
  if (options.reducing_gap && !plain) {
    const double margin = reach(call.filter) - 0.5, gap = *options.reducing_gap;
    const Reduction rows = reduction_of(h, size[1], box[1], box[3], gap, margin);
    const Reduction columns = reduction_of(w, size[0], box[0], box[2], gap, margin);
    if (rows.factor > 1 || columns.factor > 1) {
      from = [=, dtype = call.dtype](Index i, Index j, Index c) {
        const Index y = rows.begin + i * rows.factor, x = columns.begin + j * columns.factor;
        return mean(from, dtype, y, std::min(y + rows.factor, rows.end), x,
                    std::min(x + columns.factor, columns.end), c);
      };
      call.rows = rows.rest;
      call.columns = columns.rest;
    }
  }
  const Picture to = same ? from : resized(call, from);
  Shape shape = image.shape();
  shape[0] = size[1];
  shape[1] = size[0];
  Tensor result(shape, image.dtype());
  for_each({size[1], size[0], channels}, [&](const Indices& at, Index i) {
    const double v = to(at[0], at[1], at[2]);
    const bool colour = alpha && at[2] < channels - 1;
    put(result, i, colour ? unpremultiplied(v, to(at[0], at[1], channels - 1)) : v);
  });
  return result;
}

}  // namespace twin
