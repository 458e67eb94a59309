// Layers by the name of their class. Component halfpixel::model.
#pragma once

#include <halfpixel/export.hpp>
#include <halfpixel/keras/tensor.hpp>

namespace halfpixel::keras::layers {

// keras.layers.deserialize: the layer that {"class_name": "Conv2D", "config": {"filters": 8, …}}
// describes. Keys that are absent or None have Keras' defaults; keys that the class does not know
// are passed over, as in model files: initializers, regularizers. Throws Error.
HALFPIXEL_EXPORT GraphLayer deserialize(const Config& config);

}  // namespace halfpixel::keras::layers
