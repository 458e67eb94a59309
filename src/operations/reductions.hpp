// What operations that reduce axes share.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "graph/ops/reduce.hpp"
#include "model/emit.hpp"
#include "operations/operation_rows.hpp"

namespace halfpixel::keras {

using Axes = std::optional<std::vector<std::int64_t>>;  // none: all

// As it is written in configurations.
Config::Value axes_value(const Axes& axes);
// x reduced over these axes; x itself where the list is empty.
ValueId reduced(Builder& b, ValueId x, graph::Reduction reduction, const Axes& axes, bool keepdims);
// The axis that a call names; none: of all elements as one row.
struct OneAxis {
  std::optional<std::int64_t> axis;

  OneAxis(const CallArguments& arguments, std::optional<std::int64_t> unset);
  Config::Value value() const;
  ValueId flat(Builder& b, ValueId x) const;
  int of(Builder& b, ValueId x, std::string_view who) const;
};

// What Keras computes with: means of integers are floating, sums of small integers are int32.
DType keras_dtype(graph::Reduction reduction, DType dtype);

}  // namespace halfpixel::keras
