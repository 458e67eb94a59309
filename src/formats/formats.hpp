// Model files: what the rest of the library needs of them.
#pragma once

#include <filesystem>
#include <string>

#include <halfpixel/keras/model.hpp>

namespace halfpixel::formats {

// .keras (zip or folder) or .h5; the content decides.
keras::Model load_model_file(const std::filesystem::path& path,
                             const keras::models::LoadOptions& options);
// What the file says, whether it loads or not.
keras::models::Outline outline_file(const std::filesystem::path& path,
                                    const keras::models::LoadOptions& options);
// A file of a few bytes has no business with variables of gigabytes: a small allowance, and what
// weights of that many bytes could expand to.
std::int64_t variable_bytes(const keras::models::LoadOptions& options, std::int64_t weight_bytes);
// config.json alone; variables have initial values.
keras::Model model_from_config(const std::string& json, const keras::models::LoadOptions& options);
// Weights alone (.weights.h5, sharded .weights.json, old .h5) or those of a whole model. On an
// Error the model keeps the weights that it had.
void load_weights_file(const keras::Model& model, const std::filesystem::path& path);

// A .keras archive.
void save_model_file(const keras::Model& model, const std::filesystem::path& path);
// Keras 3's .weights.h5.
void save_weights_file(const keras::Model& model, const std::filesystem::path& path);

// What Keras 3 writes into config.json for the model.
keras::Config serialize_model(const keras::Model& model);

}  // namespace halfpixel::formats
