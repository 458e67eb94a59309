// Automatic names: up_sampling2d, up_sampling2d_1, … counted for the whole program.
#pragma once

#include <string>
#include <string_view>

#include <halfpixel/export.hpp>

namespace halfpixel::keras {

// Keras' rule: "UpSampling2D" -> "up_sampling2d", "LeakyReLU" -> "leaky_re_lu".
// Exported because weight files use it too.
HALFPIXEL_EXPORT std::string to_snake_case(std::string_view class_name);
// The snake-case name, with the next number behind it when it was given out before.
std::string auto_name(std::string_view class_name);

}  // namespace halfpixel::keras
