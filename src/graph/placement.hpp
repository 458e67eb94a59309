// Where the values of a graph are while it runs: the caller's inputs and outputs are used as they
// are, everything else shares one arena.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "graph/graph.hpp"
#include "graph/ops/concat.hpp"

namespace halfpixel::graph {

struct Place {
  enum class Kind { none, arena, input, output, constant } kind = Kind::none;
  std::size_t index = 0;           // input, output: which one
  std::size_t offset = 0;          // arena, output: bytes from its start
  const void* constant = nullptr;  // constant: its elements, which the graph owns
};

struct Placement {
  // An output that no node writes: an input, a constant, or a value that is an output already.
  struct Copy {
    std::size_t output;
    Place from;
  };
  std::vector<Place> values;         // by ValueId
  std::vector<std::size_t> scratch;  // by node: bytes from the start of the arena
  std::vector<Copy> copies;          // to make when all nodes have run
  std::size_t arena_bytes = 0;
  std::size_t unplanned_bytes = 0;  // what a buffer for each value would take
};

// All extents must be known. `scratch_bytes`: what the kernel of each node asks for.
Placement place_values(const Graph& graph, const InPlaceConcats& concats,
                       std::span<const std::size_t> scratch_bytes);

}  // namespace halfpixel::graph
