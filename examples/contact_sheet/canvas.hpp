// A picture to draw on: 8-bit RGB, rectangles, other pictures, and text.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include <halfpixel/tensor.hpp>

namespace sheet {

struct Point {
  float x;
  float y;
};

using Colour = std::array<std::uint8_t, 3>;

struct Rect {
  std::int64_t y = 0;
  std::int64_t x = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;
};

struct TextStyle {
  float height = 14;    // of capitals, in pixels
  float weight = 1.6f;  // of a stroke, in pixels
  Colour colour = {255, 255, 255};
};

class Canvas {
 public:
  Canvas(std::int64_t height, std::int64_t width, Colour background);
  const halfpixel::Tensor& pixels() const { return pixels_; }  // (height, width, 3), uint8

  void frame(const Rect& around, std::int64_t thickness,
             Colour colour);  // outside of the rectangle
  void paste(const halfpixel::Tensor& rgb, std::int64_t y, std::int64_t x);
  // A polyline with round joints.
  void line(std::span<const Point> points, float weight, Colour colour);
  // y is the baseline, x the left end. Returns the width.
  float text(std::string_view words, float y, float x, const TextStyle& style);
  static float text_width(std::string_view words, const TextStyle& style);

 private:
  void blend(std::int64_t y, std::int64_t x, Colour colour, float coverage);
  halfpixel::Tensor pixels_;
  std::int64_t height_;
  std::int64_t width_;
};

}  // namespace sheet
