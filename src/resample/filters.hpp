// Reconstruction filters in float32, step by step as TensorFlow computes them (sampling_kernels.h).
#pragma once

#include <string_view>

namespace halfpixel::resample {

// Symmetric; zero from `support` on, in source pixels.
struct Filter {
  std::string_view name;
  float support;
  float (*value)(float distance) noexcept;  // distance >= 0
};

namespace filters {
extern const Filter triangle;    // 1 - |x|
extern const Filter keys_cubic;  // Keys, a = -0.5
extern const Filter lanczos3;
extern const Filter lanczos5;
extern const Filter gaussian;        // sigma 0.5
extern const Filter mitchell_cubic;  // Mitchell and Netravali, B = C = 1/3
}  // namespace filters

// glibc's sinf, which is not correctly rounded: the lanczos weights need exactly its bits, on every
// platform. For 0 < y < 2^13; equal to glibc 2.36 for every float in [1e-5, 16).
float sinf_of_glibc(float y) noexcept;
// The same of expf. For -50 < y <= 0; equal to glibc 2.36 for every float there, with and without
// fused instructions.
float expf_of_glibc(float y) noexcept;

// Phase table of TensorFlow's ResizeBicubic: weights at distances i/1024 and 1 + i/1024, i in [0,
// 1024], for a = -0.5 (half-pixel centres) or -0.75 (legacy).
const float* cubic_phases(bool keys) noexcept;

}  // namespace halfpixel::resample
