// Keys that many configurations share, written with Keras' defaults.
#pragma once

#include <string_view>

#include <halfpixel/keras/layer.hpp>
#include <halfpixel/shape.hpp>

namespace halfpixel::keras {

// {"module": "keras.initializers", "class_name": "Zeros", "config": {}, "registered_name": null}
inline Config::Value initializer_value(std::string_view class_name) {
  Config initializer;
  initializer.set("module", "keras.initializers");
  initializer.set("class_name", class_name);
  initializer.set("config", Config());
  initializer.set("registered_name", nullptr);
  return initializer;
}

// Extents as Keras writes them: null where unknown.
inline Config::List shape_value(const Shape& shape) {
  Config::List list = Config::list_of(shape);
  for (Config::Value& extent : list) {
    if (*extent.get_if<std::int64_t>() == kUnknown) extent = nullptr;
  }
  return list;
}

}  // namespace halfpixel::keras
