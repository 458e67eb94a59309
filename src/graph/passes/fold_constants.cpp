// Nodes whose inputs are all constants are computed once, now.
#include "graph/known.hpp"
#include "graph/passes/list.hpp"
#include "graph/passes/rewrite.hpp"

namespace halfpixel::graph {
namespace {

// A constant may be repeated into something huge, or many into much; then computing them at each
// run is the smaller evil.
constexpr std::int64_t kMostBytes = std::int64_t{64} << 20;
constexpr std::int64_t kMostInAll = std::int64_t{256} << 20;

// `left`: bytes that this node and those after it may take.
bool foldable(const Graph& graph, const Node& node, std::int64_t& left) {
  if (node.inputs.empty()) return false;
  for (const ValueId id : node.inputs) {
    if (constant_of(graph, id) == nullptr) return false;
  }
  std::int64_t bytes = 0;
  for (const ValueId id : node.outputs) {
    const Spec& spec = graph.spec(id);
    const auto size = static_cast<std::int64_t>(size_of(spec.dtype));
    if (spec.shape.num_elements() > kMostBytes / size) return false;
    bytes += spec.shape.num_elements() * size;
  }
  if (bytes > left) return false;
  left -= bytes;
  return true;
}

void fold(Graph& graph, const Node& node) {
  const std::vector<Tensor> results = evaluate(*node.op, args_of(graph, node));
  for (std::size_t i = 0; i < results.size(); ++i) {
    graph.values[static_cast<std::size_t>(node.outputs[i])].constant = results[i];
  }
}

}  // namespace

int fold_constants(Graph& graph) {
  std::vector<bool> folded(graph.nodes.size(), false);
  int changes = 0;
  std::int64_t left = kMostInAll;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (!foldable(graph, graph.nodes[n], left)) continue;
    fold(graph, graph.nodes[n]);
    folded[n] = true;
    ++changes;
  }
  if (changes > 0) sweep(graph, folded);
  return changes;
}

}  // namespace halfpixel::graph
