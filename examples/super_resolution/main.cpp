// super_resolution MODEL PHOTO FOLDER
//
// Shrinks a photo by two, enlarges it again with a network that was trained in Keras, and compares
// with bicubic and with the photo: PSNR, the pictures, and a sheet that shows a detail of each.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>

#include <halfpixel/halfpixel.hpp>

#include "layout.hpp"
#include "picture.hpp"

namespace fs = std::filesystem;
using halfpixel::DType, halfpixel::Size, halfpixel::Tensor;
namespace tf = halfpixel::tf;
namespace keras = halfpixel::keras;

namespace {

constexpr std::int64_t kScale = 2;
constexpr std::int64_t kZoom = 3;  // the sheet shows each pixel of the results three times

// What one would save: rounded half to even and clamped.
Tensor to_bytes(const Tensor& values) {
  Tensor bytes({values.shape()[values.rank() - 3], values.shape()[values.rank() - 2], 3},
               DType::uint8);
  std::transform(values.span<float>().begin(), values.span<float>().end(),
                 bytes.data<std::uint8_t>(), [](float v) {
                   return static_cast<std::uint8_t>(std::clamp(std::nearbyint(v), 0.0f, 255.0f));
                 });
  return bytes;
}

Tensor bicubic(const Tensor& photo, const Size& size, bool antialias) {
  return to_bytes(tf::image::resize(
      photo, size, {.method = tf::image::ResizeMethod::bicubic, .antialias = antialias}));
}

// In decibel, without the outermost pixels, where every method has to invent.
double psnr(const Tensor& a, const Tensor& b) {
  const std::int64_t rows = a.shape()[0], columns = a.shape()[1];
  double sum = 0;
  std::int64_t count = 0;
  for (std::int64_t y = kScale; y < rows - kScale; ++y) {
    for (std::int64_t i = (y * columns + kScale) * 3; i < (y * columns + columns - kScale) * 3;
         ++i, ++count) {
      const double d = static_cast<double>(a.data<std::uint8_t>()[i]) - b.data<std::uint8_t>()[i];
      sum += d * d;
    }
  }
  return 10 * std::log10(255.0 * 255.0 * static_cast<double>(count) / sum);
}

std::string decibel(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f dB", value);
  return text;
}

int compare(const fs::path& model_path, const fs::path& photo_path, const fs::path& folder) {
  const Tensor original = halfpixel::io::read_image(photo_path);
  const std::int64_t rows = original.shape()[0] / kScale, columns = original.shape()[1] / kScale;
  const Tensor photo = sheet::to_rgb(original, {0, 0, rows * kScale, columns * kScale});
  const Tensor small = bicubic(photo, {rows, columns}, /*antialias=*/true);

  const keras::Model model = keras::models::load_model(model_path);
  const tf::ConcreteFunction run =
      tf::function(model).get_concrete_function({{{1, rows, columns, 3}}});
  const Tensor input = small.astype(DType::float32).reshape({1, rows, columns, 3});
  (void)run(input);  // the first run makes its arena
  const auto start = std::chrono::steady_clock::now();
  const Tensor answer = run(input);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;

  const Tensor sharp = to_bytes(answer);
  const Tensor soft = bicubic(small, {rows * kScale, columns * kScale}, /*antialias=*/false);
  const double sharp_db = psnr(sharp, photo), soft_db = psnr(soft, photo);
  std::printf("%s, %lldx%lld -> %lldx%lld (%d threads)\n", photo_path.filename().c_str(),
              static_cast<long long>(columns), static_cast<long long>(rows),
              static_cast<long long>(columns * kScale), static_cast<long long>(rows * kScale),
              halfpixel::num_threads());
  std::printf("  bicubic  PSNR %s\n  %-8s PSNR %s  %.0f ms, %lld parameters, arena %.1f MiB\n",
              decibel(soft_db).c_str(), model.name().c_str(), decibel(sharp_db).c_str(),
              took.count(), static_cast<long long>(model.count_params()),
              static_cast<double>(run.arena_bytes()) / (1 << 20));

  fs::create_directories(folder);
  const std::string stem = photo_path.stem().string();
  halfpixel::io::write_image(folder / (stem + "-small.png"), small);
  halfpixel::io::write_image(folder / (stem + "-bicubic-x2.png"), soft);
  halfpixel::io::write_image(folder / (stem + "-" + model.name() + ".png"), sharp);

  const std::int64_t side = 480 / (kScale * kZoom);
  const sheet::Rect detail =
      sheet::find_detail(small, std::min(side, rows), std::min(side, columns));
  const auto panel = [&](const char* title, const std::string& note, const Tensor& picture) {
    const Tensor part = sheet::to_rgb(picture, {detail.y * kScale, detail.x * kScale,
                                                detail.height * kScale, detail.width * kScale});
    return sheet::Panel{
        title, note,
        tf::image::resize(part, {detail.height * kScale * kZoom, detail.width * kScale * kZoom},
                          {.method = tf::image::ResizeMethod::nearest_neighbor})};
  };
  const Tensor blocks = tf::image::resize(small, {rows * kScale, columns * kScale},
                                          {.method = tf::image::ResizeMethod::nearest_neighbor});
  const sheet::Page page{photo_path.filename().string() + ", shrunk by 2",
                         small,
                         detail,
                         kScale * kZoom,
                         kScale * kZoom,
                         {panel("nearest", decibel(psnr(blocks, photo)), blocks),
                          panel("bicubic", decibel(soft_db), soft),
                          panel(model.name().c_str(), decibel(sharp_db), sharp),
                          panel("the photo itself", "never seen in training", photo)},
                         kZoom};
  const fs::path path = folder / (stem + "-super-resolution.png");
  halfpixel::io::write_image(path, sheet::draw(page).pixels());
  std::cout << "super-resolution: " << fs::absolute(path).string() << '\n';
  return sharp_db > soft_db + 1 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: super_resolution MODEL PHOTO FOLDER\n";
    return 2;
  }
  try {
    return compare(argv[1], argv[2], argv[3]);
  } catch (const std::exception& error) {
    std::cerr << "super_resolution: " << error.what() << '\n';
    return 1;
  }
}
