// Functions of single elements and factors of channels that follow a nearest up-sampling are
// computed before it, where there are fewer elements; so convolutions and other up-samplings meet.
#include <algorithm>

#include "graph/op_forms.hpp"
#include "graph/passes/list.hpp"
#include "graph/passes/rewrite.hpp"

namespace halfpixel::graph {
namespace {

// Every position of the result is one of the input's.
bool repeats(const std::vector<LinearAxis>& axes) {
  return !axes.empty() && std::ranges::all_of(axes, [](const LinearAxis& axis) {
    for (std::int64_t i = 0; i < axis.size(); ++i) {
      if (axis.begin[i + 1] - axis.begin[i] != 1 || axis.weight[axis.begin[i]] != 1.0F)
        return false;
    }
    return axis.size() >= axis.extent;
  });
}

// Constants that look the same at every position.
bool same_everywhere(const Graph& graph, ValueId id, int rank) {
  const Tensor* const constant = constant_of(graph, id);
  if (constant == nullptr) return false;
  const Shape& shape = constant->shape();
  for (int i = 0; i + 1 < shape.rank(); ++i) {
    if (shape[i] != 1) return false;
  }
  return shape.rank() <= rank;
}

}  // namespace

int sink_up_sampling(Graph& graph) {
  int changes = 0;
  const std::vector<int> uses = graph.use_counts();
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    Node& node = graph.nodes[n];
    if (node.outputs.size() != 1) continue;
    const Spec result = graph.spec(node.outputs[0]);
    const int rank = result.shape.rank();
    if (node.op->element_function(rank) == nullptr) continue;
    int moving = -1;
    bool fits = true;
    for (std::size_t i = 0; i < node.inputs.size() && fits; ++i) {
      if (same_everywhere(graph, node.inputs[i], rank)) continue;
      fits = moving < 0 && graph.spec(node.inputs[i]) == result;
      moving = static_cast<int>(i);
    }
    if (!fits || moving < 0) continue;
    const ValueId large = node.inputs[static_cast<std::size_t>(moving)];
    const int producer = graph.values[static_cast<std::size_t>(large)].producer;
    if (producer < 0 || uses[static_cast<std::size_t>(large)] != 1) continue;
    Node& up = graph.nodes[static_cast<std::size_t>(producer)];
    if (!repeats(up.op->linear_axes(args_of(graph, up)))) continue;
    // The up-sampling's node becomes the function's and the other way round: the order stays right,
    // and the value between them shrinks.
    graph.values[static_cast<std::size_t>(large)].spec = graph.spec(up.inputs[0]);
    std::swap(up.op, node.op);
    std::swap(up.name, node.name);
    std::vector<ValueId> inputs = node.inputs;
    inputs[static_cast<std::size_t>(moving)] = up.inputs[0];
    node.inputs = {large};
    up.inputs = std::move(inputs);
    ++changes;
  }
  return changes;
}

}  // namespace halfpixel::graph
