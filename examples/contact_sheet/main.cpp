// contact_sheet PHOTO FOLDER [--size 4x4] [--detail y,x]
//
// Enlarges a photo with four interpolations of Keras' UpSampling2D, saves the four pictures in
// FOLDER, and draws a sheet that shows the same detail of each, magnified as they magnify it.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <halfpixel/halfpixel.hpp>

#include "layout.hpp"
#include "picture.hpp"

namespace fs = std::filesystem;
namespace keras = halfpixel::keras;
using halfpixel::Tensor;
using sheet::Rect;

namespace {

constexpr std::int64_t kPanel = 480;  // side of an enlarged detail, at most

struct Options {
  fs::path photo;
  fs::path folder;
  std::int64_t rows = 4;
  std::int64_t columns = 4;
  std::optional<Rect> detail = {};  // its top left corner
};

// "4x3" or "4": two integers between `least` and a million, separated by `separator`.
bool parse_pair(const std::string& text, char separator, long long least, std::int64_t& a,
                std::int64_t& b) {
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

  std::vector<sheet::Panel> panels;
  for (const auto interpolation : {keras::Interpolation::nearest, keras::Interpolation::bilinear,
                                   keras::Interpolation::bicubic, keras::Interpolation::lanczos3}) {
    const std::string method(keras::name_of(interpolation));
    const sheet::Enlarged enlarged =
        sheet::enlarge(photo, {options.rows, options.columns}, interpolation);
    const fs::path path = options.folder / (stem + "-" + method + ending);
    halfpixel::io::write_image(path, enlarged.pixels, metadata);
    std::printf("  %-9s %10s  %s\n", method.c_str(), milliseconds(enlarged.milliseconds).c_str(),
                path.c_str());
    std::fflush(stdout);
    panels.push_back(
        {method, milliseconds(enlarged.milliseconds),
         sheet::to_rgb(enlarged.pixels,
                       {detail.y * options.rows, detail.x * options.columns,
                        detail.height * options.rows, detail.width * options.columns})});
  }

  const fs::path path = options.folder / (stem + "-contact-sheet.png");
  halfpixel::io::write_image(path, sheet::draw({options.photo.filename().string(), photo_rgb,
                                                detail, options.rows, options.columns, panels, 1})
                                       .pixels());
  std::cout << "contact sheet: " << fs::absolute(path).string() << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = parse({argv + 1, argv + argc});
  if (!options) {
    std::cerr << "usage: contact_sheet PHOTO FOLDER [--size 4 or 4x3, from 1] [--detail y,x]\n";
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
