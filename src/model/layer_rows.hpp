// The table behind model files: how each layer class is made from its configuration.
#pragma once

#include <span>
#include <string_view>

#include <halfpixel/keras/layer.hpp>

#include "model/layer_impl.hpp"

namespace halfpixel::keras {

// How a layer is made from a configuration: one row per class.
struct LayerRow {
  std::string_view class_name;                    // "Conv2D"
  LayerPtr (*from_config)(const Config& config);  // keys: Keras 3's, or tf_keras' where they differ
  std::string_view alias = {};                    // a further name of the class
};
// The rows of every family; layers/registry.cpp lists them.
std::span<const std::span<const LayerRow>> layer_families();
// Null when the class is unknown.
const LayerRow* find_layer(std::string_view class_name);

}  // namespace halfpixel::keras
