// Coverage is worked with as a fraction, alpha / max: samples keep their range, so that float32
// pictures read like the integer ones.
#include <algorithm>
#include <cmath>
#include <string>

#include <halfpixel/error.hpp>
#include <halfpixel/image.hpp>

#include "core/checked.hpp"

namespace halfpixel::io {
namespace {

[[noreturn]] void refuse(const char* who, const std::string& what) {
  fail(ErrorCode::invalid_argument, std::string("["), who, "] ", what);
}

// pixels: (…, channels), the last channel alpha.
std::int64_t channels_of(const char* who, const ConstTensorView& pixels) {
  const Shape& shape = pixels.shape();
  const std::int64_t channels = shape.rank() == 0 ? 0 : shape[shape.rank() - 1];
  if (channels != 2 && channels != 4) {
    refuse(who, "pixels must have 2 or 4 channels, the last one alpha; got shape " + shape.str());
  }
  return channels;
}

template <class Sample>
void multiply(const Sample* src, float* dst, std::int64_t count, std::int64_t channels, float max) {
  for (std::int64_t i = 0; i < count; i += channels, src += channels, dst += channels) {
    const float alpha = static_cast<float>(src[channels - 1]);
    const float coverage = alpha / max;
    for (std::int64_t c = 0; c + 1 < channels; ++c) dst[c] = static_cast<float>(src[c]) * coverage;
    dst[channels - 1] = alpha;
  }
}

// Half to even, clamped; NaN gives 0.
template <class Sample>
Sample store(float value, float max) {
  return static_cast<Sample>(value > 0 ? std::nearbyintf(std::min(value, max)) : 0.0f);
}

template <class Sample>
void divide(const float* src, Sample* dst, std::int64_t count, std::int64_t channels, float max) {
  for (std::int64_t i = 0; i < count; i += channels, src += channels, dst += channels) {
    const float alpha = src[channels - 1];
    // Alpha is clamped last: where a filter overshoots, colour and alpha do so together.
    const float coverage = alpha / max;
    for (std::int64_t c = 0; c + 1 < channels; ++c) {
      dst[c] = alpha > 0 ? store<Sample>(src[c] / coverage, max) : Sample{0};
    }
    dst[channels - 1] = store<Sample>(alpha, max);
  }
}

}  // namespace

Tensor premultiply(const ConstTensorView& pixels) {
  const std::int64_t channels = channels_of("premultiply", pixels);
  const Tensor packed = pixels.is_contiguous() ? Tensor() : Tensor(pixels);
  const ConstTensorView src = pixels.is_contiguous() ? pixels : packed.view();
  Tensor result(pixels.shape(), DType::float32);
  if (pixels.dtype() == DType::uint8) {
    multiply(src.data<std::uint8_t>(), result.data<float>(), src.size(), channels, 255.0f);
  } else if (pixels.dtype() == DType::uint16) {
    multiply(src.data<std::uint16_t>(), result.data<float>(), src.size(), channels, 65535.0f);
  } else {
    refuse("premultiply",
           "pixels must be uint8 or uint16; got " + std::string(name_of(pixels.dtype())));
  }
  return result;
}

Tensor unpremultiply(const ConstTensorView& pixels, DType dtype) {
  const std::int64_t channels = channels_of("unpremultiply", pixels);
  if (pixels.dtype() != DType::float32) {
    refuse("unpremultiply", "pixels must be float32; got " + std::string(name_of(pixels.dtype())));
  }
  if (dtype != DType::uint8 && dtype != DType::uint16) {
    refuse("unpremultiply", "dtype must be uint8 or uint16; got " + std::string(name_of(dtype)));
  }
  const Tensor packed = pixels.is_contiguous() ? Tensor() : Tensor(pixels);
  const ConstTensorView src = pixels.is_contiguous() ? pixels : packed.view();
  Tensor result(pixels.shape(), dtype);
  if (dtype == DType::uint8) {
    divide(src.data<float>(), result.data<std::uint8_t>(), src.size(), channels, 255.0f);
  } else {
    divide(src.data<float>(), result.data<std::uint16_t>(), src.size(), channels, 65535.0f);
  }
  return result;
}

}  // namespace halfpixel::io
