#include "frontends/pillow_reduce.hpp"

#include <algorithm>
#include <type_traits>
#include <vector>

#include "resample/alpha8.hpp"

namespace halfpixel::pillow_dialect {
namespace {

template <class T>
struct Pixels {
  const T* data;
  std::int64_t row_step, step, channel_step, channels;
  const T* at(std::int64_t y, std::int64_t x) const { return data + y * row_step + x * step; }
};

// The mean of 8-bit numbers, in fixed point.
std::uint8_t mean8(std::uint32_t sum, std::uint32_t count) {
  const std::uint32_t multiplier = (1U << 24) / count;
  return static_cast<std::uint8_t>(((sum + count / 2) * multiplier) >> 24);
}

// The mean of a cell of other numbers: blocks of 2 x 2 in their own arithmetic, and these in
// double.
template <class T>
T mean_of(const Pixels<T>& pixels, std::int64_t y0, std::int64_t y1, std::int64_t x0,
          std::int64_t x1) {
  double total = 0;
  for (std::int64_t y = y0; y < y1; y += 2) {
    for (std::int64_t x = x0; x < x1; x += 2) {
      T block = *pixels.at(y, x);
      const auto add = [&](T value) {
        if constexpr (std::is_integral_v<T>)
          block =
              static_cast<T>(static_cast<std::uint32_t>(block) + static_cast<std::uint32_t>(value));
        else
          block += value;
      };
      if (x + 1 < x1) add(*pixels.at(y, x + 1));
      if (y + 1 < y1) add(*pixels.at(y + 1, x));
      if (y + 1 < y1 && x + 1 < x1) add(*pixels.at(y + 1, x + 1));
      total += static_cast<double>(block);
    }
  }
  total *= 1.0 / static_cast<double>((y1 - y0) * (x1 - x0));
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(total >= 0 ? total + 0.5 : total - 0.5);
  else
    return static_cast<T>(total);
}

void reduce_cell8(const Pixels<std::uint8_t>& pixels, std::int64_t y0, std::int64_t y1,
                  std::int64_t x0, std::int64_t x1, bool alpha, std::uint8_t* dst) {
  std::uint32_t sum[4] = {};
  const std::int64_t colours = pixels.channels - (alpha ? 1 : 0);
  for (std::int64_t y = y0; y < y1; ++y) {
    for (std::int64_t x = x0; x < x1; ++x) {
      const std::uint8_t* const pixel = pixels.at(y, x);
      const auto channel = [&](std::int64_t c) { return pixel[c * pixels.channel_step]; };
      for (std::int64_t c = 0; c < pixels.channels; ++c) {
        sum[c] +=
            alpha && c < colours ? resample::multiplied8(channel(c), channel(colours)) : channel(c);
      }
    }
  }
  const auto count = static_cast<std::uint32_t>((y1 - y0) * (x1 - x0));
  for (std::int64_t c = 0; c < pixels.channels; ++c) dst[c] = mean8(sum[c], count);
}

}  // namespace

Tensor reduce(const ConstTensorView& image, const Part& part, std::int64_t rows,
              std::int64_t columns, bool alpha) {
  Shape shape = image.shape();
  shape[0] = (part.bottom - part.top + rows - 1) / rows;
  shape[1] = (part.right - part.left + columns - 1) / columns;
  Tensor result(shape, image.dtype());
  const std::int64_t channels = shape.rank() == 3 ? shape[2] : 1;
  const auto for_each_cell = [&]<class T>(T* dst, auto&& make) {
    const Pixels<T> pixels{static_cast<const T*>(image.data()), image.stride(0), image.stride(1),
                           shape.rank() == 3 ? image.stride(2) : 1, channels};
    for (std::int64_t i = 0; i < shape[0]; ++i) {
      for (std::int64_t j = 0; j < shape[1]; ++j, dst += channels) {
        const std::int64_t y = part.top + i * rows, x = part.left + j * columns;
        make(pixels, y, std::min(y + rows, part.bottom), x, std::min(x + columns, part.right), dst);
      }
    }
  };
  const auto mean = [](const auto& pixels, std::int64_t y0, std::int64_t y1, std::int64_t x0,
                       std::int64_t x1, auto* dst) { *dst = mean_of(pixels, y0, y1, x0, x1); };
  switch (image.dtype()) {
    case DType::uint8:
      for_each_cell(result.data<std::uint8_t>(),
                    [&](const auto& pixels, std::int64_t y0, std::int64_t y1, std::int64_t x0,
                        std::int64_t x1,
                        std::uint8_t* dst) { reduce_cell8(pixels, y0, y1, x0, x1, alpha, dst); });
      break;
    case DType::uint16:
      for_each_cell(result.data<std::uint16_t>(), mean);
      break;
    case DType::int32:
      for_each_cell(result.data<std::int32_t>(), mean);
      break;
    default:
      for_each_cell(result.data<float>(), mean);
      break;
  }
  return result;
}

void unpremultiply(Tensor& image) {
  const std::int64_t channels = image.shape()[2];
  auto* pixel = image.data<std::uint8_t>();
  for (std::int64_t i = 0; i < image.size(); i += channels, pixel += channels) {
    for (std::int64_t c = 0; c + 1 < channels; ++c)
      pixel[c] = resample::divided8(pixel[c], pixel[channels - 1]);
  }
}

}  // namespace halfpixel::pillow_dialect
