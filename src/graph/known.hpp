// What is known of small values before a run: extents, and what a model computes from them. Sizes
// of results may depend on such values, and graphs have no others.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "graph/op.hpp"

namespace halfpixel::graph {

struct KnownValue {
  Tensor value;                  // 1 where nothing is known
  std::vector<bool> is_unknown;  // by element; empty: all are known
};

// Larger ones are not followed.
inline constexpr std::int64_t kMostKnown = 64;

// What is known of an op's outputs. `inputs`: the same of its inputs, of all of them; unused where
// the op tells a shape. Empty when an output is too large.
std::vector<KnownValue> known_results(const Op& op, const PrepareArgs& args,
                                      std::span<const KnownValue* const> inputs);

// Runs an op whose inputs are all constant.
std::vector<Tensor> evaluate(const Op& op, const PrepareArgs& args);

// Stands for a value whose shape only a run's shapes decide; shape inference alone knows it.
OpPtr make_later(Spec result);

}  // namespace halfpixel::graph
