// What nearly every op checks of its inputs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "graph/op.hpp"

namespace halfpixel::graph {

// `axis` counted from the front; throws Error naming the op when there is none.
int checked_axis(std::string_view op, std::int64_t axis, int rank);
// Throws Error unless the op was given this many inputs.
void require_inputs(std::string_view op, std::span<const Spec> inputs, std::size_t count);

}  // namespace halfpixel::graph
