// Which stored weight belongs to which variable, for the old .h5 layout: one list for a layer or a
// whole inner model, in an order that depends on what was trainable, under names that the versions
// of Keras spell differently.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <halfpixel/shape.hpp>

namespace halfpixel::formats {

// A variable that wants a weight.
struct WeightSlot {
  std::vector<std::string> path;  // models and layers around it, outermost first: "mha", "query"
  // Its own, as writers spell it: "kernel", "depthwise_kernel". Empty: any, of a custom layer.
  std::vector<std::string> names;
  Shape shape;
};

struct StoredWeight {
  std::string name;  // "mha/query/kernel:0"
  Shape shape;
};

// For each slot the index of its weight. `slots` stand in the order in which Keras lists them:
// trainable ones first. Either names, shapes and that order agree, or each slot has exactly one
// weight that bears the names of variable and layer and has its shape; everything else throws Error
// naming the first weight that is in doubt. As many stored weights as slots.
std::vector<std::size_t> match_weights(std::span<const WeightSlot> slots,
                                       std::span<const StoredWeight> stored);

}  // namespace halfpixel::formats
