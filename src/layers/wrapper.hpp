// A layer inside a layer, as a field: {"class_name": …, "config": …}.
#pragma once

#include "layers/fields.hpp"

namespace halfpixel::keras {

struct Wrapped {
  LayerPtr layer;
};

// A model or a wrapper in a wrapper would let a file nest without end.
void read_field(const ConfigReader& reader, std::string_view key, Wrapped& field);
Config::Value field_value(const Wrapped& field);

}  // namespace halfpixel::keras
