// Reconstruction filters in float32, step by step as TensorFlow computes them (sampling_kernels.h).
#pragma once

#include <cstdint>
#include <string_view>

namespace halfpixel::resample {

enum class Filter : std::uint8_t {
  triangle,    // 1 - |x|
  keys_cubic,  // Keys, a = -0.5
  lanczos3,
  lanczos5,
  gaussian,        // radius 1.5, sigma 0.5
  mitchell_cubic,  // Mitchell and Netravali, B = C = 1/3
};

// The filter is zero from here on, in source pixels.
float radius(Filter filter) noexcept;
float evaluate(Filter filter, float x) noexcept;
std::string_view name_of(Filter filter) noexcept;

// glibc's sinf, which is not correctly rounded: the lanczos weights need exactly its bits, on every
// platform. For 0 < y < 2^13; equal to glibc 2.36 for every float in [1e-5, 16).
float sinf_of_glibc(float y) noexcept;

// Phase table of TensorFlow's ResizeBicubic: weights at distances i/1024 and 1 + i/1024, i in [0,
// 1024], for a = -0.5 (half-pixel centres) or -0.75 (legacy).
const float* cubic_phases(bool keys) noexcept;

}  // namespace halfpixel::resample
