// The layers of a model and what flows between them, drawn.
#pragma once

#include <string>

#include <halfpixel/keras/model.hpp>

namespace halfpixel::cli {

std::string model_dot(const keras::Model& model);  // for Graphviz
std::string model_svg(const keras::Model& model);  // a picture that needs nothing else

}  // namespace halfpixel::cli
