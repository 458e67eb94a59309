// Where Keras' settings come from. For tests: a program reads the file once.
#pragma once

#include <string>

namespace halfpixel::keras {

// $KERAS_HOME/keras.json, else ~/.keras/keras.json (/tmp/.keras when the home is not writable).
std::string settings_path();
// Forgets the settings; the file is read again when one is next asked for.
void forget_settings();

}  // namespace halfpixel::keras
