// TensorFlowOpLayer: how tf.keras of TensorFlow 2.0 to 2.3 recorded TensorFlow's functions, as
// nodes of a graph with their constants. They become the functions that later versions name.
#pragma once

#include <string>

#include "formats/model_description.hpp"

namespace halfpixel::formats {

// "math.add" for a node AddV2; "raw_ops.NAME", which is unknown everywhere, for others.
std::string op_layer_function(const Config& config);
// Gives the calls of such an entry the function's arguments: tensors, constants and attributes.
void translate_op_layer(LayerEntry& entry);

}  // namespace halfpixel::formats
