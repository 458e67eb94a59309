// A model for programs: halfpixel inspect --json.
#pragma once

#include <string>

#include <halfpixel/keras/model.hpp>

namespace halfpixel::cli {

// A list of numbers, null where an extent is unknown.
keras::Config::Value extents_json(const Shape& shape);

// One object on one line: inputs, outputs, total_parameters, layers.
std::string model_json(const keras::Model& model);
// Of a model that does not load: total_parameters, layers, problems. null: the file does not tell.
std::string outline_json(const keras::models::Outline& outline);

}  // namespace halfpixel::cli
