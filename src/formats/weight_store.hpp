// Weights from a file into the variables of layers, in the layouts that Keras has written over the
// years.
#pragma once

#include <string>

#include "formats/model_builder.hpp"
#include "formats/weight_source.hpp"

namespace halfpixel::formats {

enum class WeightLayout {
  keras3,      // /layers/conv2d/vars/0
  checkpoint,  // TF 2.13: the same below /_layer_checkpoint_dependencies, numbered in another way
  legacy,      // /conv2d, attributes layer_names and weight_names; perhaps below /model_weights
  none,
};
// What the root of a file looks like.
WeightLayout find_layout(const WeightSource& source);

// Replaces the variables of every layer. Layers must be built. Throws Error that names layer and
// variable when something is missing or has another shape; variables read before that are replaced
// already.
void load_weights(const WeightSource& source, const WeightTarget& model);

// By layout.
void load_keras3_weights(const WeightSource& source, const WeightTarget& model,
                         WeightLayout layout);
void load_legacy_weights(const WeightSource& source, const WeightTarget& model);

// Checks the dataset's shape against the variable's, then reads it.
void assign_variable(const WeightSource& source, const std::string& dataset,
                     const std::string& layer, const keras::VariableRef& variable);
// True when the layer or one inside it has variables.
bool has_variables(const WeightTarget& target);

}  // namespace halfpixel::formats
