// All layer classes by name.
#include <array>

#include "model/layer_rows.hpp"

namespace halfpixel::keras {

using Family = std::span<const LayerRow>;
// One in each .cpp of this folder, declared and listed here alone.
Family activation_rows(), addon_rows(), adaptive_pooling_rows(), application_rows(),
    attention_model_rows(), attention_rows(), batch_normalization_rows(), categorical_rows(),
    convolution_rows(), dense_rows(), depthwise_convolution_rows(), dot_attention_rows(),
    dot_rows(), einsum_dense_rows(), embedding_rows(), group_attention_rows(),
    locally_connected_rows(), merge_rows(), normalization_rows(), padding_rows(), pooling_rows(),
    preprocessing_rows(), recurrent_convolution_rows(), recurrent_rows(), recurrent_wrapper_rows(),
    reshaping_rows(), sampling_rows(), spatial_pyramid_pooling_rows(),
    spectral_normalization_rows(), training_only_rows(), transposed_convolution_rows(),
    unet_collection_rows(), weight_normalization_rows(), wrapper_rows();

std::span<const Family> layer_families() {
  static const std::array kFamilies = {activation_rows(),
                                       addon_rows(),
                                       adaptive_pooling_rows(),
                                       application_rows(),
                                       attention_model_rows(),
                                       attention_rows(),
                                       batch_normalization_rows(),
                                       categorical_rows(),
                                       convolution_rows(),
                                       dense_rows(),
                                       depthwise_convolution_rows(),
                                       dot_attention_rows(),
                                       dot_rows(),
                                       einsum_dense_rows(),
                                       embedding_rows(),
                                       group_attention_rows(),
                                       locally_connected_rows(),
                                       merge_rows(),
                                       normalization_rows(),
                                       padding_rows(),
                                       pooling_rows(),
                                       preprocessing_rows(),
                                       recurrent_convolution_rows(),
                                       recurrent_rows(),
                                       recurrent_wrapper_rows(),
                                       reshaping_rows(),
                                       sampling_rows(),
                                       spatial_pyramid_pooling_rows(),
                                       spectral_normalization_rows(),
                                       training_only_rows(),
                                       transposed_convolution_rows(),
                                       unet_collection_rows(),
                                       weight_normalization_rows(),
                                       wrapper_rows()};
  return kFamilies;
}

const LayerRow* find_layer(std::string_view class_name) {
  for (const Family family : layer_families()) {
    for (const LayerRow& row : family) {
      if (row.class_name == class_name || (!row.alias.empty() && row.alias == class_name)) {
        return &row;
      }
    }
  }
  return nullptr;
}

}  // namespace halfpixel::keras
