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

bool has_alpha(const Tensor& picture) {
  return picture.shape()[2] % 2 == 0;
}

std::uint8_t to_byte(float value) {
  return static_cast<std::uint8_t>(std::clamp(std::nearbyint(value), 0.0f, 255.0f));
}

// One sample as 0 … 255.
float sample(const Tensor& picture, std::int64_t index) {
  return picture.dtype() == DType::uint16
             ? static_cast<float>(picture.data<std::uint16_t>()[index]) / 257
             : static_cast<float>(picture.data<std::uint8_t>()[index]);
}

}  // namespace

Enlarged enlarge(const Tensor& photo, const halfpixel::Size& size,
                 halfpixel::keras::Interpolation interpolation) {
  // Resizing colours that nobody sees would bleed into the edges of those that are seen.
  const Tensor source = has_alpha(photo) ? halfpixel::io::premultiply(photo) : photo;
  const Tensor batch = source.reshape({1, source.shape()[0], source.shape()[1], source.shape()[2]});

  const halfpixel::keras::layers::UpSampling2D layer(
      {.size = size, .interpolation = interpolation});
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
  const Tensor fitted = image::resize(rgb, {height, width},
                                      {.method = image::ResizeMethod::lanczos3, .antialias = true});
  Tensor bytes(fitted.shape(), DType::uint8);
  std::transform(fitted.span<float>().begin(), fitted.span<float>().end(),
                 bytes.data<std::uint8_t>(), to_byte);
  return bytes;
}

Rect find_detail(const Tensor& rgb, std::int64_t height, std::int64_t width) {
  const std::int64_t rows = rgb.shape()[0], columns = rgb.shape()[1];
  const auto* p = rgb.data<std::uint8_t>();
  // Differences of colour over a fair distance: an eye counts, fur does not.
  const std::int64_t step = std::max<std::int64_t>(std::min(height, width) / 12, 1);
  const auto contrast = [&](std::int64_t y0, std::int64_t x0, std::int64_t y1, std::int64_t x1) {
    double sum = 0;
    for (std::int64_t c = 0; c < 3; ++c) {
      const double d = p[(std::min(y1, rows - 1) * columns + std::min(x1, columns - 1)) * 3 + c] -
                       p[(y0 * columns + x0) * 3 + c];
      sum += d * d;
    }
    return sum;
  };
  // sums[y][x]: contrast above and left of (y, x), so that every window costs four look-ups.
  std::vector<double> sums(static_cast<std::size_t>((rows + 1) * (columns + 1)), 0.0);
  const auto sum = [&](std::int64_t y, std::int64_t x) -> double& {
    return sums[static_cast<std::size_t>(y * (columns + 1) + x)];
  };
  for (std::int64_t y = 0; y < rows; ++y) {
    for (std::int64_t x = 0; x < columns; ++x) {
      sum(y + 1, x + 1) = contrast(y, x, y, x + step) + contrast(y, x, y + step, x) +
                          sum(y, x + 1) + sum(y + 1, x) - sum(y, x);
    }
  }
  Rect best{0, 0, std::min(height, rows), std::min(width, columns)};
  double best_score = -1;
  for (std::int64_t y = 0; y + best.height <= rows; ++y) {
    for (std::int64_t x = 0; x + best.width <= columns; ++x) {
      // Three windows, one in the other: what is strong should also be in the middle.
      double score = 0;
      for (std::int64_t inset : {0, 1, 2}) {
        const std::int64_t dy = inset * best.height / 6, dx = inset * best.width / 6;
        const std::int64_t y1 = y + best.height - dy, x1 = x + best.width - dx;
        score += (sum(y1, x1) - sum(y + dy, x1) - sum(y1, x + dx) + sum(y + dy, x + dx)) /
                 static_cast<double>((y1 - y - dy) * (x1 - x - dx));
      }
      if (score > best_score) {
        best_score = score;
        best.y = y;
        best.x = x;
      }
    }
  }
  return best;
}

}  // namespace sheet
