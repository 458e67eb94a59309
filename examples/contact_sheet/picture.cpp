#include "picture.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <vector>

#include <halfpixel/image.hpp>
#include <halfpixel/tf_image.hpp>

namespace sheet {
namespace {

using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Tensor;

bool has_alpha(const Tensor& picture) { return picture.shape()[2] % 2 == 0; }

std::uint8_t to_byte(float value) {
  return static_cast<std::uint8_t>(std::clamp(std::nearbyint(value), 0.0f, 255.0f));
}

// One sample as 0 … 255.
float sample(const Tensor& picture, std::int64_t index) {
  return picture.dtype() == DType::uint16 ? static_cast<float>(picture.data<std::uint16_t>()[index]) / 257
                                          : static_cast<float>(picture.data<std::uint8_t>()[index]);
}

}  // namespace

Enlarged enlarge(const Tensor& photo, const halfpixel::Size& size,
                 halfpixel::keras::Interpolation interpolation) {
  // Resizing colours that nobody sees would bleed into the edges of those that are seen.
  const Tensor source = has_alpha(photo) ? halfpixel::io::premultiply(photo) : photo;
  const Tensor batch = source.reshape({1, source.shape()[0], source.shape()[1], source.shape()[2]});

  const halfpixel::keras::layers::UpSampling2D layer({.size = size, .interpolation = interpolation});
  const auto plan = layer.plan(batch.shape(), batch.dtype());
  Tensor result(plan.output_shape(), plan.output_dtype());

  double best = 1e30;
  for (int run = 0; run < 3; ++run) {
    const auto start = std::chrono::steady_clock::now();
    plan.run(batch, result);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count());
  }

  const Shape& shape = plan.output_shape();
  result = result.reshape({shape[1], shape[2], shape[3]});
  return {has_alpha(photo) ? halfpixel::io::unpremultiply(result, photo.dtype()) : result, best};
}

Tensor to_rgb(const Tensor& picture, const Rect& part) {
  const std::int64_t channels = picture.shape()[2];
  const std::int64_t colours = channels < 3 ? 1 : 3;
  Tensor rgb({part.height, part.width, 3}, DType::uint8);
  auto* out = rgb.data<std::uint8_t>();
  for (std::int64_t y = 0; y < part.height; ++y) {
    for (std::int64_t x = 0; x < part.width; ++x) {
      const std::int64_t pixel = ((part.y + y) * picture.shape()[1] + part.x + x) * channels;
      const float alpha = has_alpha(picture) ? sample(picture, pixel + channels - 1) / 255 : 1;
      const float board = (y / 12 + x / 12) % 2 == 0 ? 96 : 128;
      for (std::int64_t c = 0; c < 3; ++c) {
        const float colour = sample(picture, pixel + std::min(c, colours - 1));
        *out++ = to_byte(board + (colour - board) * alpha);
      }
    }
  }
  return rgb;
}

Tensor fit(const Tensor& rgb, std::int64_t height, std::int64_t width) {
  namespace image = halfpixel::tf::image;
  const Tensor fitted =
      image::resize(rgb, {height, width}, {.method = image::ResizeMethod::lanczos3, .antialias = true});
  Tensor bytes(fitted.shape(), DType::uint8);
  std::transform(fitted.span<float>().begin(), fitted.span<float>().end(),
                 bytes.data<std::uint8_t>(), to_byte);
  return bytes;
}

Rect find_detail(const Tensor& rgb, std::int64_t height, std::int64_t width) {
  const std::int64_t rows = rgb.shape()[0], columns = rgb.shape()[1];
  const auto* p = rgb.data<std::uint8_t>();
  const auto luma = [&](std::int64_t y, std::int64_t x) {
    const auto* rgb_at = p + (y * columns + x) * 3;
    return 2 * rgb_at[0] + 5 * rgb_at[1] + rgb_at[2];
  };
  // sums[y][x]: contrast above and left of (y, x), so that every window costs four look-ups.
  std::vector<double> sums(static_cast<std::size_t>((rows + 1) * (columns + 1)), 0.0);
  const auto sum = [&](std::int64_t y, std::int64_t x) -> double& {
    return sums[static_cast<std::size_t>(y * (columns + 1) + x)];
  };
  for (std::int64_t y = 0; y < rows; ++y) {
    for (std::int64_t x = 0; x < columns; ++x) {
      // Two pixels apart: edges count, noise does not. Squared: a few strong ones beat much texture.
      const double dx = luma(y, std::min(x + 2, columns - 1)) - luma(y, x);
      const double dy = luma(std::min(y + 2, rows - 1), x) - luma(y, x);
      sum(y + 1, x + 1) = dx * dx + dy * dy + sum(y, x + 1) + sum(y + 1, x) - sum(y, x);
    }
  }
  Rect best{0, 0, std::min(height, rows), std::min(width, columns)};
  double best_contrast = -1;
  for (std::int64_t y = 0; y + best.height <= rows; ++y) {
    for (std::int64_t x = 0; x + best.width <= columns; ++x) {
      const double contrast = sum(y + best.height, x + best.width) - sum(y, x + best.width) -
                              sum(y + best.height, x) + sum(y, x);
      if (contrast > best_contrast) {
        best_contrast = contrast;
        best.y = y;
        best.x = x;
      }
    }
  }
  return best;
}

}  // namespace sheet
