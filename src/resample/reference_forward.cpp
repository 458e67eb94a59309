// Forward resizes, after resize_{nearest_neighbor,bilinear,area,bicubic}_op.cc and
// scale_and_translate_op.cc.
#include "resample/reference.hpp"
#include "resample/reference_axis.hpp"
#include "resample/reference_values.hpp"

namespace halfpixel::reference {
namespace {

template <class T>
Grid<T> nearest(const Grid<T>& src, const Axis& rows, const Axis& columns) {
  Grid<T> dst(src.n, rows.out, columns.out, src.c);
  for_each(dst, [&](auto b, auto y, auto x, auto k) {
    dst.at(b, y, x, k) = src.at(b, nearest_source(rows, y), nearest_source(columns, x), k);
  });
  return dst;
}

Grid<float> bilinear(const Grid<float>& src, const Axis& rows, const Axis& columns) {
  if (rows.in == rows.out && columns.in == columns.out) return src;
  Grid<float> dst(src.n, rows.out, columns.out, src.c);
  for_each(dst, [&](auto b, auto y, auto x, auto k) {
    const Lerp v = bilinear_source(rows, y);
    const Lerp h = bilinear_source(columns, x);
    const float top_left = src.at(b, v.lower, h.lower, k);
    const float top_right = src.at(b, v.lower, h.upper, k);
    const float bottom_left = src.at(b, v.upper, h.lower, k);
    const float bottom_right = src.at(b, v.upper, h.upper, k);
    const float top = top_left + (top_right - top_left) * h.t;
    const float bottom = bottom_left + (bottom_right - bottom_left) * h.t;
    dst.at(b, y, x, k) = top + (bottom - top) * v.t;
  });
  return dst;
}

Grid<float> area(const Grid<float>& src, const Axis& rows, const Axis& columns) {
  Grid<float> dst(src.n, rows.out, columns.out, src.c);
  const float covered = area_scale(rows) * area_scale(columns);
  const float share = static_cast<float>(1.0 / covered);
  for_each(dst, [&](auto b, auto y, auto x, auto k) {
    const std::vector<Tap> across = area_taps(columns, x);
    float sum = 0.0f;
    for (const auto& [row, row_weight] : area_taps(rows, y)) {
      float line = 0.0f;
      for (std::size_t i = 0; i < across.size(); ++i) {
        const float value = src.at(b, row, across[i].first, k);
        if (i == 0) {
          line = value * across[i].second;
        } else if (i + 1 < across.size()) {
          line += value;  // wholly covered
        } else {
          line += value * across[i].second;
        }
      }
      sum += line * row_weight;
    }
    dst.at(b, y, x, k) = sum * share;
  });
  return dst;
}

// Down the four columns first, then across.
Grid<float> bicubic(const Grid<float>& src, const Axis& rows, const Axis& columns) {
  Grid<float> dst(src.n, rows.out, columns.out, src.c);
  for_each(dst, [&](auto b, auto y, auto x, auto k) {
    const auto down = bicubic_taps(rows, y);
    const auto across = bicubic_taps(columns, x);
    float column[4];
    for (std::size_t j = 0; j < 4; ++j) {
      const auto value = [&](std::size_t i) {
        return src.at(b, down[i].first, across[j].first, k);
      };
      column[j] =
          ((value(0) * down[0].second + value(1) * down[1].second) + value(2) * down[2].second) +
          value(3) * down[3].second;
    }
    dst.at(b, y, x, k) = ((column[0] * across[0].second + column[1] * across[1].second) +
                          column[2] * across[2].second) +
                         column[3] * across[3].second;
  });
  return dst;
}

Grid<float> spans(const Grid<float>& src, std::int64_t height, std::int64_t width,
                  const Filter& filter, bool antialias) {
  Grid<float> rows(src.n, height, src.w, src.c);
  for_each(rows, [&](auto b, auto y, auto x, auto k) {
    float sum = 0.0f;
    for (const auto& [v, w] : span_taps(src.h, height, filter, antialias, y)) {
      sum += w * src.at(b, v, x, k);
    }
    rows.at(b, y, x, k) = sum;
  });
  Grid<float> dst(src.n, height, width, src.c);
  for_each(dst, [&](auto b, auto y, auto x, auto k) {
    float sum = 0.0f;
    for (const auto& [v, w] : span_taps(src.w, width, filter, antialias, x)) {
      sum += w * rows.at(b, y, v, k);
    }
    dst.at(b, y, x, k) = sum;
  });
  return dst;
}

void require_images(const ConstTensorView& x, std::int64_t height, std::int64_t width) {
  const Shape& s = x.shape();
  if (s.rank() != 4) refuse("images must have rank 4; got shape " + s.str());
  if (s[1] < 1 || s[2] < 1 || s[3] < 1) refuse("images must not be empty; got shape " + s.str());
  if (height < 1 || width < 1) refuse("size must be positive; got " + Size{height, width}.str());
}

Tensor run_kernel(const ConstTensorView& x, const Axis& rows, const Axis& columns,
                  std::string_view method) {
  if (method == "nearest") {
    return visit(x.dtype(), [&](auto zero) {
      return to_tensor(nearest(read<decltype(zero)>(x), rows, columns));
    });
  }
  if (method == "bilinear") return to_tensor(bilinear(read_float(x), rows, columns));
  if (method == "area") return to_tensor(area(read_float(x), rows, columns));
  if (method == "bicubic") return to_tensor(bicubic(read_float(x), rows, columns));
  refuse("method must be bilinear, nearest, bicubic or area; got " + std::string(method));
}

}  // namespace

Tensor resize(const ConstTensorView& x, std::int64_t height, std::int64_t width,
              std::string_view method, bool antialias) {
  require_images(x, height, width);
  const FlushSubnormals flush;
  if (const auto filter = filter_of(method, antialias)) {
    return to_tensor(spans(read_float(x), height, width, *filter, antialias));
  }
  const bool centred = method != "area";  // ResizeArea knows no half pixels
  return run_kernel(x, {x.shape()[1], height, false, centred},
                    {x.shape()[2], width, false, centred}, method);
}

Tensor resize_v1(const ConstTensorView& x, std::int64_t height, std::int64_t width,
                 std::string_view method, bool align_corners, bool half_pixel_centers) {
  require_images(x, height, width);
  const FlushSubnormals flush;
  return run_kernel(x, {x.shape()[1], height, align_corners, half_pixel_centers},
                    {x.shape()[2], width, align_corners, half_pixel_centers}, method);
}

}  // namespace halfpixel::reference
