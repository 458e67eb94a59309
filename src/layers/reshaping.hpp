// What reshaping.cpp, padding.cpp and embedding.cpp share.
#pragma once

#include <optional>
#include <span>

#include <halfpixel/keras/config.hpp>

#include "model/layer_impl.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {

std::span<const LayerRow> padding_rows();  // ZeroPadding*, Cropping*; part of shape_rows()
std::span<const LayerRow>
embedding_rows();  // Embedding, CenterCrop, Masking; part of preprocessing_rows()

inline DataFormat or_default(const std::optional<DataFormat>& format) {
  return format ? *format : config::image_data_format();
}

}  // namespace halfpixel::keras
