// Options of UpSampling and Resizing out of a configuration, in the manner of its reader: strict
// for from_config, lenient for model files. (Exported, because files are read in another library.)
#pragma once

#include <halfpixel/export.hpp>
#include <halfpixel/keras/resizing.hpp>
#include <halfpixel/keras/up_sampling.hpp>

#include "frontends/keras_config_reader.hpp"

namespace halfpixel::keras {

HALFPIXEL_EXPORT layers::UpSampling1DOptions up_sampling_1d_options(const ConfigReader& reader);
HALFPIXEL_EXPORT layers::UpSampling2DOptions up_sampling_2d_options(const ConfigReader& reader);
HALFPIXEL_EXPORT layers::UpSampling3DOptions up_sampling_3d_options(const ConfigReader& reader);
HALFPIXEL_EXPORT layers::ResizingOptions resizing_options(const ConfigReader& reader);

}  // namespace halfpixel::keras
