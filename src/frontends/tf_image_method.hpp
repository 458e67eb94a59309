// Methods by name, and what TensorFlow runs for each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <halfpixel/tf_image.hpp>

#include "frontends/tf_image_axis.hpp"
#include "resample/filters.hpp"

namespace halfpixel::tf_image {

// One of TensorFlow's kernels, fully chosen.
struct Choice {
  enum class Kernel : std::uint8_t { nearest, bilinear, bicubic, area, scale_and_translate };
  Kernel kernel = Kernel::bilinear;
  Coordinates coordinates = Coordinates::half_pixel;
  const resample::Filter* filter = nullptr;  // scale_and_translate
  bool antialias = false;                    // scale_and_translate
};

// What tf.image.resize runs for a method.
Choice choose(std::string_view who, tf::image::ResizeMethod method, bool antialias);
// What v1 runs. Throws Error for methods without a kernel of their own, and for both flags at once.
Choice choose_v1(std::string_view who, tf::image::ResizeMethod method, bool align_corners,
                 bool half_pixel_centers);

// "ResizeBicubic"
const char* kernel_name(const Choice& choice);
// "bicubic", "triangle antialias"
std::string text_of(const Choice& choice);

}  // namespace halfpixel::tf_image
