// Nodes that compute the same from the same, and constants that are one tensor, become one.
#include <map>
#include <tuple>

#include "graph/passes/list.hpp"
#include "graph/passes/rewrite.hpp"

namespace halfpixel::graph {
namespace {

void share_constants(Graph& graph) {
  std::map<std::tuple<const void*, std::int64_t, std::string>, ValueId> seen;
  std::vector<ValueId> to(graph.values.size());
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    to[i] = static_cast<ValueId>(i);
    const auto& constant = graph.values[i].constant;
    if (!constant || constant->size() == 0) continue;
    const std::tuple key(constant->data(), static_cast<std::int64_t>(constant->dtype()),
                         constant->shape().str());
    to[i] = seen.emplace(key, to[i]).first->second;
  }
  for (Node& node : graph.nodes) {
    for (ValueId& id : node.inputs) id = to[static_cast<std::size_t>(id)];
  }
}

}  // namespace

int share_common_subexpressions(Graph& graph) {
  share_constants(graph);
  int changes = 0;
  std::vector<bool> removed(graph.nodes.size(), false);
  std::map<std::vector<ValueId>, std::vector<std::size_t>> by_inputs;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    std::vector<std::size_t>& alike = by_inputs[graph.nodes[n].inputs];
    bool found = false;
    for (const std::size_t other : alike) {
      if (!graph.nodes[n].op->equals(*graph.nodes[other].op)) continue;
      for (std::size_t o = 0; o < graph.nodes[n].outputs.size(); ++o) {
        replace_value(graph, graph.nodes[n].outputs[o], graph.nodes[other].outputs[o]);
      }
      removed[n] = found = true;
      ++changes;
      break;
    }
    if (!found) alike.push_back(n);
  }
  if (changes > 0) sweep(graph, removed);
  return changes;
}

}  // namespace halfpixel::graph
