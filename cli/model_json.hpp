// A model for programs: halfpixel inspect --json.
#pragma once

#include <string>

#include <halfpixel/keras/model.hpp>

namespace halfpixel::cli {

// One object on one line: inputs, outputs, total_parameters, layers.
std::string model_json(const keras::Model& model);

}  // namespace halfpixel::cli
