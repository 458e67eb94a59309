#include "graph/memory_plan.hpp"

#include <algorithm>
#include <numeric>

namespace halfpixel::graph {

MemoryPlan plan_memory(const std::vector<Lifetime>& values) {
  constexpr std::size_t kAlignment = 64;
  MemoryPlan plan;
  plan.offset.assign(values.size(), 0);
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a].bytes > values[b].bytes; });
  std::vector<std::size_t> placed;  // by offset
  for (const std::size_t i : order) {
    const Lifetime& value = values[i];
    const std::size_t bytes = (value.bytes + kAlignment - 1) / kAlignment * kAlignment;
    std::size_t offset = 0;
    for (const std::size_t other : placed) {
      const Lifetime& there = values[other];
      if (there.last < value.first || value.last < there.first) continue;
      if (offset + bytes <= plan.offset[other]) break;  // the gap before it is wide enough
      const std::size_t end =
          plan.offset[other] + (there.bytes + kAlignment - 1) / kAlignment * kAlignment;
      offset = std::max(offset, end);
    }
    plan.offset[i] = offset;
    plan.arena_bytes = std::max(plan.arena_bytes, offset + bytes);
    const auto after = std::upper_bound(
        placed.begin(), placed.end(), i,
        [&](std::size_t a, std::size_t b) { return plan.offset[a] < plan.offset[b]; });
    placed.insert(after, i);
  }
  return plan;
}

}  // namespace halfpixel::graph
