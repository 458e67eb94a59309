// The optimiser: a list of passes, each one function in a file of its own, run in the order of the
// table in passes.cpp until none changes anything. A pass returns how many changes it made and
// leaves a graph that passes Graph::check().
#pragma once

#include <span>
#include <string_view>

#include "graph/graph.hpp"

namespace halfpixel::graph {

struct Pass {
  std::string_view name;
  std::string_view what;  // for people: "constants folded"
  bool changes_rounding;  // results may differ from the recorded graph's in the last bits
  int (*run)(Graph& graph);
};

std::span<const Pass> passes();

}  // namespace halfpixel::graph
