// What every layer begins with: its name (up_sampling2d, up_sampling2d_1, … counted for the whole
// program where none is given) and the keys of its configuration.
#pragma once

#include <string>
#include <string_view>

#include <halfpixel/export.hpp>
#include <halfpixel/keras/layer.hpp>

namespace halfpixel::keras {

// Without the package that a class was registered with: "acme>PixelShuffle" -> "PixelShuffle".
inline std::string_view bare_class_name(std::string_view class_name) {
  return class_name.substr(class_name.rfind('>') + 1);
}
// Keras' rule: "UpSampling2D" -> "up_sampling2d", "LeakyReLU" -> "leaky_re_lu".
// Exported because weight files use it too.
HALFPIXEL_EXPORT std::string to_snake_case(std::string_view class_name);
// The name that a layer gets: the one that was given, or when that is empty the class name in snake
// case, with the next number behind it when it was given out before. Throws Error for names with
// '/'.
HALFPIXEL_EXPORT std::string layer_name(std::string_view class_name, std::string given);
// The policy that a layer gets: the one that was given, or keras::config::floatx().
HALFPIXEL_EXPORT DTypePolicy layer_policy(DTypePolicy given);
// name, trainable, dtype.
HALFPIXEL_EXPORT Config base_config(std::string_view name, bool trainable,
                                    const DTypePolicy& policy);

}  // namespace halfpixel::keras
