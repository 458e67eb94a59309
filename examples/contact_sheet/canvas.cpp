#include "canvas.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "stroke_font.hpp"

namespace sheet {
namespace {

float distance_to_line(Point p, Point a, Point b) {
  const float dx = b.x - a.x, dy = b.y - a.y;
  const float length2 = dx * dx + dy * dy;
  float t = length2 > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length2 : 0;
  t = std::clamp(t, 0.0f, 1.0f);
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

float distance_to(const Glyph& glyph, Point p) {
  float nearest = 1e9f;
  for (const Stroke& stroke : glyph.strokes) {
    for (std::size_t i = 0; i < stroke.size(); ++i) {
      const Point& next = stroke[std::min(i + 1, stroke.size() - 1)];
      nearest = std::min(nearest, distance_to_line(p, stroke[i], next));
    }
  }
  return nearest;
}

}  // namespace

Canvas::Canvas(std::int64_t height, std::int64_t width, Colour background)
    : pixels_({height, width, 3}, halfpixel::DType::uint8), height_(height), width_(width) {
  auto* p = pixels_.data<std::uint8_t>();
  for (std::int64_t i = 0; i < height * width; ++i, p += 3)
    std::copy(background.begin(), background.end(), p);
}

void Canvas::blend(std::int64_t y, std::int64_t x, Colour colour, float coverage) {
  if (y < 0 || y >= height_ || x < 0 || x >= width_) return;
  auto* p = pixels_.data<std::uint8_t>() + (y * width_ + x) * 3;
  for (std::size_t c = 0; c < 3; ++c) {
    p[c] = static_cast<std::uint8_t>(std::lround(p[c] + (colour[c] - p[c]) * coverage));
  }
}

void Canvas::frame(const Rect& around, std::int64_t thickness, Colour colour) {
  for (std::int64_t y = around.y - thickness; y < around.y + around.height + thickness; ++y) {
    for (std::int64_t x = around.x - thickness; x < around.x + around.width + thickness; ++x) {
      const bool inside = y >= around.y && y < around.y + around.height && x >= around.x &&
                          x < around.x + around.width;
      if (!inside) blend(y, x, colour, 1);
    }
  }
}

void Canvas::line(std::span<const Point> points, float weight, Colour colour) {
  const auto reach = static_cast<std::int64_t>(weight) + 2;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Point a = points[i - 1], b = points[i];
    const auto x_end = static_cast<std::int64_t>(std::max(a.x, b.x)) + reach;
    const auto y_end = static_cast<std::int64_t>(std::max(a.y, b.y)) + reach;
    for (auto y = static_cast<std::int64_t>(std::min(a.y, b.y)) - reach; y < y_end; ++y) {
      for (auto x = static_cast<std::int64_t>(std::min(a.x, b.x)) - reach; x < x_end; ++x) {
        const Point p{static_cast<float>(x) + 0.5f, static_cast<float>(y) + 0.5f};
        const float coverage = 0.5f + weight / 2 - distance_to_line(p, a, b);
        if (coverage > 0) blend(y, x, colour, std::min(coverage, 1.0f));
      }
    }
  }
}

void Canvas::paste(const halfpixel::Tensor& rgb, std::int64_t y, std::int64_t x) {
  const std::int64_t row = rgb.shape()[1] * 3;
  auto* to = pixels_.data<std::uint8_t>() + (y * width_ + x) * 3;
  const auto* from = rgb.data<std::uint8_t>();
  for (std::int64_t i = 0; i < rgb.shape()[0]; ++i) {
    std::memcpy(to + i * width_ * 3, from + i * row, static_cast<std::size_t>(row));
  }
}

float Canvas::text_width(std::string_view words, const TextStyle& style) {
  float width = 0;
  for (char letter : words) width += glyph_of(letter).width + kLetterGap;
  return (width - kLetterGap) * style.height / kCapHeight;
}

float Canvas::text(std::string_view words, float y, float x, const TextStyle& style) {
  const float unit = style.height / kCapHeight;
  const float top = y - style.height;
  float pen = x;
  for (char letter : words) {
    const Glyph glyph = glyph_of(letter);
    const auto margin = static_cast<std::int64_t>(style.weight) + 2;
    const auto x_end = static_cast<std::int64_t>(pen + glyph.width * unit) + margin;
    const auto y_end = static_cast<std::int64_t>(top + (kCapHeight + 5) * unit) + margin;
    for (auto py = static_cast<std::int64_t>(top) - margin; py < y_end; ++py) {
      for (auto px = static_cast<std::int64_t>(pen) - margin; px < x_end; ++px) {
        // Coverage from the distance to the middle of the stroke: smooth edges at any size.
        const Point p{(static_cast<float>(px) + 0.5f - pen) / unit,
                      (static_cast<float>(py) + 0.5f - top) / unit};
        const float coverage = 0.5f + style.weight / 2 - distance_to(glyph, p) * unit;
        if (coverage > 0) blend(py, px, style.colour, std::min(coverage, 1.0f));
      }
    }
    pen += (glyph.width + kLetterGap) * unit;
  }
  return pen - kLetterGap * unit - x;
}

}  // namespace sheet
