// The table of Model::summary(), for whoever has rows.
#pragma once

#include <ostream>
#include <vector>

#include <halfpixel/keras/model.hpp>

namespace halfpixel::keras {

// One layer after the other, each with one input and called once: needs no column of connections.
bool is_chain(const std::vector<LayerInfo>& layers);
// Parameters below 0 are unknown, and so are shapes that are not there.
void print_layer_table(std::ostream& out, const std::vector<LayerInfo>& layers, bool chain);

}  // namespace halfpixel::keras
