// UpSampling and Resizing inside models: the core's layers, recorded.
#pragma once

#include <halfpixel/keras/resizing.hpp>
#include <halfpixel/keras/up_sampling.hpp>

#include "frontends/keras_config_reader.hpp"
#include "graph/ops/backend_resize.hpp"
#include "model/layer_impl.hpp"

namespace halfpixel::keras {

// In the configuration of a layer of tf_keras: integers become floating, whatever the result.
inline constexpr std::string_view kFloatsKey = "tf_keras>floats";

// A core layer's configuration but for what every layer's begins with: name, trainable, dtype.
void add_own_keys(const Config& whole, Config& config);

// Name, dtype policy and configuration stay the layer's own.
LayerPtr make_up_sampling_layer(const layers::UpSampling& layer);
// floats: integers become floating first, where Keras 3 rounds results to them.
LayerPtr make_resizing_layer(const layers::Resizing& layer, bool floats);
// UpSampling2D or Resizing with an interpolation that only tf_keras has; null for all others.
LayerPtr make_legacy_interpolation(std::string_view class_name, const ConfigReader& reader);
// A bilinear UpSampling2D without half-pixel centres, as standalone Keras 2's; null for others.
LayerPtr make_keras2_up_sampling(const Config& config);
// UpSampling2D or Resizing as Keras computes them on torch or jax; null where that is what
// TensorFlow computes.
LayerPtr make_backend_sampling(std::string_view class_name, const Config& config,
                               graph::BackendResize::Engine engine);

}  // namespace halfpixel::keras
