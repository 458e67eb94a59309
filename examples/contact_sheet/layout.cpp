#include "layout.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "picture.hpp"

namespace sheet {
namespace {

using halfpixel::Tensor;

constexpr std::int64_t kMargin = 44, kGap = 28, kCaption = 52, kLeft = 420;
constexpr std::int64_t kHeader = 108, kFooter = 126, kPlotTitle = 40, kPlotLeast = 150,
                       kPlotMost = 330;
constexpr std::int64_t kCellLeast = 260;  // room for a caption below the smallest panel
constexpr Colour kPaper = {22, 24, 29}, kInk = {236, 238, 242}, kFaint = {146, 152, 164};
constexpr Colour kGrid = {52, 56, 65}, kAccent = {255, 176, 59};
// The curves' colours, light enough for a dark page and told apart by those who see no red or
// green.
constexpr std::array<Colour, 4> kCurves = {Colour{128, 134, 146}, Colour{86, 180, 233},
                                           Colour{255, 176, 59}, Colour{240, 110, 170}};
constexpr TextStyle kTitle = {.height = 16, .weight = 2.2f, .colour = kInk};
constexpr TextStyle kNote = {.height = 13, .weight = 1.5f, .colour = kFaint};

std::string extent(std::int64_t height, std::int64_t width) {
  return std::to_string(width) + " * " + std::to_string(height);
}

float brightness(const Tensor& rgb, std::int64_t y, std::int64_t x) {
  const auto* p = rgb.data<std::uint8_t>() + (y * rgb.shape()[1] + x) * 3;
  return 0.299f * static_cast<float>(p[0]) + 0.587f * static_cast<float>(p[1]) +
         0.114f * static_cast<float>(p[2]);
}

// A row of the detail, a few pixels long, whose middle is the strongest edge that runs across it.
Rect find_section(const Page& page) {
  const std::int64_t length = std::min<std::int64_t>(16, page.detail.width);
  Rect best{page.detail.y, page.detail.x, 1, length};
  float strongest = -1;
  for (std::int64_t y = page.detail.y; y < page.detail.y + page.detail.height; ++y) {
    for (std::int64_t x = page.detail.x; x + length <= page.detail.x + page.detail.width; ++x) {
      const std::int64_t middle = x + length / 2;
      const float edge = std::abs(brightness(page.photo, y, middle) -
                                  brightness(page.photo, y, std::max(middle - 2, x)));
      if (edge > strongest) {
        strongest = edge;
        best.y = y;
        best.x = x;
      }
    }
  }
  return best;
}

// Brightness along the section, one curve for each panel: what the methods make of the same pixels.
void draw_section(Canvas& canvas, const Page& page, const Rect& section, const Rect& area) {
  const std::int64_t row = (section.y - page.detail.y) * page.rows + page.rows / 2;
  const std::int64_t first = (section.x - page.detail.x) * page.columns;
  const std::int64_t count = section.width * page.columns;
  float low = 255, high = 0;
  for (const Panel& panel : page.panels) {
    for (std::int64_t i = 0; i < count; ++i) {
      low = std::min(low, brightness(panel.picture, row, first + i));
      high = std::max(high, brightness(panel.picture, row, first + i));
    }
  }
  const auto left = static_cast<float>(area.x),
             bottom = static_cast<float>(area.y + area.height) - 8;
  const float unit = static_cast<float>(area.width) / static_cast<float>(count);
  const float scale = static_cast<float>(area.height - 16) / std::max(high - low, 1.0f);

  for (std::int64_t pixel = 0; pixel <= section.width;
       ++pixel) {  // the borders of the photo's pixels
    const float x = std::round(left + static_cast<float>(pixel * page.columns) * unit) + 0.5f;
    const Point border[] = {{x, static_cast<float>(area.y)},
                            {x, static_cast<float>(area.y + area.height)}};
    canvas.line(border, 1, kGrid);
  }
  for (std::size_t i = 0; i < page.panels.size(); ++i) {
    const bool steps = i == 0;  // nearest: each copy as wide as it is
    std::vector<Point> curve;
    for (std::int64_t k = 0; k < count; ++k) {
      const float y = bottom - (brightness(page.panels[i].picture, row, first + k) - low) * scale;
      const auto x = static_cast<float>(k);
      if (steps) {
        curve.push_back({left + x * unit, y});
        curve.push_back({left + (x + 1) * unit, y});
      } else {
        curve.push_back({left + (x + 0.5f) * unit, y});
      }
    }
    canvas.line(curve, 2.2f, kCurves[i % kCurves.size()]);
  }
}

void draw_panels(Canvas& canvas, const Page& page, std::int64_t left) {
  const std::int64_t height = page.panels[0].picture.shape()[0],
                     width = page.panels[0].picture.shape()[1];
  const std::int64_t cell = std::max(width, kCellLeast);
  for (std::size_t i = 0; i < page.panels.size(); ++i) {
    const Panel& panel = page.panels[i];
    const std::int64_t y = kMargin + static_cast<std::int64_t>(i / 2) * (height + kCaption);
    const std::int64_t x = left + static_cast<std::int64_t>(i % 2) * (cell + kGap);
    canvas.paste(panel.picture, y, x);
    const auto base = static_cast<float>(y + height + 30), start = static_cast<float>(x);
    const Point dash[] = {{start + 2, base - 6}, {start + 18, base - 6}};
    canvas.line(dash, 4, kCurves[i % kCurves.size()]);
    canvas.text(panel.title, base, start + 32, kTitle);
    canvas.text(panel.note, base,
                start + static_cast<float>(cell) - Canvas::text_width(panel.note, kNote), kNote);
  }
}

}  // namespace

Canvas draw(const Page& page) {
  const std::int64_t rows = page.photo.shape()[0], columns = page.photo.shape()[1];
  const std::int64_t panel_height = page.panels[0].picture.shape()[0];
  const std::int64_t panel_width = page.panels[0].picture.shape()[1];

  // The photo is as wide as the left column at most, and leaves room for the plot.
  const std::int64_t right_height = 2 * panel_height + 2 * kCaption;
  const std::int64_t photo_most =
      std::max<std::int64_t>(right_height - kHeader - kFooter - kPlotTitle - kPlotLeast, 240);
  const double shrink =
      std::min({static_cast<double>(kLeft) / static_cast<double>(columns),
                static_cast<double>(photo_most) / static_cast<double>(rows), 1.0});
  const auto scaled = [shrink](std::int64_t length) {
    return std::max<std::int64_t>(std::llround(static_cast<double>(length) * shrink), 1);
  };
  const std::int64_t photo_height = scaled(rows), photo_width = scaled(columns);
  const std::int64_t left_height =
      kHeader + photo_height + kFooter + kPlotTitle + kPlotLeast + kCaption;
  const std::int64_t height = std::max(left_height, right_height) - kCaption;
  const std::int64_t left = kMargin + kLeft + kMargin;
  Canvas canvas(height + kCaption + 2 * kMargin - 12,
                left + 2 * std::max(panel_width, kCellLeast) + kGap + kMargin, kPaper);

  const auto x0 = static_cast<float>(kMargin);
  canvas.text("halfpixel", static_cast<float>(kMargin + 34), x0 + 1,
              {.height = 34, .weight = 4.2f, .colour = kInk});
  canvas.text("up-sampling with TensorFlow's numbers", static_cast<float>(kMargin + 76), x0, kNote);

  const std::int64_t photo_y = kMargin + kHeader;
  canvas.paste(fit(page.photo, photo_height, photo_width), photo_y, kMargin);
  const Rect& detail = page.detail;
  canvas.frame({photo_y + scaled(detail.y), kMargin + scaled(detail.x), scaled(detail.height),
                scaled(detail.width)},
               3, kAccent);

  auto line = static_cast<float>(photo_y + photo_height + 38);
  const auto write = [&](const std::string& words, TextStyle style, Colour colour) {
    style.colour = colour;
    canvas.text(words, line, x0, style);
    line += 29;
  };
  write(page.name, kTitle, kInk);
  write(extent(rows, columns) + "  >  " +
            extent(rows * page.rows / page.zoom, columns * page.columns / page.zoom),
        kNote, kFaint);
  write("the framed " + extent(detail.height, detail.width) + " pixels, enlarged", kNote, kAccent);

  const std::int64_t below = photo_y + photo_height + kFooter;
  const std::int64_t plot_bottom = kMargin + height;
  const std::int64_t plot_height =
      std::clamp(plot_bottom - below - kPlotTitle, kPlotLeast, kPlotMost);
  const Rect section = find_section(page);
  draw_section(canvas, page, section, {plot_bottom - plot_height, kMargin, plot_height, kLeft});
  canvas.text("brightness of " + std::to_string(section.width) + " pixels across an edge",
              static_cast<float>(plot_bottom + 30), x0, kNote);

  draw_panels(canvas, page, left);
  return canvas;
}

}  // namespace sheet
