// Coverage is worked with as a fraction, alpha / max: samples keep their range, so that float32
// pictures read like the integer ones.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include <halfpixel/error.hpp>
#include <halfpixel/image.hpp>

#include "core/checked.hpp"

namespace halfpixel::io {
namespace {

[[noreturn]] void refuse(std::string_view who, const std::string& what) {
  fail(ErrorCode::invalid_argument, "[", who, "] ", what);
}

// Which channels are colours and which is their coverage; others pass as they are.
struct Roles {
  std::int64_t channels;
  std::int64_t colours;
  std::int64_t alpha;
};

std::int64_t last_extent(const ConstTensorView& pixels) {
  const Shape& shape = pixels.shape();
  return shape.rank() == 0 ? 0 : shape[shape.rank() - 1];
}

// pixels: (…, channels), the last channel alpha.
Roles roles_of(std::string_view who, const ConstTensorView& pixels) {
  const std::int64_t channels = last_extent(pixels);
  if (channels != 2 && channels != 4) {
    refuse(who, "pixels must have 2 or 4 channels, the last one alpha; got shape " +
                    pixels.shape().str());
  }
  return {channels, channels - 1, channels - 1};
}

Roles roles_of(std::string_view who, const ConstTensorView& pixels, const ImageMetadata& metadata) {
  const std::int64_t channels = last_extent(pixels);
  const int alpha = metadata.alpha_channel();
  const int colours = metadata.colour_channels();
  if (alpha < 0 || colours < 1) return roles_of(who, pixels);
  if (alpha >= channels) {
    refuse(who, "pixels must have the channels that metadata speak of; got shape " +
                    pixels.shape().str() + ", alpha is channel " + std::to_string(alpha));
  }
  return {channels, colours, alpha};
}

template <class Sample>
constexpr float kMax = static_cast<float>(std::numeric_limits<Sample>::max());
template <>
constexpr float kMax<float> = 1.0f;

template <class Sample>
void multiply(const Sample* src, float* dst, std::int64_t count, const Roles& roles) {
  for (std::int64_t i = 0; i < count; i += roles.channels) {
    const float coverage = static_cast<float>(src[roles.alpha]) / kMax<Sample>;
    for (std::int64_t c = 0; c < roles.channels; ++c) {
      const auto value = static_cast<float>(src[c]);
      dst[c] = c < roles.colours ? value * coverage : value;
    }
    src += roles.channels;
    dst += roles.channels;
  }
}

// Half to even, clamped; NaN gives 0. Floats stay what they are.
template <class Sample>
Sample store(float value) {
  if constexpr (std::is_floating_point_v<Sample>) {
    return value;
  } else if constexpr (sizeof(Sample) <= 2) {
    constexpr auto low = static_cast<float>(std::numeric_limits<Sample>::min());
    constexpr auto high = static_cast<float>(std::numeric_limits<Sample>::max());
    const float number = value == value ? value : 0.0f;
    const float clamped = number < low ? low : number > high ? high : number;
    // Adding and taking away leaves no room for a fraction: the hardware rounds half to even.
    constexpr float kShift = 0x1.8p23f;
    return static_cast<Sample>((clamped + kShift) - kShift);
  } else {
    // The largest integers have no float: compared as doubles they are not passed.
    constexpr auto low = static_cast<double>(std::numeric_limits<Sample>::min());
    constexpr auto high = static_cast<double>(std::numeric_limits<Sample>::max());
    const auto wide = static_cast<double>(value);
    if (!(wide > low)) return value < 0 ? std::numeric_limits<Sample>::min() : Sample{0};
    return static_cast<Sample>(std::nearbyint(std::min(wide, high)));
  }
}

// RGB and alpha, four samples at a time: the divisions of a pixel are one instruction.
template <class Sample>
void divide_four(const float* src, Sample* dst, std::int64_t count) {
  for (std::int64_t i = 0; i < count; i += 4, src += 4, dst += 4) {
    const float alpha = src[3];
    const float coverage = alpha / kMax<Sample>;
    const float by[4] = {coverage, coverage, coverage, 1.0f};
    float straight[4];
    for (int c = 0; c < 4; ++c) straight[c] = src[c] / by[c];
    for (int c = 0; c < 3; ++c) straight[c] = alpha > 0 ? straight[c] : 0.0f;
    for (int c = 0; c < 4; ++c) dst[c] = store<Sample>(straight[c]);
  }
}

template <class Sample>
void divide(const float* src, Sample* dst, std::int64_t count, const Roles& roles) {
  if (roles.channels == 4 && roles.colours == 3 && roles.alpha == 3) {
    divide_four(src, dst, count);
    return;
  }
  for (std::int64_t i = 0; i < count; i += roles.channels) {
    const float alpha = src[roles.alpha];
    // Alpha is clamped last: where a filter overshoots, colour and alpha do so together.
    const float coverage = alpha / kMax<Sample>;
    for (std::int64_t c = 0; c < roles.channels; ++c) {
      if (c < roles.colours) {
        dst[c] = alpha > 0 ? store<Sample>(src[c] / coverage) : Sample{0};
      } else {
        dst[c] = store<Sample>(src[c]);
      }
    }
    src += roles.channels;
    dst += roles.channels;
  }
}

// Calls call(Sample{}) for the C++ type of a picture's samples.
template <class Call>
void with_samples(std::string_view who, DType dtype, Call&& call) {
  switch (dtype) {
    case DType::uint8:
      return call(std::uint8_t{});
    case DType::uint16:
      return call(std::uint16_t{});
    case DType::uint32:
      return call(std::uint32_t{});
    case DType::int8:
      return call(std::int8_t{});
    case DType::int16:
      return call(std::int16_t{});
    case DType::int32:
      return call(std::int32_t{});
    case DType::float32:
      return call(float{});
    default:
      refuse(who, "dtype must be uint8, uint16 or another one of pictures; got " +
                      std::string(name_of(dtype)));
  }
}

Tensor multiplied(const ConstTensorView& pixels, const Roles& roles) {
  const Tensor packed = pixels.is_contiguous() ? Tensor() : Tensor(pixels);
  const ConstTensorView src = pixels.is_contiguous() ? pixels : packed.view();
  Tensor result(pixels.shape(), DType::float32);
  with_samples("premultiply", pixels.dtype(), [&](auto sample) {
    multiply(src.data<decltype(sample)>(), result.data<float>(), src.size(), roles);
  });
  return result;
}

Tensor divided(const ConstTensorView& pixels, DType dtype, const Roles& roles) {
  if (pixels.dtype() != DType::float32) {
    refuse("unpremultiply", "pixels must be float32; got " + std::string(name_of(pixels.dtype())));
  }
  const Tensor packed = pixels.is_contiguous() ? Tensor() : Tensor(pixels);
  const ConstTensorView src = pixels.is_contiguous() ? pixels : packed.view();
  Tensor result(pixels.shape(), dtype);
  with_samples("unpremultiply", dtype, [&](auto sample) {
    divide(src.data<float>(), result.data<decltype(sample)>(), src.size(), roles);
  });
  return result;
}

}  // namespace

Tensor premultiply(const ConstTensorView& pixels) {
  return multiplied(pixels, roles_of("premultiply", pixels));
}

Tensor premultiply(const ConstTensorView& pixels, const ImageMetadata& metadata) {
  return multiplied(pixels, roles_of("premultiply", pixels, metadata));
}

Tensor unpremultiply(const ConstTensorView& pixels, DType dtype) {
  return divided(pixels, dtype, roles_of("unpremultiply", pixels));
}

Tensor unpremultiply(const ConstTensorView& pixels, DType dtype, const ImageMetadata& metadata) {
  return divided(pixels, dtype, roles_of("unpremultiply", pixels, metadata));
}

bool is_opaque(const ConstTensorView& pixels, const ImageMetadata& metadata) {
  if (!metadata.has_alpha()) return true;
  const Roles roles = roles_of("is_opaque", pixels, metadata);
  const Tensor packed = pixels.is_contiguous() ? Tensor() : Tensor(pixels);
  const ConstTensorView src = pixels.is_contiguous() ? pixels : packed.view();
  bool opaque = true;
  with_samples("is_opaque", pixels.dtype(), [&](auto sample) {
    using Sample = decltype(sample);
    const Sample full =
        std::is_floating_point_v<Sample> ? Sample{1} : std::numeric_limits<Sample>::max();
    const Sample* first = src.data<Sample>() + roles.alpha;
    for (std::int64_t i = 0; i < src.size() && opaque; i += roles.channels)
      opaque = first[i] == full;
  });
  return opaque;
}

}  // namespace halfpixel::io
