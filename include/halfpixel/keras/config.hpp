// Keras' global settings: ~/.keras/keras.json (or $KERAS_HOME/keras.json) read once, when one is
// first asked for, and setters. Thread-safe. The file is never written.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <halfpixel/export.hpp>
#include <halfpixel/shape.hpp>

namespace halfpixel::keras {

namespace config {
// Default: channels_last. All of these throw Error when the file holds a value that Keras refuses;
// what is no JSON counts as empty.
HALFPIXEL_EXPORT DataFormat image_data_format();
HALFPIXEL_EXPORT void set_image_data_format(DataFormat format);
HALFPIXEL_EXPORT void set_image_data_format(std::string_view name);  // any case
// The dtype of layers that name none: "float32" unless set; "float16", "bfloat16" and "float64"
// too.
HALFPIXEL_EXPORT std::string floatx();
HALFPIXEL_EXPORT void set_floatx(std::string_view name);
HALFPIXEL_EXPORT double epsilon();
}  // namespace config

namespace utils {
// Starts the counters of automatic layer names anew. Settings stay, as in Keras.
HALFPIXEL_EXPORT void clear_session();
}  // namespace utils

enum class Interpolation {
  nearest,   // copies; any dtype
  bilinear,  // tf.image.resize's methods of the same names, half-pixel centres, no antialias
  bicubic,
  lanczos3,
  lanczos5,
};
HALFPIXEL_EXPORT Interpolation to_interpolation(std::string_view name);  // any case; throws Error
HALFPIXEL_EXPORT std::string_view name_of(Interpolation interpolation) noexcept;
HALFPIXEL_EXPORT std::span<const Interpolation> interpolations() noexcept;  // all of them

}  // namespace halfpixel::keras
