// A resize and what is made of its rows, one after the other, while they are in the caches: the
// resized image is never stored. Graphs are never recorded with it; the pass resize_by_rows makes
// it.
#pragma once

#include <vector>

#include "graph/op.hpp"

namespace halfpixel::graph {

struct RowStep {
  OpPtr op;
  std::vector<int> inputs;  // of the op: 0 is the running value, others are inputs of the chain
};
bool operator==(const RowStep& a, const RowStep& b);

struct ByRows {
  OpPtr resize;  // Op::resampling of one image is a plan
  std::vector<RowStep> steps;
  friend bool operator==(const ByRows& a, const ByRows& b);
};

// The plan of `resize` for one image of x's, where its rows can be computed by themselves.
std::optional<resample::Plan> row_plan(const Op& resize, const Spec& x);

// Inputs: x (N, H, …), then constants that are the same for every row. The running value is (N,
// rows, …), and row r of a step's result is made of row r alone. The bits are those of one op after
// the other.
OpPtr make_by_rows(ByRows attributes);

}  // namespace halfpixel::graph
