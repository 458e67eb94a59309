// Keys that many configurations share, written with Keras' defaults.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <halfpixel/keras/layer.hpp>

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

template <class Integers>
Config::Value integer_list(const Integers& values) {
  Config::List list;
  for (const auto value : values) list.emplace_back(static_cast<std::int64_t>(value));
  return list;
}

inline Config::Value number_list(std::span<const double> values) {
  Config::List list;
  for (const double value : values) list.emplace_back(value);
  return list;
}

}  // namespace halfpixel::keras
