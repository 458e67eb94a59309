// contact_sheet PHOTO FOLDER [--size 4x4] [--detail y,x]
//
// Enlarges a photo with four interpolations of Keras' UpSampling2D, saves the four pictures in FOLDER, and
// draws a sheet that shows the same detail of each, magnified as they magnify it.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <halfpixel/halfpixel.hpp>

#include "canvas.hpp"
#include "picture.hpp"

namespace fs = std::filesystem;
namespace keras = halfpixel::keras;
using halfpixel::Tensor;
using sheet::Canvas, sheet::Colour, sheet::Rect, sheet::TextStyle;

namespace {

constexpr std::int64_t kPanel = 480;  // side of an enlarged detail, at most
constexpr Colour kPaper = {22, 24, 29}, kInk = {236, 238, 242}, kFaint = {146, 152, 164}, kAccent = {255, 176, 59};

struct Options {
  fs::path photo;
  fs::path folder;
  std::int64_t rows = 4;
  std::int64_t columns = 4;
  std::optional<Rect> detail = {};  // its top left corner
};

// "4x3" or "4": two integers between `least` and a million, separated by `separator`.
bool parse_pair(const std::string& text, char separator, long long least, std::int64_t& a, std::int64_t& b) {
  char* end = nullptr;
  a = b = std::strtoll(text.c_str(), &end, 10);
  if (*end == separator && end[1] != '\0') b = std::strtoll(end + 1, &end, 10);
  return !text.empty() && *end == '\0' && std::min(a, b) >= least && std::max(a, b) <= 1'000'000;
}

std::optional<Options> parse(const std::vector<std::string>& words) {
  Options options;
  std::vector<std::string> places;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool has_value = i + 1 < words.size();
    if (words[i] == "--size" && has_value) {
      if (!parse_pair(words[++i], 'x', 1, options.rows, options.columns)) return {};
    } else if (words[i] == "--detail" && has_value) {
      Rect corner;
      if (!parse_pair(words[++i], ',', 0, corner.y, corner.x)) return {};
      options.detail = corner;
    } else {
      places.push_back(words[i]);
    }
  }
  if (places.size() != 2) return {};
  options.photo = places[0];
  options.folder = places[1];
  return options;
}

std::string milliseconds(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 10 ? "%.2f ms" : "%.0f ms", value);
  return text;
}

std::string extent(std::int64_t height, std::int64_t width) {
  return std::to_string(width) + " * " + std::to_string(height);
}

struct Panel {
  std::string title;
  std::string note;
  Tensor picture;  // RGB
};

// The photo with the detail marked on the left; the four panels, two by two, on the right.
Canvas draw(const Tensor& photo_rgb, const std::string& name, const Rect& detail, const Options& options,
            const std::vector<Panel>& panels) {
  const std::int64_t margin = 44, gap = 28, caption = 46, side = 420;
  const std::int64_t rows = photo_rgb.shape()[0], columns = photo_rgb.shape()[1];
  const std::int64_t panel_height = panels[0].picture.shape()[0];
  const std::int64_t panel_width = panels[0].picture.shape()[1];

  // The photo fits into the left column, not larger than it is.
  const std::int64_t header = 112, footer = 150;
  const std::int64_t free_height = std::max<std::int64_t>(2 * (panel_height + caption) - header - footer, 240);
  const double shrink = std::min({static_cast<double>(side) / static_cast<double>(columns),
                                  static_cast<double>(free_height) / static_cast<double>(rows), 1.0});
  const auto scaled = [shrink](std::int64_t length) {
    return std::max<std::int64_t>(static_cast<std::int64_t>(static_cast<double>(length) * shrink), 1);
  };
  const std::int64_t photo_height = scaled(rows), photo_width = scaled(columns);

  const std::int64_t left = margin + side + margin;
  Canvas canvas(std::max(2 * (panel_height + caption), header + photo_height + footer) + 2 * margin,
                left + 2 * panel_width + gap + margin, kPaper);

  const auto x0 = static_cast<float>(margin);
  canvas.text("halfpixel", static_cast<float>(margin + 34), x0, {.height = 34, .weight = 4.2f, .colour = kInk});
  canvas.text("up-sampling with TensorFlow's numbers", static_cast<float>(margin + 80), x0,
              {.height = 13, .weight = 1.5f, .colour = kFaint});

  const std::int64_t photo_y = margin + header;
  canvas.paste(sheet::fit(photo_rgb, photo_height, photo_width), photo_y, margin);
  canvas.frame({photo_y + scaled(detail.y), margin + scaled(detail.x), scaled(detail.height), scaled(detail.width)},
               3, kAccent);

  auto line = static_cast<float>(photo_y + photo_height + 40);
  const auto write = [&](const std::string& words, const TextStyle& style) {
    canvas.text(words, line, x0, style);
    line += 30;
  };
  write(name, {.height = 16, .weight = 2.2f, .colour = kInk});
  write(extent(rows, columns) + "  >  " + extent(rows * options.rows, columns * options.columns),
        {.height = 13, .weight = 1.5f, .colour = kFaint});
  write("the framed " + extent(detail.height, detail.width) + " pixels, enlarged",
        {.height = 13, .weight = 1.5f, .colour = kAccent});

  for (std::size_t i = 0; i < panels.size(); ++i) {
    const std::int64_t y = margin + static_cast<std::int64_t>(i / 2) * (panel_height + caption + 6);
    const std::int64_t x = left + static_cast<std::int64_t>(i % 2) * (panel_width + gap);
    canvas.paste(panels[i].picture, y, x);
    const auto base = static_cast<float>(y + panel_height + 29);
    canvas.text(panels[i].title, base, static_cast<float>(x) + 1, {.height = 16, .weight = 2.2f, .colour = kInk});
    const TextStyle note = {.height = 13, .weight = 1.5f, .colour = kFaint};
    canvas.text(panels[i].note, base,
                static_cast<float>(x + panel_width) - Canvas::text_width(panels[i].note, note), note);
  }
  return canvas;
}

void make_sheet(const Options& options) {
  const auto [photo, metadata] = halfpixel::io::read_image_with_metadata(options.photo);
  const std::int64_t rows = photo.shape()[0], columns = photo.shape()[1];
  const Tensor photo_rgb = sheet::to_rgb(photo, {0, 0, rows, columns});

  const std::int64_t detail_height = std::clamp<std::int64_t>(kPanel / options.rows, 1, rows);
  const std::int64_t detail_width = std::clamp<std::int64_t>(kPanel / options.columns, 1, columns);
  Rect detail = sheet::find_detail(photo_rgb, detail_height, detail_width);
  if (options.detail) {
    detail.y = std::min(options.detail->y, rows - detail_height);
    detail.x = std::min(options.detail->x, columns - detail_width);
  }

  fs::create_directories(options.folder);
  const std::string stem = options.photo.stem().string();
  const std::string ending =
      halfpixel::io::is_image_path(options.photo) ? options.photo.extension().string() : ".png";
  std::cout << options.photo.filename().string() << ": " << columns << "x" << rows << " -> "
            << columns * options.columns << "x" << rows * options.rows << ", "
            << halfpixel::num_threads() << " threads, " << halfpixel::cpu::target() << '\n';

  std::vector<Panel> panels;
  for (const auto interpolation : {keras::Interpolation::nearest, keras::Interpolation::bilinear,
                                   keras::Interpolation::bicubic, keras::Interpolation::lanczos3}) {
    const std::string method(keras::name_of(interpolation));
    const sheet::Enlarged enlarged =
        sheet::enlarge(photo, {options.rows, options.columns}, interpolation);
    const fs::path path = options.folder / (stem + "-" + method + ending);
    halfpixel::io::write_image(path, enlarged.pixels, metadata);
    std::printf("  %-9s %10s  %s\n", method.c_str(), milliseconds(enlarged.milliseconds).c_str(), path.c_str());
    std::fflush(stdout);
    panels.push_back({method, milliseconds(enlarged.milliseconds),
                      sheet::to_rgb(enlarged.pixels,
                                    {detail.y * options.rows, detail.x * options.columns,
                                     detail.height * options.rows, detail.width * options.columns})});
  }

  const fs::path path = options.folder / (stem + "-contact-sheet.png");
  halfpixel::io::write_image(
      path, draw(photo_rgb, options.photo.filename().string(), detail, options, panels).pixels());
  std::cout << "contact sheet: " << path.string() << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = parse({argv + 1, argv + argc});
  if (!options) {
    std::cerr << "usage: contact_sheet PHOTO FOLDER [--size 4x4] [--detail y,x]\n";
    return 2;
  }
  try {
    make_sheet(*options);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "contact_sheet: " << error.what() << '\n';
    return 1;
  }
}
