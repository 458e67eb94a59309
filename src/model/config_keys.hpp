// Keys that many configurations share, written with Keras' defaults.
#pragma once

#include <string_view>
#include <utility>

#include <halfpixel/keras/layer.hpp>
#include <halfpixel/shape.hpp>

namespace halfpixel::keras {

// {"module": …, "class_name": …, "config": {…}, "registered_name": null}
inline Config serialized(std::string_view module, std::string_view class_name, Config config = {}) {
  Config object;
  object.set("module", module);
  object.set("class_name", class_name);
  object.set("config", std::move(config));
  object.set("registered_name", nullptr);
  return object;
}
inline Config::Value initializer_value(std::string_view class_name, Config config = {}) {
  return serialized("keras.initializers", class_name, std::move(config));
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
