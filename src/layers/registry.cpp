// All layer classes by name.
#include <array>

#include "model/layer_impl.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {

const LayerRow* find_layer(std::string_view class_name) {
  const std::array families = {convolution_rows(),
                               pooling_rows(),
                               shape_rows(),
                               sampling_rows(),
                               merge_rows(),
                               activation_rows(),
                               normalization_rows(),
                               attention_rows(),
                               preprocessing_rows(),
                               training_only_rows(),
                               adaptive_pooling_rows(),
                               wrapper_rows()};
  for (const auto& family : families) {
    for (const LayerRow& row : family) {
      if (row.class_name == class_name) return &row;
    }
  }
  return nullptr;
}

}  // namespace halfpixel::keras
