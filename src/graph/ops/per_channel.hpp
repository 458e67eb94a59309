// Constants as factors of channels: see Op::per_channel.
#pragma once

#include <optional>
#include <vector>

#include "graph/op.hpp"

namespace halfpixel::graph {

// A float32 constant of one number, or of one for each place on the last axis of `shape`: as many
// numbers as that axis has places. None: it is something else.
std::optional<std::vector<double>> channel_values(const Tensor* constant, const Shape& shape);

}  // namespace halfpixel::graph
