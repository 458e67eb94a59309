// Softmax, log-softmax and sparsemax over one or several axes.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/op.hpp"

namespace halfpixel::graph {

enum class SoftmaxKind : std::uint8_t { softmax, log_softmax, sparsemax };

// Axes may be negative. float32.
OpPtr make_softmax(std::vector<int> axes, SoftmaxKind kind = SoftmaxKind::softmax);

}  // namespace halfpixel::graph
