#include "frontends/keras_sampling_options.hpp"

namespace halfpixel::keras {

layers::UpSampling1DOptions up_sampling_1d_options(const ConfigReader& reader) {
  const layers::UpSampling1DOptions unset;
  reader.require_not_none("size", "an integer");
  return {.size = reader.integer("size", unset.size),
          .name = reader.name(),
          .dtype = reader.dtype(),
          .trainable = reader.trainable()};
}

layers::UpSampling2DOptions up_sampling_2d_options(const ConfigReader& reader) {
  const layers::UpSampling2DOptions unset;
  return {.size = reader.size("size", 2, unset.size),
          .data_format = reader.data_format(),
          .interpolation = reader.interpolation(unset.interpolation),
          .name = reader.name(),
          .dtype = reader.dtype(),
          .trainable = reader.trainable()};
}

layers::UpSampling3DOptions up_sampling_3d_options(const ConfigReader& reader) {
  const layers::UpSampling3DOptions unset;
  return {.size = reader.size("size", 3, unset.size),
          .data_format = reader.data_format(),
          .name = reader.name(),
          .dtype = reader.dtype(),
          .trainable = reader.trainable()};
}

layers::ResizingOptions resizing_options(const ConfigReader& reader) {
  const layers::ResizingOptions unset;
  reader.require_text("fill_mode", "constant");
  for (const char* key : {"height", "width"}) reader.require_not_none(key, "an integer");
  return {
      .height = reader.integer("height", unset.height),
      .width = reader.integer("width", unset.width),
      .interpolation = reader.interpolation(unset.interpolation),
      .crop_to_aspect_ratio = reader.boolean("crop_to_aspect_ratio", unset.crop_to_aspect_ratio),
      .pad_to_aspect_ratio = reader.boolean("pad_to_aspect_ratio", unset.pad_to_aspect_ratio),
      .fill_value = reader.number("fill_value", unset.fill_value),
      .antialias = reader.boolean("antialias", unset.antialias),
      .data_format = reader.data_format(),
      .name = reader.name(),
      .dtype = reader.dtype(),
      .trainable = reader.trainable()};
}

}  // namespace halfpixel::keras
