// The outside of a model file: which kind it is, where the configuration is, where the weights are.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "formats/json_config.hpp"
#include "formats/weight_source.hpp"

namespace halfpixel::formats {

struct Container {
  Config config;                          // the model's; empty when only weights were asked for
  std::unique_ptr<WeightSource> weights;  // null when the file has none
  std::string keras_version;              // as the file says; empty when it does not
  std::int64_t weight_bytes = 0;          // of the file that holds them
};

// Throws Error when it is not a model of Keras.
Container open_model(const std::filesystem::path& path, ByteLimit limit);
// The weights of a whole model, or a file with weights alone.
std::unique_ptr<WeightSource> open_any_weights(const std::filesystem::path& path, ByteLimit limit);

}  // namespace halfpixel::formats
