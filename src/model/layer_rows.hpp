// The table behind model files: how each layer class is made from its configuration.
#pragma once

#include <span>
#include <string_view>

#include <halfpixel/keras/layer.hpp>

#include "model/layer_impl.hpp"

namespace halfpixel::keras {

// How a layer is made from a configuration: one row per class.
struct LayerRow {
  std::string_view class_name;                    // "Conv2D"; aliases are rows of their own
  LayerPtr (*from_config)(const Config& config);  // keys: Keras 3's, or tf_keras' where they differ
};
// Rows of one family; layers/registry.cpp lists the families.
std::span<const LayerRow>
convolution_rows();  // Conv*, SeparableConv*, DepthwiseConv*, Dense, EinsumDense
std::span<const LayerRow> pooling_rows();           // Max/Average, Global*
std::span<const LayerRow> adaptive_pooling_rows();  // AdaptiveAveragePooling*, AdaptiveMaxPooling*
std::span<const LayerRow> wrapper_rows();           // TimeDistributed
std::span<const LayerRow>
shape_rows();  // Reshape, Permute, Flatten, RepeatVector, ZeroPadding*, Cropping*
std::span<const LayerRow> sampling_rows();    // UpSampling*, Resizing
std::span<const LayerRow> merge_rows();       // Add … Concatenate, Dot
std::span<const LayerRow> activation_rows();  // Activation, ReLU, LeakyReLU, PReLU, ELU, Softmax …
std::span<const LayerRow>
normalization_rows();  // Batch, Layer, Group, Unit, RMS, SpectralNormalization
std::span<const LayerRow> attention_rows();  // MultiHeadAttention, Attention, AdditiveAttention …
std::span<const LayerRow> preprocessing_rows();  // Rescaling, Normalization, CenterCrop, Embedding
std::span<const LayerRow>
training_only_rows();  // Dropout family, noise, random augmentation: identity
// Null when the class is unknown.
const LayerRow* find_layer(std::string_view class_name);

}  // namespace halfpixel::keras
