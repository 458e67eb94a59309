// The optimiser: a list of passes, each one function in a file of its own, run in the order of the
// table in passes.cpp until none changes anything. A pass returns how many changes it made and
// leaves a graph that passes Graph::check().
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "graph/graph.hpp"

namespace halfpixel::graph {

struct Pass {
  std::string_view name;
  std::string_view what;  // for people: "constants folded"
  bool changes_rounding;  // results may differ from the recorded graph's in the last bits
  int (*run)(Graph& graph);
  bool fast_only = false;  // it rounds to fewer digits than float32 has
};

std::span<const Pass> passes();
// Throws Error that lists the passes when a name is none of theirs.
void check_pass_names(std::span<const std::string> names);

}  // namespace halfpixel::graph
