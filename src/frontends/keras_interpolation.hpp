// Interpolation's names, checked, and its tf.image method.
#pragma once

#include <string_view>

#include <halfpixel/keras/config.hpp>
#include <halfpixel/tf_image.hpp>

namespace halfpixel::keras {

// Keras' wording; always throws.
[[noreturn]] void refuse_interpolation(std::string_view speaker, std::string_view received);
// Throws Error for a value that is none of the enumerators.
void check_interpolation(std::string_view speaker, Interpolation interpolation);
tf::image::ResizeMethod resize_method(Interpolation interpolation) noexcept;

}  // namespace halfpixel::keras
