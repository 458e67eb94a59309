// What operations that reduce axes share.
#pragma once

#include <optional>
#include <vector>

#include "graph/ops/reduce.hpp"
#include "operations/operation_rows.hpp"

namespace halfpixel::keras {

using Axes = std::optional<std::vector<std::int64_t>>;  // none: all

// As it is written in configurations.
Config::Value axes_value(const Axes& axes);
// x reduced over these axes; x itself where the list is empty.
ValueId reduced(Builder& b, ValueId x, graph::Reduction reduction, const Axes& axes, bool keepdims);
ValueId cast_to(Builder& b, ValueId x, DType dtype);
// What Keras computes with: means of integers are floating, sums of small integers are int32.
DType keras_dtype(graph::Reduction reduction, DType dtype);

}  // namespace halfpixel::keras
