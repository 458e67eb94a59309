// A layer inside a layer, as a field: {"class_name": …, "config": …}.
#pragma once

#include "layers/fields.hpp"

namespace halfpixel::keras {

struct Wrapped {
  LayerPtr layer;
};

// One of Keras' layers; what holds a model or another wrapper is made by make_time_distributed.
void read_field(const ConfigReader& reader, std::string_view key, Wrapped& field);
Config::Value field_value(const Wrapped& field);

// (N T, …) beside a tensor (N, T, …) -> (N, T, …). A reshape could not tell N from T while neither
// is known.
graph::OpPtr make_unfold_steps();

// A TimeDistributed around a layer that exists already; `config` is the wrapper's own.
LayerPtr make_time_distributed(const Config& config, LayerPtr inner);

}  // namespace halfpixel::keras
