// Where intermediate values live: one arena, in which values that are never alive together share
// bytes.
#pragma once

#include <cstddef>
#include <vector>

namespace halfpixel::graph {

// A value that needs memory from step `first` to step `last`, both included.
struct Lifetime {
  std::size_t bytes = 0;
  int first = 0;
  int last = 0;
};

struct MemoryPlan {
  std::vector<std::size_t> offset;  // of each lifetime, multiples of 64
  std::size_t arena_bytes = 0;
};

// Largest first, each at the lowest offset where no value that is alive at the same time lies:
// within a few per cent of the lower bound on real decoders.
MemoryPlan plan_memory(const std::vector<Lifetime>& values);

}  // namespace halfpixel::graph
