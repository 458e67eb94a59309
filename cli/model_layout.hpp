// Boxes in rows, each below all boxes that lead to it, with few crossings.
#pragma once

#include <cstddef>
#include <vector>

#include <halfpixel/keras/model.hpp>

namespace halfpixel::cli {

struct LayerEdge {
  std::size_t from, to;
};
// Each pair of layers once.
std::vector<LayerEdge> layer_edges(const std::vector<keras::LayerInfo>& layers);

struct BoxSize {
  double width, height;
};
struct LayoutPoint {
  double x, y;
};
struct Layout {
  double width = 0, height = 0;
  std::vector<LayoutPoint> centres;             // of the boxes
  std::vector<std::vector<LayoutPoint>> paths;  // of the edges, from the lower border to the upper
};
Layout lay_out(const std::vector<LayerEdge>& edges, const std::vector<BoxSize>& boxes);

}  // namespace halfpixel::cli
