// Colours of 8 bits and alpha, as Pillow's conversions between RGBA and RGBa have them.
#pragma once

#include <algorithm>
#include <cstdint>

namespace halfpixel::resample {

inline std::uint8_t multiplied8(std::uint32_t colour, std::uint32_t alpha) {
  const std::uint32_t t = colour * alpha + 128;
  return static_cast<std::uint8_t>(((t >> 8) + t) >> 8);
}

inline std::uint8_t divided8(std::uint32_t colour, std::uint32_t alpha) {
  if (alpha == 0 || alpha == 255) return static_cast<std::uint8_t>(colour);
  return static_cast<std::uint8_t>(std::min<std::uint32_t>(255 * colour / alpha, 255));
}

}  // namespace halfpixel::resample
