// Makers of the normalisation layers, shared by constructors and configurations.
#pragma once

#include <halfpixel/keras/layers/normalization.hpp>

#include "model/layer_impl.hpp"

namespace halfpixel::keras {

LayerPtr make_batch_normalization(const layers::BatchNormalizationOptions& options);
LayerPtr make_layer_normalization(const layers::LayerNormalizationOptions& options);
LayerPtr make_group_normalization(const layers::GroupNormalizationOptions& options);
LayerPtr make_unit_normalization(const layers::UnitNormalizationOptions& options);
LayerPtr make_rms_normalization(const layers::RMSNormalizationOptions& options);
LayerPtr make_spectral_normalization(const LayerPtr& layer,
                                     const layers::SpectralNormalizationOptions& options);

}  // namespace halfpixel::keras
